import { dynamicProvider } from "../../../../provider/pulumi";
import { completeDomU } from "../../../../provider/resources/domu/domu.complete";
import { domuKind } from "../../../../provider/resources/domu/domu.lifecycle";
import { isCreation, leftToDo } from "../../../../provider/resources/domu/domu.unfinished";
import { guest } from "./guest";
import { emptyHost, hostWith, runningAs } from "./observed";

const inputs = completeDomU(guest({ memoryMiB: 512 }));

describe("a guest that was left half made", () => {
  it("is what a refresh says of it: which phase, and what finishing it does", () => {
    const half = emptyHost(inputs, { ownerUuid: inputs.uuid, phase: "disk-ready" });
    expect(isCreation(half, inputs)).toBe(true);
    expect(leftToDo(half, inputs)).toEqual([
      { text: "finish what was begun (disk-ready), which will boot guest1 from its own disk", effect: "live" },
    ]);
  });

  it("is announced as a restart where only a restart finishes it, though no input has changed", async () => {
    const provider = dynamicProvider(domuKind);
    const declared = { ...guest({ memoryMiB: 512 }) };
    const olds = (await provider.check({}, declared)).inputs;
    const cut = hostWith(inputs, { phase: "updating", domains: [runningAs(inputs, { maxMemoryMiB: 256 })] });
    expect(isCreation(cut, inputs)).toBe(false);
    const { inputs: next, failures } = await provider.check({ ...olds, unfinished: leftToDo(cut, inputs) }, declared);
    expect(failures).toEqual([]);
    expect(next).toMatchObject({
      effect: "restart",
      plan: expect.stringContaining("finish what was begun (updating)") as string,
    });
    expect(
      (await provider.check({ ...olds, unfinished: leftToDo(cut, inputs) }, { ...declared, allow: [] })).failures,
    ).toEqual([{ property: "allow", reason: expect.stringContaining('lacks "restart"') as string }]);
  });

  it("touches nothing that runs where only the end is missing", () => {
    expect(leftToDo(hostWith(inputs, { phase: "booted" }), inputs)).toEqual([
      { text: "finish what was begun (booted)", effect: "none" },
    ]);
  });
});
