/** The five resources of the quickstart, as an engine calls them: through the private door that Pulumi's state names. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { provider } from "../../provider/lifecycle";
import { showProgress } from "../../provider/remote";
import { CLAIM_IDS, MACHINE_ID, type XenHost } from "./server/xen-host/xen-host";
import { BRIDGE, GUEST } from "./server/xen-host/recordings";

// Standard output is the report's.
showProgress(() => undefined);

type Properties = Record<string, unknown>;

/** A resource in a stack's state. */
export interface Kept {
  readonly kind: string;
  readonly id: string;
  readonly props: Properties;
}

export function ownerOf(type: string, name: string): string {
  return `bench/dev::${type}::${name}`;
}

/** Makes what can be made without a boot of Xen; of the host and its bridge the claims stand there already. */
export async function fiveOf(host: XenHost): Promise<readonly Kept[]> {
  const { address, port, user, hostKey, privateKeyFile } = host.server;
  const connection = { host: address, port, user, hostKey, privateKeyFile };
  const source = (path: string): object => ({
    path,
    sha256: createHash("sha256").update(readFileSync(path)).digest("hex"),
  });
  const checked = async (kind: string, type: string, name: string, inputs: object): Promise<Properties> => {
    const all = { connection, owner: ownerOf(type, name), ...inputs };
    return accepted(await provider(kind).check({}, all));
  };
  const made = async (kind: string, inputs: Properties): Promise<Kept> => {
    const { id, outs } = await provider(kind).create(inputs);
    return { kind, id, props: outs };
  };
  const disk = await made(
    "disk-image",
    await checked("disk-image", "DiskImage", "disk", { path: host.disk, sizeGiB: 1 }),
  );
  const media = await made(
    "install-media",
    await checked("install-media", "InstallMedia", "media", {
      name: "media",
      kernel: source(host.kernel),
      ramdisk: source(host.ramdisk),
    }),
  );
  const guest = await made(
    "domu",
    await checked("domu", "DomU", GUEST.name, {
      name: GUEST.name,
      uuid: GUEST.uuid,
      memoryMiB: GUEST.memoryMiB,
      maxMemoryMiB: GUEST.maxMemoryMiB,
      boot: "direct",
      kernel: media.props["kernelPath"],
      ramdisk: media.props["ramdiskPath"],
      disks: [{ path: host.disk }],
      vifs: [{ bridge: BRIDGE.name, mac: GUEST.mac }],
      autostart: true,
    }),
  );
  const stood = (inputs: Properties, claimId: string): Properties => ({
    ...inputs,
    schemaVersion: disk.props["schemaVersion"],
    machineId: MACHINE_ID,
    claimId,
    phase: "ready",
  });
  return [
    {
      kind: "xen-host",
      id: MACHINE_ID,
      props: stood(
        await checked("xen-host", "XenHost", "the host", { dom0: { memoryMiB: 1024, maxVcpus: 2 } }),
        CLAIM_IDS.host,
      ),
    },
    {
      kind: "bridge",
      id: BRIDGE.name,
      props: stood(
        await checked("bridge", "Bridge", BRIDGE.name, { name: BRIDGE.name, ports: [BRIDGE.port] }),
        CLAIM_IDS.bridge,
      ),
    },
    disk,
    media,
    guest,
  ];
}

/** A refresh as the engine does it: all at once. */
export async function refreshed(five: readonly Kept[]): Promise<readonly Properties[]> {
  const seen = await Promise.all(five.map(({ kind, id, props }) => provider(kind).read(id, props)));
  for (const [index, { id }] of seen.entries()) {
    if (id === "") throw new Error(`${five[index]?.kind ?? "?"} passes for gone.`);
  }
  return seen.map(({ props }) => props);
}

/** What the engine does for a changed program: check, diff, update. @returns the new state. */
export async function withMemory({ kind, id, props }: Kept, memoryMiB: number): Promise<Kept> {
  const guest = provider(kind);
  const inputs = accepted(await guest.check(props, { ...inputsOf(props), memoryMiB }));
  if (inputs["effect"] !== "live") throw new Error(`The change of memory has the effect ${String(inputs["effect"])}.`);
  await guest.diff(id, props, inputs);
  const { outs } = await guest.update(id, props, inputs);
  return { kind, id, props: outs };
}

/** What a program says of the guest; the rest is the host's. */
function inputsOf(props: Properties): Properties {
  const told = ["machineId", "claimId", "phase", "domid", "ip", "vncAddress", "schemaVersion", "unfinished"];
  return Object.fromEntries(Object.entries(props).filter(([name]) => !told.includes(name)));
}

function accepted({ inputs, failures }: Awaited<ReturnType<ReturnType<typeof provider>["check"]>>): Properties {
  if (failures.length > 0) throw new Error(`Refused: ${JSON.stringify(failures)}`);
  return inputs;
}
