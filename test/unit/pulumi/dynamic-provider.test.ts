import fc from "fast-check";
import { UNKNOWN } from "../../../provider/property";
import { dynamicProvider, providerText } from "../../../provider/pulumi";
import { placesOf, withUnknowns } from "../../laws/unknowns";
import { type ToyInputs, toyKind } from "./toy-kind";

const check = async (news: Record<string, unknown>, olds: Record<string, unknown> = {}) =>
  dynamicProvider(toyKind()).check(olds, news);

describe("check", () => {
  it("names path, value and rule of every fault at once", async () => {
    const { failures } = await check({
      name: "",
      memoryMiB: "lots",
      disks: [{ path: "relative", device: "xvda" }],
      memry: 1,
    });
    expect(failures).toEqual([
      { property: "name", reason: 'is "", but must be at least 1 character long.' },
      { property: "memoryMiB", reason: 'is "lots", but must be a number of MiB.' },
      { property: "disks[0].path", reason: expect.stringContaining("is relative, but ") as string },
      { property: "memry", reason: expect.stringContaining("is not known here") as string },
    ]);
  });

  it("guesses the name that was meant", async () => {
    const { failures } = await check({ name: "a", memoryMib: 5 });
    expect(failures[0]?.reason).toContain('did you mean "memoryMiB"?');
  });

  it("does not show the value of a secret property", async () => {
    const { failures } = await check({ name: "a", password: "short", secretProperties: ["password"] });
    expect(failures).toEqual([
      { property: "password", reason: "is [secret], but must be at least 8 characters long." },
    ]);
  });

  it("applies rules over several properties only to known values", async () => {
    expect((await check({ name: "big", memoryMiB: 5 })).failures).toHaveLength(1);
    expect((await check({ name: "big", memoryMiB: UNKNOWN })).failures).toEqual([]);
  });

  it("reads null as not given, since the SDK sends it for a secret output that is undefined", async () => {
    const { inputs, failures } = await check({ name: "a", password: null, nested: { deep: null } });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ name: "a", nested: {} });
    expect(Object.keys(inputs)).not.toContain("password");
  });

  it("fills in defaults and the plan of the creation", async () => {
    const { inputs } = await check({ name: "a" });
    expect(inputs).toEqual({ name: "a", memoryMiB: 512, config: "memory=512", plan: "create a", effect: "none" });
  });

  it("says what a change does, and how strongly", async () => {
    const { inputs } = await check({ name: "a", memoryMiB: 1024 }, (await check({ name: "a" })).inputs);
    expect(inputs).toMatchObject({ plan: "memoryMiB 512 -> 1024: live", effect: "live", config: "memory=1024" });
  });

  it("tells the plan of this very program each time: nothing where nothing changes", async () => {
    const olds = { ...(await check({ name: "a" })).inputs, plan: "memoryMiB 1 -> 512: restart", effect: "restart" };
    const { inputs } = await check({ name: "a" }, olds);
    expect(inputs).toMatchObject({ plan: "", effect: "none" });
  });

  it("tells a new owner, which touches nothing", async () => {
    const olds = (await check({ name: "a", owner: "p/s::Toy::a" })).inputs;
    const { inputs } = await check({ name: "a", owner: "p/s::Toy::b" }, olds);
    expect(inputs).toMatchObject({ plan: "owner p/s::Toy::a -> p/s::Toy::b: none", effect: "none" });
  });

  it("vetoes an effect that is not allowed, before anything is touched", async () => {
    const olds = (await check({ name: "a" })).inputs;
    expect((await check({ name: "b" }, olds)).failures).toEqual([
      { property: "name", reason: expect.stringContaining('Add "replace", "dataLoss" to allow') as string },
    ]);
    expect((await check({ name: "b", allow: ["replace", "dataLoss"] }, olds)).failures).toEqual([]);
  });

  it("says what a refresh has found left to do, though no input changes, and how strongly", async () => {
    const olds = {
      ...(await check({ name: "a" })).inputs,
      unfinished: [{ text: "the host is off", effect: "restart" }],
    };
    const { inputs, failures } = await check({ name: "a" }, olds);
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ plan: "the host is off: restart", effect: "restart" });
    expect(inputs).not.toHaveProperty("unfinished");
  });

  it("takes back of what is left to do the effect that the new inputs forbid", async () => {
    const olds = {
      ...(await check({ name: "a" })).inputs,
      unfinished: [{ text: "the host is off", effect: "reboot" }],
    };
    expect((await check({ name: "a", memoryMiB: 4 }, olds)).inputs).toMatchObject({ effect: "live" });
  });

  it("vetoes what is left to do where its effect is not allowed", async () => {
    const olds = {
      ...(await check({ name: "a" })).inputs,
      unfinished: [{ text: "the host is off", effect: "reboot" }],
    };
    expect((await check({ name: "a" }, olds)).failures).toEqual([
      {
        property: "allow",
        reason: 'lacks "reboot": the host is off, and the repair would reboot the host. Add it.',
      },
    ]);
  });

  it("refuses words that allow does not know", async () => {
    const { failures } = await check({ name: "a", allow: ["everything"] });
    expect(failures).toEqual([
      { property: "allow[0]", reason: expect.stringContaining('must be one of "restart"') as string },
    ]);
  });

  it("never throws and never complains where Pulumi's unknown marker stands, at any depth", async () => {
    const whole: ToyInputs = {
      name: "a",
      memoryMiB: 512,
      disks: [{ path: "/a", device: "xvda" }],
      nested: { deep: { port: 1 } },
      allow: ["restart"],
    };
    const places = placesOf(whole, ["allow"]);
    await fc.assert(
      fc.asyncProperty(fc.subarray(places, { minLength: 1 }), async (unknown) => {
        const news = { ...withUnknowns(whole, unknown) };
        const olds = (await check(whole as never)).inputs;
        expect((await check(news)).failures).toEqual([]);
        const { inputs } = await check(news, { ...olds, allow: ["replace", "dataLoss"] });
        await dynamicProvider(toyKind()).diff("a", { ...olds, phase: "done" }, inputs);
      }),
      { numRuns: 60 },
    );
  });
});

describe("diff", () => {
  const provider = dynamicProvider(toyKind());

  it("leaves the comparison to the engine, so that the preview shows each property", async () => {
    expect(await provider.diff("a", { name: "a", phase: "done" }, { name: "a", memoryMiB: 5 })).toEqual({});
  });

  it("names the properties that replace", async () => {
    expect(await provider.diff("a", { name: "a", phase: "done" }, { name: "b" })).toEqual({
      replaces: ["name"],
      deleteBeforeReplace: true,
    });
  });

  it("reports a change while a phase is unfinished, since a refresh makes the engine forget the failure", async () => {
    expect(await provider.diff("a", { name: "a", phase: "disk" }, { name: "a" })).toEqual({ changes: true });
  });

  it("tells what an earlier run has left and the next up goes on with, since no input differs", async () => {
    const told: string[] = [];
    const failing = dynamicProvider(toyKind({ failAfter: "disk" }), (line) => told.push(line));
    const { inputs } = await failing.check({}, { name: "a" });
    const { properties } = (await failing.create(inputs).catch((thrown: unknown) => thrown)) as {
      properties: Record<string, unknown>;
    };
    expect(told).toEqual([]);
    const { inputs: again } = await failing.check(inputs, { name: "a" });
    expect(again).toMatchObject({ plan: "", effect: "none" });
    expect(await failing.diff("a", properties, again)).toEqual({ changes: true });
    expect(told).toEqual([
      'Toy "a": an earlier run stopped before its end, and up goes on with it. It has left:',
      "  finish what was begun (create a): none",
    ]);
  });

  it("tells of an earlier run what the host showed, where it could be asked", async () => {
    const told: string[] = [];
    const provider = dynamicProvider(toyKind(), (line) => told.push(line));
    const left = [{ text: "finish what was begun (disk)", effect: "restart" as const }];
    await provider.diff("a", { name: "a", phase: "disk", plan: "create a", unfinished: left }, { name: "a" });
    expect(told.slice(1)).toEqual(["  finish what was begun (disk): restart"]);
    const plan = "finish what was begun (disk): restart";
    await provider.diff("a", { name: "a", phase: "disk", unfinished: left }, { name: "a", plan, effect: "restart" });
    expect(told).toHaveLength(2);
  });

  it("replaces also what is unfinished", async () => {
    expect(await provider.diff("a", { name: "a", phase: "disk" }, { name: "b" })).toEqual({
      changes: true,
      replaces: ["name"],
      deleteBeforeReplace: true,
    });
  });

  it("reports a change while a refresh has found something left to do", async () => {
    const olds = { name: "a", phase: "done", unfinished: [{ text: "the host is off", effect: "replace" }] };
    expect(await provider.diff("a", olds, { name: "a" })).toEqual({ changes: true });
  });

  it("says that nothing changes where only the texts that check makes differ", async () => {
    const olds = { name: "a", phase: "done", plan: "create a", effect: "live", config: "of an older release" };
    expect(await provider.diff("a", olds, { name: "a", plan: "", effect: "none", config: "new" })).toEqual({
      changes: false,
    });
  });
});

describe("create, read, update, delete", () => {
  it("keeps inputs and outputs side by side as plain JSON", async () => {
    const { id, outs } = await dynamicProvider(toyKind()).create({ name: "a", memoryMiB: 5, __provider: "x" });
    expect(id).toBe("a");
    expect(outs).toEqual({ name: "a", memoryMiB: 5, phase: "done", schemaVersion: 1, __provider: providerText("toy") });
  });

  it("leaves nothing in the state when a create fails before it touched the host", async () => {
    const error = await dynamicProvider(toyKind({ failAfter: "nothing" }))
      .create({ name: "a" })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'Unable to create Toy "a": no host' });
    expect(error).not.toHaveProperty("id");
  });

  it("hands Pulumi id, properties and reasons when a create fails after its first side effect", async () => {
    const error = await dynamicProvider(toyKind({ failAfter: "disk" }))
      .create({ name: "a" })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      id: "a",
      properties: { name: "a", phase: "disk", __provider: providerText("toy") },
      reasons: ['Unable to create Toy "a": the link is gone'],
    });
  });

  it("reports drift as inputs, and an empty id for what is gone", async () => {
    const seen = new Map<string, ToyInputs>([["a", { name: "a", memoryMiB: 99 }]]);
    const provider = dynamicProvider(toyKind({ seen }));
    const state = { name: "a", memoryMiB: 5, phase: "done", schemaVersion: 1 };
    expect((await provider.read("a", state)).inputs).toMatchObject({ memoryMiB: 99 });
    seen.clear();
    expect((await provider.read("a", state)).id).toBe("");
  });

  it("keeps what a refresh has found left to do, for the next check and diff", async () => {
    const left = [{ text: "the host is off", effect: "restart" as const }];
    const provider = dynamicProvider(toyKind({ seen: new Map([["a", { name: "a" }]]), left }));
    const state = { name: "a", memoryMiB: 5, phase: "disk", schemaVersion: 1 };
    const { inputs, props } = await provider.read("a", state);
    expect(inputs).toMatchObject({ unfinished: left });
    expect(props).toMatchObject({ unfinished: left });
  });

  it("holds an update to what diff has told of an earlier run, so far as allow permits it", async () => {
    const effects: unknown[] = [];
    const kind = toyKind();
    const provider = dynamicProvider({
      ...kind,
      update: async (id, olds, news) => {
        effects.push(news.effect);
        return kind.update(id, olds, news);
      },
    });
    const left = [{ text: "finish what was begun", effect: "restart" as const }];
    const state = { name: "a", phase: "disk", schemaVersion: 1, unfinished: left };
    await provider.update("a", state, { name: "a", effect: "none" });
    const { outs } = await provider.update("a", state, { name: "a", effect: "none", allow: [] });
    expect(effects).toEqual(["restart", "none"]);
    expect(outs).not.toHaveProperty("unfinished");
    expect(outs).toMatchObject({ effect: "none" });
  });

  it("refuses the state of a newer release instead of misreading it", async () => {
    await expect(dynamicProvider(toyKind()).read("a", { name: "a", schemaVersion: 99 })).rejects.toThrow(
      "newer pulumi-xen",
    );
  });
});
