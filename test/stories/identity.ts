/**
 * Whose an object is, whatever happens to the program and to Pulumi's state: renamed, moved, declared twice, lost, restored,
 * replaced. Told of any one object; each claim about it is looked at on the host with raw tools.
 */
import type { DeploymentFile, StackEngine, StackResult } from "../../lab/engine";
import type { Declared } from "../support/declared";
import { deeds, mustSucceed } from "../support/lab-stack";

export type StackName = "first" | "second";

export interface IdentityGround {
  readonly cwd: string;
  readonly config: Readonly<Record<string, string>>;
  /** Over a state of its own for each stack. */
  readonly engine: (stack: StackName) => StackEngine;
  /** stdout of a command on the host; throws when it fails. */
  readonly raw: (command: string) => Promise<string>;
}

/** The object of the story. */
export interface Thing {
  readonly type: Declared["type"];
  /** The name of its resource, to begin with. */
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** A property, and two other values of it that are live to change to. */
  readonly change: readonly [property: string, first: unknown, second: unknown];
  /** What else its program declares, in front of it. */
  readonly others: readonly Declared[];
  /** Its claims on the host: `/var/lib/pulumi-xen/disk-image/…/claim`. */
  readonly claims: string;
  /** A command that shows what must not be lost, doubled or taken. What `change` does is not in it. */
  readonly look: string;
  /** A command that shows what `change` does. */
  readonly lookAtChange: string;
  /** A command that puts something into it, once it is made. */
  readonly use?: string;
}

/** What somebody does about one thing, over one engine. */
class Owners {
  readonly #ground: () => IdentityGround;
  readonly #thing: () => Thing;

  constructor(ground: () => IdentityGround, thing: () => Thing) {
    this.#ground = ground;
    this.#thing = thing;
  }

  get thing(): Thing {
    return this.#thing();
  }

  /** The thing alone, declared like this. */
  declared(how: Partial<Declared> = {}): Declared {
    const { type, name, args } = this.thing;
    return { type, name, args, ...how };
  }

  async attempt(
    stack: StackName,
    action: "preview" | "up" | "refresh" | "destroy",
    how: Partial<Declared> | undefined = {},
  ): Promise<StackResult> {
    const { cwd, config, engine } = this.#ground();
    const others = stack === "first" ? this.thing.others : [];
    const declared = JSON.stringify([...others, this.declared(how)]);
    return engine(stack)[action]({ cwd, stack, config: { ...config, declared } });
  }

  async run(
    stack: StackName,
    action: "preview" | "up" | "refresh" | "destroy",
    how?: Partial<Declared>,
  ): Promise<{ deeds: string[]; log: string }> {
    const result = await mustSucceed(this.#ground().engine(stack), this.attempt(stack, action, how));
    return { deeds: deeds(result), log: result.log };
  }

  /** What an `up` that must fail says. */
  async refused(stack: StackName, how?: Partial<Declared>): Promise<string> {
    const result = await this.attempt(stack, "up", how);
    expect(result.ok).toBe(false);
    return result.errors.join("\n");
  }

  export(): Promise<DeploymentFile> {
    const { cwd, engine } = this.#ground();
    return engine("first").export({ cwd, stack: "first" });
  }

  async restore(file: DeploymentFile): Promise<void> {
    const { cwd, engine } = this.#ground();
    await engine("first").import({ cwd, stack: "first" }, file);
  }

  /** The state without anything of the thing's kind, and of what stands on it. */
  async lose(): Promise<void> {
    const file = await this.export();
    const resources = (file.deployment.resources ?? []).filter(({ type }) => !type.includes(":dynamic/"));
    await this.restore({ ...file, deployment: { ...file.deployment, resources } });
  }

  look(): Promise<string> {
    return this.#ground().raw(this.thing.look);
  }

  lookAtChange(): Promise<string> {
    return this.#ground().raw(this.thing.lookAtChange);
  }

  async use(): Promise<void> {
    if (this.thing.use !== undefined) await this.#ground().raw(this.thing.use);
  }

  /** `owner` and `id` of every claim of its kind. */
  async claims(): Promise<{ owner: string; id: string }[]> {
    const text = await this.#ground().raw(`cat ${this.thing.claims} 2>/dev/null || true`);
    return text
      .split("pulumi-xen claim 2\n")
      .slice(1)
      .map((claim) => ({
        owner: /^owner=(.*)$/m.exec(claim)?.[1] ?? "",
        id: /^id=(.*)$/m.exec(claim)?.[1] ?? "",
      }));
  }
}

/** The claims, in order; each stands on the one before. */
export function identity(ground: () => IdentityGround, thing: () => Thing): void {
  const owners = new Owners(ground, thing);
  const type = (): string => owners.thing.type;
  const ownerNamed = (name: string): string => `identity/first::${type()}::${name}`;
  /** Runs it, and shows that nothing was lost, doubled or taken. */
  async function keepsAll<T>(deed: () => Promise<T>): Promise<T> {
    const before = await owners.look();
    const result = await deed();
    expect(await owners.look()).toBe(before);
    return result;
  }
  const changed = (to: 1 | 2): Partial<Declared> => {
    const { args, change } = owners.thing;
    return { args: { ...args, [change[0]]: change[to] } };
  };

  it("is made once, and its claim names the resource", async () => {
    await owners.run("first", "up");
    await owners.use();
    expect((await owners.claims()).map(({ owner }) => owner)).toEqual([ownerNamed(owners.thing.name)]);
  });

  it("is refused to another resource name, with owner and remedy, and the former name still manages it", async () => {
    const error = await keepsAll(() => owners.refused("first", { name: "renamed" }));
    expect(error).toContain(ownerNamed(owners.thing.name));
    expect(error).toContain(`aliases: [{ name: ${JSON.stringify(owners.thing.name)} }]`);
    expect((await keepsAll(() => owners.run("first", "up"))).deeds).toEqual([]);
  });

  it("follows a rename with aliases: the claim gets the new owner, and nothing else is touched", async () => {
    const [before] = await owners.claims();
    const how = { name: "renamed", aliases: [{ name: owners.thing.name }] };
    const { log } = await owners.run("first", "preview", how);
    expect(log).toContain(`owner ${ownerNamed(owners.thing.name)} -> ${ownerNamed("renamed")}: none`);
    const { deeds: done } = await keepsAll(() => owners.run("first", "up", how));
    expect(done).toEqual([`update ${type()} renamed`]);
    expect(await owners.claims()).toEqual([{ id: before?.id, owner: ownerNamed("renamed") }]);
    await keepsAll(() => owners.run("first", "up", { aliases: [{ name: "renamed" }] }));
    expect(await owners.claims()).toEqual([before]);
  });

  it("moves into a component with aliases, and nothing at all changes", async () => {
    const claims = await owners.claims();
    const how = { component: "group", aliases: [{ component: null }] };
    expect((await keepsAll(() => owners.run("first", "up", how))).deeds).toEqual([]);
    expect(await owners.claims()).toEqual(claims);
  });

  let formerState: DeploymentFile | undefined;

  it("moves out of the component without aliases: it is taken over as it is, and its former resource removes nothing", async () => {
    const [before] = await owners.claims();
    formerState = await owners.export();
    const { deeds: done } = await keepsAll(() => owners.run("first", "up"));
    expect(done).toEqual([`create ${type()} ${owners.thing.name}`, `delete ${type()} ${owners.thing.name}`]);
    const [after, ...more] = await owners.claims();
    expect([after?.owner, more]).toEqual([ownerNamed(owners.thing.name), []]);
    expect(after?.id).not.toBe(before?.id);
  });

  it("is refused to a second stack, with owner and remedy, and that stack's destroy touches nothing", async () => {
    const claims = await owners.claims();
    const error = await keepsAll(() => owners.refused("second"));
    expect(error).toContain(ownerNamed(owners.thing.name));
    expect(error).toMatch(/choose another|another name/);
    await keepsAll(() => owners.run("second", "destroy"));
    expect(await owners.claims()).toEqual(claims);
  });

  it("is not removed by a state from before it was taken over", async () => {
    if (formerState === undefined) throw new Error("The chapter before was not told.");
    const claims = await owners.claims();
    await owners.restore(formerState);
    const error = await keepsAll(() => owners.refused("first", { ...changed(1), component: "group" }));
    expect(error).toMatch(/claimed again/);
    expect(error).toMatch(/refresh/);
    await keepsAll(() => owners.run("first", "refresh", { component: "group" }));
    expect(await owners.claims()).toEqual(claims);
  });

  it("is taken over as it is by its own resource whose state was lost", async () => {
    const [before] = await owners.claims();
    await owners.lose();
    await keepsAll(() => owners.run("first", "up"));
    const [after, ...more] = await owners.claims();
    expect([after?.owner, more]).toEqual([ownerNamed(owners.thing.name), []]);
    expect(after?.id).not.toBe(before?.id);
    expect((await keepsAll(() => owners.run("first", "up"))).deeds).toEqual([]);
  });

  it("comes to what is declared with a state restored from before the last up", async () => {
    const before = await owners.export();
    const how = changed(1);
    await keepsAll(() => owners.run("first", "up", how));
    const then = await owners.lookAtChange();
    await owners.restore(before);
    await keepsAll(() => owners.run("first", "up", how));
    expect(await owners.lookAtChange()).toBe(then);
    expect((await keepsAll(() => owners.run("first", "up", how))).deeds).toEqual([]);
  });

  it("survives replaceOnChanges, which creates the new resource before it deletes the old one", async () => {
    const how = { ...changed(2), replaceOnChanges: [owners.thing.change[0]] };
    const { deeds: done } = await keepsAll(() => owners.run("first", "up", how));
    expect(done).toContain(`replace ${type()} ${owners.thing.name}`);
    expect((await owners.claims()).map(({ owner }) => owner)).toEqual([ownerNamed(owners.thing.name)]);
  });

  it("is gone after its own destroy, and leaves no claim", async () => {
    await owners.run("first", "destroy");
    expect(await owners.claims()).toEqual([]);
  });
}
