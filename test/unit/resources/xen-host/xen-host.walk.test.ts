import { ConnectError, JobError } from "../../../../provider/errors";
import { walkToXen } from "../../../../provider/resources/xen-host/xen-host.walk";
import { FakeHost } from "../../../support/fake-host";
import { inputs, xenHost } from "./observed";

const machineId = "machine-1";
const failedJob = new JobError("step install-packages failed", {
  jobId: "1",
  step: "install-packages",
  exitCode: 100,
  logTail: "",
});

describe("the way of a host to Xen", () => {
  it("looks at the host when the job of an earlier run has failed: only the host tells what it left", async () => {
    const host = new FakeHost({ looks: [xenHost], former: failedJob });
    await expect(walkToXen({ host, inputs, machineId, rebootVeto: undefined })).resolves.toMatchObject({
      phase: "ready",
    });
    expect(host.did).toEqual(["follow host/self", "ask the host"]);
  });

  it("stops where the host could not be asked for the job of an earlier run: it may still be at work", async () => {
    const host = new FakeHost({ looks: [xenHost], former: new ConnectError("no route to the host") });
    await expect(walkToXen({ host, inputs, machineId, rebootVeto: undefined })).rejects.toThrow("no route to the host");
    expect(host.did).toEqual(["follow host/self"]);
  });
});
