import { CommandError, ConnectError, JobError } from "../../../provider/errors";
import { askOnceSettled } from "../../../provider/remote/jobs/former-job";
import { Answer, type Question, sh } from "../../../provider/shell";

const question: Question<string> = {
  about: "the image",
  script: sh`say size 5`,
  read: (answer) => answer.need("size"),
};

/** `former`: what the host says of a job that may run; an error: it does not answer at all. */
function host(former: "yes" | "no" | Error, follow: () => Promise<undefined> = async () => undefined) {
  const did: string[] = [];
  return {
    did,
    ask: async <T>({ script, read }: Question<T>): Promise<T> => {
      const isFirst = script.text.includes("px_former");
      did.push(isFirst ? "ask, and for a job" : "ask");
      if (isFirst && former instanceof Error) throw former;
      return read(
        new Answer(
          new Map([["size", isFirst ? "1" : "5"], ...(isFirst ? [["px_former", String(former)] as const] : [])]),
        ),
      );
    },
    follow: async (object: string) => {
      did.push(`follow ${object}`);
      return follow();
    },
  };
}

describe("a question about an object for which a job may run", () => {
  it("takes one round trip where none runs", async () => {
    const asked = host("no");
    expect(await askOnceSettled(asked, "disk-image/a", question)).toBe("1");
    expect(asked.did).toEqual(["ask, and for a job"]);
  });

  it("waits for the job and is asked again, and the job's failure is no failure of ours", async () => {
    const asked = host("yes", async () => {
      throw new JobError("step make failed", { jobId: "1", step: "make", exitCode: 1, logTail: "" });
    });
    expect(await askOnceSettled(asked, "disk-image/a", question)).toBe("5");
    expect(asked.did).toEqual(["ask, and for a job", "follow disk-image/a", "ask"]);
  });

  it("is asked again where its script failed on what a job is just changing", async () => {
    const asked = host(new CommandError("no such file"));
    expect(await askOnceSettled(asked, "disk-image/a", question)).toBe("5");
    expect(asked.did).toEqual(["ask, and for a job", "follow disk-image/a", "ask"]);
  });

  it("is not read before the job has ended", async () => {
    const reads: string[] = [];
    const strict: Question<string> = { ...question, read: (answer) => (reads.push(answer.need("size")), "") };
    await askOnceSettled(host("yes"), "disk-image/a", strict);
    expect(reads).toEqual(["5"]);
  });

  it("fails when the host could not be asked", async () => {
    const lost = new ConnectError("no route to the host");
    await expect(askOnceSettled(host(lost), "disk-image/a", question)).rejects.toThrow("no route to the host");
    const lostLater = host("yes", async () => {
      throw lost;
    });
    await expect(askOnceSettled(lostLater, "disk-image/a", question)).rejects.toThrow("no route to the host");
  });
});
