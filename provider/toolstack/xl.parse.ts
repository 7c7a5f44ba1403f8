/** What xl prints, read. Pinned by test/golden/xen-4.17-debian12 (real output). Pure. */
import { z } from "zod";
import { OutputParseError } from "../errors";
import { type DiskSpec, DISK_FORMATS, type DomainState, type VifSpec, domainState } from "../xen";

/** A domain as `xl list -l` tells it. */
export interface Domain {
  readonly domid: number;
  readonly name: string;
  readonly uuid: string | undefined;
  readonly type: string | undefined;
  /** What the guest shall use now; a moment later it does. */
  readonly memoryMiB: number;
  /** What it booted with at most; fixed until its next boot. */
  readonly maxMemoryMiB: number;
  /** The wish: a guest may have to bring a CPU online itself. */
  readonly vcpus: number;
  readonly maxVcpus: number;
  readonly kernel: string | undefined;
  readonly bootloader: string | undefined;
  readonly disks: readonly DiskSpec[];
  readonly vifs: readonly VifSpec[];
}

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
    nics: z
      .array(z.object({ mac: z.string().nullish(), bridge: z.string().nullish(), ip: z.string().nullish() }))
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
    throw new OutputParseError(`"xl list -l" printed what we do not understand: ${z.prettifyError(domains.error)}`);
  }
  return domains.data.map(({ domid, config: { c_info: identity, b_info: build, disks = [], nics = [] } }) => ({
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
      more: [],
    })),
  }));
}

/** The state of each domain, by id, from the table of `xl list`. */
export function parseDomainStates(table: string): Map<number, DomainState> {
  const states = new Map<number, DomainState>();
  for (const line of table.split("\n").slice(1)) {
    // The name may hold blanks only in theory; the columns behind it are fixed.
    const row = /\s(\d+)\s+\d+\s+\d+\s+([-a-zS]{6})\s+[\d.]+\s*$/.exec(line);
    if (row !== null) states.set(Number(row[1]), domainState(row[2] ?? ""));
  }
  return states;
}

/** Dom0's size, from the table of `xl list`. @throws OutputParseError where dom0 is not listed. */
export function parseDom0(table: string): { dom0MemoryMiB: number; dom0Vcpus: number } {
  const row = /^Domain-0\s+0\s+(\d+)\s+(\d+)\s/m.exec(table);
  if (row === null) throw new OutputParseError('"xl list" does not show Domain-0.');
  return { dom0MemoryMiB: Number(row[1]), dom0Vcpus: Number(row[2]) };
}
