/** The engine of the histories calls and keeps what the real one was seen to (docs/pulumi-protocol.md). */
import { MiniEngine } from "../../histories/engine/mini-engine";
import type { Registration } from "../../histories/engine/run";
import { type Provider, ProviderError } from "../../histories/engine/provider-client";
import type { Method, Properties } from "../../histories/engine/provider-protocol";

type Answer = (args: readonly unknown[]) => Properties | undefined;

/** Echoes what it is given; `answers` replaces a method. */
function pretendProvider(
  answers: Partial<Record<Method, Answer>> = {},
): Provider & { calls: string[]; last: Partial<Record<Method, readonly unknown[]>> } {
  const calls: string[] = [];
  const last: Partial<Record<Method, readonly unknown[]>> = {};
  const usual: Record<Method, Answer> = {
    check: ([, news]) => ({ inputs: news, failures: [] }),
    diff: () => ({}),
    create: ([inputs]) => ({ id: "id", outs: { ...(inputs as Properties), made: 1 } }),
    read: ([id, props]) => ({ id, props, inputs: undefined }),
    update: ([, , news]) => ({ outs: { ...(news as Properties), made: 2 } }),
    delete: () => undefined,
  };
  return {
    calls,
    last,
    async call(kind, method, args) {
      calls.push(`${method} ${kind}`);
      last[method] = args;
      return (answers[method] ?? usual[method])(args);
    },
  };
}

function unfinished(): never {
  throw new ProviderError({ message: "half", id: "id", properties: { size: 9, half: true } });
}

function resource(name: string, inputs: Properties, more: Partial<Registration> = {}): Registration {
  return { key: name, kind: name, aliases: [], replaceOnChanges: [], dependencies: [], inputs: () => inputs, ...more };
}

describe("a stack's first up", () => {
  test("checks with empty olds, then creates, and keeps checked inputs beside outputs", async () => {
    const provider = pretendProvider();
    const engine = new MiniEngine(provider);
    const run = await engine.up([resource("a", { size: 1 })]);
    expect(provider.calls).toEqual(["check a", "create a"]);
    expect(provider.last.check).toEqual([{}, { size: 1 }]);
    expect(run.announced.map(({ op }) => op)).toEqual(["create"]);
    expect(engine.state).toMatchObject([{ id: "id", inputs: { size: 1 }, outputs: { size: 1, made: 1 } }]);
  });

  test("shows unknown values downstream in its preview, and the outputs in the up", async () => {
    const provider = pretendProvider();
    const engine = new MiniEngine(provider);
    const program = [
      resource("a", { size: 1 }),
      resource("b", {}, { inputs: (outputs) => ({ made: outputs("a")["made"], size: outputs("a")["size"] }) }),
    ];
    await engine.preview(program);
    expect(provider.last.check).toEqual([{}, { made: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", size: 1 }]);
    expect(engine.state).toEqual([]);
    await engine.up(program);
    expect(provider.last.check).toEqual([{}, { made: 1, size: 1 }]);
  });

  test("keeps what a failed create tells, and deletes nothing in that run", async () => {
    const provider = pretendProvider();
    const engine = new MiniEngine(provider);
    await engine.up([resource("old", {})]);
    const failing = new MiniEngine(pretendProvider({ create: unfinished }));
    failing.state = engine.state;
    const run = await failing.up([resource("a", { size: 1 })]);
    expect(run.fault).toEqual({ key: "a", method: "create", message: "half" });
    expect(failing.state).toMatchObject([{ key: "old" }, { key: "a", outputs: { half: true }, initErrors: ["half"] }]);
  });

  test("keeps nothing of a create that tells nothing", async () => {
    const engine = new MiniEngine(
      pretendProvider({
        create: () => {
          throw new ProviderError({ message: "no" });
        },
      }),
    );
    await engine.up([resource("a", { size: 1 })]);
    expect(engine.state).toEqual([]);
  });
});

describe("a later up", () => {
  async function made(answers: Partial<Record<Method, Answer>> = {}, first: Registration = resource("a", { size: 1 })) {
    const engine = new MiniEngine(pretendProvider());
    await engine.up([first]);
    const provider = pretendProvider(answers);
    const later = new MiniEngine(provider);
    later.state = engine.state;
    return { later, provider };
  }

  test("gives check the old inputs, and diff and update the old outputs", async () => {
    const { later, provider } = await made();
    await later.up([resource("a", { size: 2 })]);
    expect(provider.last.check).toEqual([{ size: 1 }, { size: 2 }]);
    expect(provider.last.diff).toEqual(["id", { size: 1, made: 1 }, { size: 2 }]);
    expect(provider.last.update).toEqual(["id", { size: 1, made: 1 }, { size: 2 }]);
    expect(later.state).toMatchObject([{ inputs: { size: 2 }, outputs: { made: 2 } }]);
  });

  test("keeps the outputs and takes the new inputs where diff says that nothing changes", async () => {
    const { later, provider } = await made({ diff: () => ({ changes: false }) });
    await later.up([resource("a", { size: 2 })]);
    expect(provider.calls).toEqual(["check a", "diff a"]);
    expect(later.state).toMatchObject([{ inputs: { size: 2 }, outputs: { size: 1, made: 1 } }]);
  });

  test("keeps the old inputs and the told outputs after a failed update, and updates again although nothing differs", async () => {
    const { later } = await made({ update: unfinished });
    await later.up([resource("a", { size: 9 })]);
    expect(later.state).toMatchObject([
      { inputs: { size: 1 }, outputs: { size: 9, half: true }, initErrors: ["half"] },
    ]);
    const provider = pretendProvider();
    const next = new MiniEngine(provider);
    next.state = later.state;
    await next.up([resource("a", { size: 1 })]);
    expect(provider.calls).toEqual(["check a", "diff a", "update a"]);
  });

  test("forgets in a refresh that something was unfinished", async () => {
    const { later } = await made({ update: unfinished });
    await later.up([resource("a", { size: 9 })]);
    await later.refresh();
    expect(later.state[0]).not.toHaveProperty("initErrors");
    const provider = pretendProvider();
    const next = new MiniEngine(provider);
    next.state = later.state;
    await next.up([resource("a", { size: 1 })]);
    expect(provider.calls).toEqual(["check a", "diff a"]);
  });

  test("deletes first where diff asks for it, and checks again with empty olds", async () => {
    const { later, provider } = await made({ diff: () => ({ replaces: ["size"], deleteBeforeReplace: true }) });
    await later.up([resource("a", { size: 2 })]);
    expect(provider.calls).toEqual(["check a", "diff a", "check a", "delete a", "create a"]);
    expect(provider.last.check).toEqual([{}, { size: 2 }]);
  });

  test("creates first for replaceOnChanges, and deletes the old one at the end", async () => {
    const { later, provider } = await made();
    await later.up([resource("a", { size: 2 }, { replaceOnChanges: ["size"] }), resource("b", {})]);
    expect(provider.calls).toEqual(["check a", "diff a", "check a", "create a", "check b", "create b", "delete a"]);
    expect(later.state.map(({ key }) => key)).toEqual(["a", "b"]);
  });

  test("finds a resource under its alias, and deletes what has none", async () => {
    const { later, provider } = await made();
    await later.up([resource("b", { size: 1 }, { kind: "a", aliases: ["a"] })]);
    expect(provider.calls).toEqual(["check a", "diff a"]);
    expect(later.state.map(({ key }) => key)).toEqual(["b"]);
    await later.up([resource("c", { size: 1 }, { kind: "a" })]);
    expect(provider.calls.slice(2)).toEqual(["check a", "create a", "delete a"]);
  });

  test("drops in a refresh what the provider says is gone", async () => {
    const { later } = await made({ read: () => ({ id: "", props: {} }) });
    await later.refresh();
    expect(later.state).toEqual([]);
  });

  test("stops at what check refuses", async () => {
    const { later, provider } = await made({
      check: ([, news]) => ({ inputs: news, failures: [{ property: "size", reason: "is too big." }] }),
    });
    const run = await later.up([resource("a", { size: 2 })]);
    expect(run.fault).toEqual({ key: "a", method: "check", message: "size is too big." });
    expect(provider.calls).toEqual(["check a"]);
  });
});

test("destroy deletes who needs others before them", async () => {
  const provider = pretendProvider();
  const engine = new MiniEngine(provider);
  await engine.up([resource("guest", {}, { dependencies: ["disk"] })]);
  await engine.up([resource("disk", {}), resource("guest", {}, { dependencies: ["disk"] })]);
  provider.calls.length = 0;
  await engine.destroy();
  expect(provider.calls).toEqual(["delete guest", "delete disk"]);
  expect(engine.state).toEqual([]);
});
