/** Is what the engine was told so? Its state against the host. */
import { existsSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import type { Properties } from "../engine/provider-protocol";
import type { Run } from "../engine/run";
import type { StackState } from "../engine/stack-state";
import type { PretendHost } from "../host/pretend-host";
import { type Domain, affinityOf } from "../host/xl/domain";
import { type Declared, type Program, guestNameOf, isDisk, isGuest, keyOf } from "../programs/program";

/** After an up that succeeded: is what it made or changed as the program says? */
export function liesOfUp(host: PretendHost, program: Program, changed: ReadonlySet<string>): string[] {
  const disks = program.resources.filter(isDisk);
  const isChanged = (declared: Declared): boolean => changed.has(keyOf(declared));
  return [
    ...disks
      .filter((declared) => isChanged(declared))
      .filter(({ args }) => !existsSync(host.at(args.path)))
      .map(({ args }) => `up succeeded, and there is no ${args.path}`),
    ...program.resources
      .filter(isGuest)
      .filter(isChanged)
      .flatMap((guest) => {
        const name = guestNameOf(guest);
        const found = host.xen.all().filter((domain) => domain.name === name && domain.ended === undefined);
        const isWanted = guest.args.powerState !== "stopped";
        if (host.read(`/etc/xen/${name}.cfg`) === undefined)
          return [`up succeeded, and there is no /etc/xen/${name}.cfg`];
        if (found.length !== (isWanted ? 1 : 0))
          return [`up succeeded, and ${String(found.length)} domains called ${name} run`];
        const [domain] = found;
        if (domain === undefined) return [];
        const paths = guest.args.disks
          .map(({ image }) => disks.find(({ ref }) => ref === image)?.args.path ?? image)
          .map((path) => posix.normalize(path));
        const has = domain.disks.map(({ target }) => target);
        return [
          ...(domain.memoryMiB === (guest.args.memoryMiB ?? 512)
            ? []
            : [`up succeeded, and ${name} has ${String(domain.memoryMiB)} MiB, not ${String(guest.args.memoryMiB)}`]),
          ...(paths.length === has.length && paths.every((path) => has.includes(path))
            ? []
            : [`up succeeded, and ${name} has the disks ${has.join(", ")}, not ${paths.join(", ")}`]),
          ...(domain.vifs.filter(({ isDead }) => isDead !== true).length === guest.args.vifs.length
            ? []
            : [`up succeeded, and ${name} has ${String(domain.vifs.length)} interfaces`]),
          ...(affinityOf(guest.args.cpus ?? "all") === domain.affinity
            ? []
            : [`up succeeded, and ${name} runs on the CPUs ${domain.affinity}, not ${guest.args.cpus ?? "all"}`]),
        ];
      }),
  ];
}

/** After an up that succeeded: who was told that a guest restarts may count on it. `before`: the domains before it. */
export function restartsThatWereNone(host: PretendHost, { announced }: Run, before: readonly Domain[]): string[] {
  // Not by its number: a host that was booted meanwhile counts from 1 again.
  const runningOf = (domains: readonly Domain[], uuid: unknown): Domain | undefined =>
    domains.find((domain) => domain.uuid === uuid && domain.ended === undefined);
  return announced
    .filter(({ op, kind, effect }) => op === "update" && kind === "domu" && effect === "restart")
    .filter(({ inputs: { uuid } }) => {
      const running = runningOf(before, uuid);
      return running !== undefined && running === runningOf(host.xen.all(), uuid);
    })
    .map(({ key, plan }) => `up said that ${key} restarts, and it did not: ${plan}`);
}

/** Is this file somebody's who has nothing to do with us? What has a uuid of ours in there is not ours. */
type IsForeign = (path: string) => boolean;

/** After a refresh: what it dropped is gone, and what it calls stopped does not run. */
export function liesOfRefresh(
  host: PretendHost,
  before: StackState,
  after: StackState,
  isForeign: IsForeign,
): string[] {
  const runs = (uuid: unknown): boolean => {
    const domain = domainOf(host, uuid, isForeign);
    return domain !== undefined && domain.ended === undefined;
  };
  return before
    .filter(({ kind }) => kind === "domu")
    .flatMap(({ key, id, inputs, outputs }) => {
      const now = after.find((one) => one.key === key && one.id === id);
      const { uuid } = inputs;
      if (now === undefined) {
        if (isAnothers(host, uuid, outputs)) return [];
        if (runs(uuid)) return [`refresh says that ${key} is gone, and it runs`];
        return configsOf(host, uuid, isForeign).map((path) => `refresh says that ${key} is gone, and ${path} stands`);
      }
      const isStopped = now.inputs["powerState"] === "stopped";
      return isStopped && runs(uuid) ? [`refresh says that ${key} is stopped, and it runs`] : [];
    });
}

/** After a delete that succeeded. */
export function liesOfDelete(
  host: PretendHost,
  key: string,
  { inputs, outputs }: { readonly inputs: Properties; readonly outputs: Properties },
  isForeign: IsForeign,
): string[] {
  if (!key.includes("DomU")) return [];
  const { uuid } = inputs;
  if (isAnothers(host, uuid, outputs)) return [];
  const running = domainOf(host, uuid, isForeign);
  return [
    ...(running === undefined ? [] : [`delete of ${key} succeeded, and its domain ${running.name} is there`]),
    ...configsOf(host, uuid, isForeign).map((path) => `delete of ${key} succeeded, and ${path} stands`),
  ];
}

/** Another resource has claimed it since: then it is gone for this one. */
function isAnothers(host: PretendHost, uuid: unknown, { claimId }: Properties): boolean {
  const claim = host.read(`/var/lib/pulumi-xen/domu/${String(uuid)}/claim`);
  return claim !== undefined && !claim.includes(`\nid=${String(claimId)}\n`);
}

function domainOf(host: PretendHost, uuid: unknown, isForeign: IsForeign): Domain | undefined {
  return host.xen.all().find((domain) => domain.uuid === uuid && !isForeign(domain.configPath.replace(host.root, "")));
}

/** A guest may be called otherwise by now. */
function configsOf(host: PretendHost, uuid: unknown, isForeign: IsForeign): string[] {
  const folder = host.at("/etc/xen");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".cfg")) : [];
  return names
    .filter((name) => host.read(`/etc/xen/${name}`)?.includes(String(uuid)) === true)
    .map((name) => `/etc/xen/${name}`)
    .filter((path) => !isForeign(path));
}
