import { ConnectError, JobError } from "../../../provider/errors";
import { settleFormerJob } from "../../../provider/remote";

describe("a job that an earlier run left for an object", () => {
  it("is waited for, and its failure is no failure of ours", async () => {
    const asked: string[] = [];
    const follow = async (object: string): Promise<undefined> => {
      asked.push(object);
      throw new JobError("step make failed", { jobId: "1", step: "make", exitCode: 1, logTail: "" });
    };
    await settleFormerJob({ follow }, "disk-image/a");
    expect(asked).toEqual(["disk-image/a"]);
  });

  it("is not taken for settled when the host could not be asked", async () => {
    const follow = async (): Promise<undefined> => {
      throw new ConnectError("no route to the host");
    };
    await expect(settleFormerJob({ follow }, "disk-image/a")).rejects.toThrow("no route to the host");
  });
});
