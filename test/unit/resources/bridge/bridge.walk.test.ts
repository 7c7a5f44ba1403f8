import { ConnectError, JobError } from "../../../../provider/errors";
import { walkToBridge } from "../../../../provider/resources/bridge/bridge.walk";
import { FakeHost } from "../../../support/fake-host";
import { bridged, inputs } from "./observed";

describe("the way of a host to a bridge", () => {
  it("looks at the network when the job of an earlier run has failed: only the host tells what it left", async () => {
    const former = new JobError("step apply failed", { jobId: "1", step: "apply", exitCode: 1, logTail: "" });
    const host = new FakeHost({ looks: [bridged(), bridged()], former });
    await expect(walkToBridge(host, inputs, "machine-1")).resolves.toMatchObject({ phase: "ready" });
    expect(host.did.some((deed) => deed.startsWith("perform"))).toBe(false);
  });

  it("stops where the host could not be asked for the job of an earlier run: it may still be at work", async () => {
    const host = new FakeHost({ looks: [bridged(), bridged()], former: new ConnectError("no route to the host") });
    await expect(walkToBridge(host, inputs, "machine-1")).rejects.toThrow("no route to the host");
    expect(host.did).toEqual(["follow bridge/br0"]);
  });
});
