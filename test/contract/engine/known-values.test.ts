/**
 * What can be known is known: while a guest is only updated, whoever builds on its outputs sees their values in the
 * preview and is left alone. Over every engine this machine has, with a state as an `up` leaves it and without any host.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeploymentFile, StackEngine } from "../../../lab/engine";
import type { ResourceState } from "../../../lab/engine/resource-state";
import { dynamicProvider, providerText } from "../../../provider/pulumi";
import { domuKind } from "../../../provider/resources/domu/domu.lifecycle";
import { engineHere, engineNamesHere } from "../../support/engines";
import { projectRoot } from "../../support/project-root";

type Properties = Record<string, unknown>;

const cwd = join(projectRoot, "test", "support", "programs", "known-values");
const options = { cwd, stack: "dev" };
const MINUTES = 60_000;

const guest = {
  host: { host: "198.51.100.7" },
  name: "web",
  memoryMiB: 512,
  maxMemoryMiB: 1024,
  disks: [{ image: "/xen/vm/web.img" }],
  vifs: [{ bridge: "br0", ip: "198.51.100.21" }, { bridge: "br1" }],
  vfb: { vncDisplay: 7, vncPassword: "12345678" },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-xen-known-"));
  process.env["THINGS_WORLD"] = join(folder, "world");
  process.env["KNOWN_VALUES_FILE"] = join(folder, "program.json");
});
afterEach(() => {
  delete process.env["THINGS_WORLD"];
  delete process.env["KNOWN_VALUES_FILE"];
  rmSync(folder, { recursive: true, force: true });
});

function declare(program: { readonly guest?: object; readonly values: object }): void {
  writeFileSync(join(folder, "program.json"), JSON.stringify(program));
}

/** What check makes of the guest's arguments. */
async function checked(): Promise<Properties> {
  const { host, disks, ...rest } = guest;
  const { inputs, failures } = await dynamicProvider(domuKind).check(
    {},
    {
      ...rest,
      connection: host,
      disks: disks.map(({ image }) => ({ path: image })),
      owner: "known-values/dev::DomU::guest1",
      secretProperties: ["vfb"],
    },
  );
  expect(failures).toEqual([]);
  return { ...inputs, __provider: providerText("domu") };
}

/** The state with the guest in it, as its creation would have left it. */
function withGuest(file: DeploymentFile, inputs: Properties): DeploymentFile {
  const resources = file.deployment.resources ?? [];
  const thing = resources.find(({ type }) => type === "pulumi-nodejs:dynamic/things:Thing");
  if (thing === undefined) throw new Error("The things are not there.");
  const state = {
    ...thing,
    urn: thing.urn.replace(/pulumi-nodejs:dynamic\/things:Thing::.*/, "pulumi-nodejs:dynamic/xen:DomU::guest1"),
    type: "pulumi-nodejs:dynamic/xen:DomU",
    id: inputs["uuid"],
    inputs,
    outputs: { ...inputs, domid: 3, phase: "done", machineId: "machine", claimId: "claim", schemaVersion: 1 },
    propertyDependencies: {},
  } as ResourceState;
  const at = resources.indexOf(thing);
  return {
    ...file,
    deployment: { ...file.deployment, resources: [...resources.slice(0, at), state, ...resources.slice(at)] },
  };
}

/** A stack with the guest, and a thing for each of its outputs. */
async function stack(engine: StackEngine): Promise<Properties> {
  const inputs = await checked();
  const macs = (inputs["vifs"] as { mac: string }[]).map(({ mac }) => mac);
  const { ip, consoleCommand, configPath, uuid, vncAddress } = inputs;
  const values = { ip, consoleCommand, configPath, uuid, macs, vncAddress, domid: 3 };
  declare({ values });
  expect(await engine.up(options)).toMatchObject({ ok: true });
  await engine.import(options, withGuest(await engine.export(options), inputs));
  declare({ guest, values });
  return values;
}

describe.each(engineNamesHere())("over the engine %s, what builds on a guest", (name) => {
  it.each<[string, object]>([
    ["live", { memoryMiB: 768 }],
    ["with a restart", { extra: "quiet" }],
    ["in its disks", { disks: [...guest.disks, { image: "/xen/vm/data.img" }] }],
  ])(
    "is left alone while the guest changes %s, but for what only the host knows",
    async (_how, edit) => {
      const engine = await engineHere(name, folder);
      const values = await stack(engine);
      expect(values).toEqual({
        ip: "198.51.100.21",
        consoleCommand: "xl console web",
        configPath: "/etc/xen/web.cfg",
        uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        macs: [expect.stringMatching(/^00:16:3e:/), expect.stringMatching(/^00:16:3e:/)] as string[],
        vncAddress: "127.0.0.1:5907",
        domid: 3,
      });
      expect(await engine.preview(options)).toMatchObject({ ok: true, changed: 0, errors: [] });

      declare({ guest: { ...guest, ...edit }, values });
      const { ok, operations } = await engine.preview(options);
      const changed = operations.filter(({ op, type }) => op !== "same" && !type.startsWith("pulumi:"));
      expect({ ok, changed: [...new Set(changed.map((operation) => operation.name))].sort() }).toEqual({
        ok: true,
        // The control: a thing that uses the domain's number is shown as changed, since that is known after the update only.
        changed: ["domid", "guest1"],
      });
    },
    5 * MINUTES,
  );
});
