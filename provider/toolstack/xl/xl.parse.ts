/** What xl prints, read. Pinned by test/golden/xen-4.17-debian12 (real output). Pure. */
import { z } from "zod";
import { OutputParseError } from "../../errors";
import { DISK_FORMATS, type DomainState, domainState } from "../../xen";
import type { Domain, HostDomains, RunningDomain, RunningGuest, UnreadableDomain } from "../domain";

const domainSchema = z.object({
  domid: z.number(),
  config: z.object({
    c_info: z.object({ type: z.string().optional(), name: z.string().optional(), uuid: z.string().optional() }),
    b_info: z.object({
      max_vcpus: z.number().optional(),
      avail_vcpus: z.array(z.number()).optional(),
      max_memkb: z.number().optional(),
      target_memkb: z.number().optional(),
      kernel: z.string().nullish(),
      bootloader: z.string().nullish(),
      sched_params: z.object({ weight: z.number().nullish(), cap: z.number().nullish() }).nullish(),
    }),
    disks: z
      .array(
        z.object({
          pdev_path: z.string().nullish(),
          vdev: z.string().nullish(),
          format: z.string().nullish(),
          readwrite: z.number().nullish(),
        }),
      )
      .optional(),
    // An action that is not named is "destroy", libxl's own default.
    on_poweroff: z.string().nullish(),
    on_reboot: z.string().nullish(),
    on_crash: z.string().nullish(),
    nics: z
      .array(
        z.object({
          devid: z.number().nullish(),
          mac: z.string().nullish(),
          bridge: z.string().nullish(),
          ifname: z.string().nullish(),
        }),
      )
      .optional(),
  }),
});

/**
 * The answer of `xl list -l`. After a detach xl prints warnings on stderr for the stale device; stdout is right.
 * @throws OutputParseError
 */
export function parseDomains(json: string): Domain[] {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch (cause) {
    throw new OutputParseError(`"xl list -l" did not print JSON: ${json.slice(0, 80)}`, { cause });
  }
  const domains = z.array(domainSchema).safeParse(raw);
  if (!domains.success) {
    throw new OutputParseError(
      `"xl list -l" printed what we do not understand, at ${domains.error.issues.map(({ path }) => path.join(".")).join(", ")}.`,
    );
  }
  return domains.data.map(
    ({ domid, config: { c_info: identity, b_info: build, disks = [], nics = [], ...events } }) => ({
      domid,
      name: identity.name ?? "",
      uuid: identity.uuid,
      type: identity.type,
      memoryMiB: Math.round((build.target_memkb ?? 0) / 1024),
      maxMemoryMiB: Math.round((build.max_memkb ?? 0) / 1024),
      // One vcpu is the default, and defaults may be left out.
      vcpus: build.avail_vcpus?.length ?? 1,
      maxVcpus: build.max_vcpus ?? 1,
      kernel: build.kernel ?? undefined,
      bootloader: build.bootloader ?? undefined,
      disks: disks.flatMap((disk) =>
        disk.pdev_path == null || disk.vdev == null
          ? []
          : [
              {
                target: disk.pdev_path,
                device: disk.vdev,
                format: DISK_FORMATS.find((format) => format === disk.format) ?? "raw",
                mode: disk.readwrite === 1 ? ("w" as const) : ("r" as const),
                more: [],
              },
            ],
      ),
      vifs: nics.map((nic) => ({
        ...(nic.mac == null ? {} : { mac: nic.mac.toLowerCase() }),
        ...(nic.bridge == null ? {} : { bridge: nic.bridge }),
        // The first is number 0, and defaults may be left out.
        link: nic.ifname ?? `vif${domid}.${nic.devid ?? 0}`,
        more: [],
      })),
      onPoweroff: actionOf(events.on_poweroff),
      onReboot: actionOf(events.on_reboot),
      onCrash: actionOf(events.on_crash),
      cpuWeight: build.sched_params?.weight ?? undefined,
      cpuCap: build.sched_params?.cap ?? undefined,
    }),
  );
}

/** libxl writes `rename_restart` where xl.cfg(5) has `rename-restart`. */
function actionOf(name: string | null | undefined): string {
  return (name ?? "destroy").replaceAll("_", "-");
}

/** A row of `xl list -v`, which tells every domain there is. */
export interface DomainRow {
  readonly domid: number;
  readonly name: string;
  readonly uuid: string;
  readonly memoryMiB: number;
  readonly state: DomainState;
  /** No memory, paused, no time: so it is while its boot loader runs, and so it stays where xl dies then (seen on 4.17). */
  readonly isUnbuilt: boolean;
}

/** @throws OutputParseError where a line is not a domain. */
export function parseDomainRows(table: string): DomainRow[] {
  return table
    .split("\n")
    .slice(1)
    .filter((line) => line.trim() !== "")
    .map((line) => {
      // A name may hold blanks only in theory; the columns behind it are fixed.
      const row = /^(.*?)\s+(\d+)\s+(\d+)\s+\d+\s+([-a-zS]{6})\s+([\d.]+)\s+([0-9a-f-]{36})\s/.exec(`${line} `);
      if (row === null)
        throw new OutputParseError(`"xl list -v" printed a line that is no domain: ${line.slice(0, 80)}`);
      const state = domainState(row[4] ?? "");
      const isUnbuilt = state === "paused" && Number(row[3]) === 0 && Number(row[5]) === 0;
      const [, name = "", domid, memory] = row;
      return { name, domid: Number(domid), memoryMiB: Number(memory), state, uuid: row[6] ?? "", isUnbuilt };
    });
}

/** Those that a reboot of the host would take down. */
export function guestsOf(rows: readonly DomainRow[]): RunningGuest[] {
  return rows
    .filter(({ domid, state }) => domid !== 0 && state !== "dying")
    .map(({ name, uuid, memoryMiB, isUnbuilt }) => ({ name, uuid, memoryMiB, isUnbuilt }));
}

/** The CPUs of each domain, by id, from `xl vcpu-list`: its hard affinity, where all VCPUs have the same. */
export function parsePinning(table: string): Map<number, string | undefined> {
  const found = new Map<number, string | undefined>();
  for (const line of table.split("\n").slice(1)) {
    const row = /\s(\d+)\s+\d+\s+(?:\d+|-)\s+\S+\s+[\d.]+\s+(\S+)\s+\/\s+\S+\s*$/.exec(line);
    if (row === null) continue;
    const domid = Number(row[1]);
    const cpus = row[2] ?? "all";
    found.set(domid, !found.has(domid) || found.get(domid) === cpus ? cpus : undefined);
  }
  return found;
}

/**
 * The three answers of xl put together. What `xl list -l` leaves out and `xl list -v` shows is there and cannot be read:
 * it is not gone.
 */
export function joinDomains(
  rows: readonly DomainRow[],
  details: readonly Domain[],
  pinning: ReadonlyMap<number, string | undefined>,
): Pick<HostDomains, "domains" | "unreadable"> {
  const byId = new Map(details.map((domain) => [domain.domid, domain]));
  const domains: RunningDomain[] = [];
  const unreadable: UnreadableDomain[] = [];
  for (const row of rows) {
    const domain = byId.get(row.domid);
    // A rename between the two answers: the table's name is the newer one.
    if (domain === undefined) unreadable.push(row);
    else
      domains.push({
        ...domain,
        name: row.name,
        uuid: domain.uuid ?? row.uuid,
        state: row.state,
        cpus: pinning.has(row.domid) ? pinning.get(row.domid) : "all",
      });
  }
  // Begun between the two answers.
  const listed = new Set(rows.map(({ domid }) => domid));
  const later = details.filter(({ domid }) => !listed.has(domid));
  return {
    domains: [...domains, ...later.map((domain) => ({ ...domain, state: "runnable" as const, cpus: "all" }))],
    unreadable,
  };
}

/** Dom0's size, from the table of `xl list`. @throws OutputParseError where dom0 is not listed. */
export function parseDom0(table: string): { dom0MemoryMiB: number; dom0Vcpus: number } {
  const row = /^Domain-0\s+0\s+(\d+)\s+(\d+)\s/m.exec(table);
  if (row === null) throw new OutputParseError('"xl list" does not show Domain-0.');
  return { dom0MemoryMiB: Number(row[1]), dom0Vcpus: Number(row[2]) };
}
