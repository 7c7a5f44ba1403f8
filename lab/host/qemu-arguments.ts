/**
 * The command line of a lab host. Pure.
 *
 * A frozen host can be thawed only into a machine with the same processor, memory and list of devices; only what stands
 * behind the network cards may differ. So there is one place that makes the list, for both.
 */

/** A loopback port of this machine that leads to a port of the host or of a guest behind it. */
export interface Forward {
  readonly hostPort: number;
  /** Address in 10.0.2.0/24. Default 10.0.2.15, the host itself. */
  readonly guestAddress?: string;
  readonly guestPort: number;
}

/** A forward to be; without `hostPort` a free port is chosen. */
export type ForwardRequest = Omit<Forward, "hostPort"> & { readonly hostPort?: number };

/** One end of a cable between two lab hosts: UDP datagrams on loopback, so either host may start first or start again. */
export interface LinkEnd {
  readonly localPort: number;
  readonly remotePort: number;
}

export interface MachineShape {
  readonly memoryMiB: number;
  readonly processors: number;
  readonly cpu: string;
}

/**
 * 2560 MiB: 1024 for dom0 and the rest for guests. `qemu64,+npt` is the processor that boots Xen, has what PVH and HVM
 * guests need, and is reliable: with `max`, dom0 crashes at once (SMAP or SMEP), and without those two about one SSH
 * login in 36 was refused (docs/lab.md, "The emulated processor").
 */
export const defaultShape: MachineShape = { memoryMiB: 2560, processors: 2, cpu: "qemu64,+npt" };

export interface MachineOptions {
  readonly name: string;
  readonly shape: MachineShape;
  readonly sshPort: number;
  /** Absolute: it also serves to recognise the process as ours. Every other file is relative to the host's folder. */
  readonly pidFile: string;
  readonly forwards: readonly Forward[];
  readonly link?: LinkEnd | undefined;
  /** A second, small disk, boot.qcow2, from which the firmware boots. */
  readonly hasBootDisk?: boolean;
  /** `true`: wait for a frozen state instead of booting. */
  readonly isIncoming: boolean;
}

const hostAddress = "10.0.2.15";
/** The second card's burnt-in address; thaw.ts gives each clone one of its own. */
export const linkCardAddress = "52:54:00:00:01:01";

/** Arguments for qemu-system-x86_64, to be started with the host's folder as working directory. */
export function qemuArguments(options: MachineOptions): string[] {
  const { shape } = options;
  return [
    ["-name", options.name],
    ["-machine", "pc"],
    // Asked for by name: with KVM nested in another hypervisor, Xen dies at its first CET instruction.
    ["-accel", "tcg,thread=multi,tb-size=512"],
    ["-cpu", shape.cpu],
    ["-smp", String(shape.processors)],
    ["-m", String(shape.memoryMiB)],
    ["-display", "none"],
    ["-nodefaults"],
    ["-no-user-config"],
    ["-rtc", "base=utc"],
    ["-serial", "file:console.log"],
    ["-qmp", "unix:qmp.sock,server=on,wait=off"],
    ["-pidfile", options.pidFile],
    // Unsafe: a lab disk may be lost with the machine that holds it, and syncing it costs most of an installation's time.
    ["-drive", "file=disk.qcow2,if=virtio,format=qcow2,cache=unsafe,aio=threads,discard=unmap"],
    options.hasBootDisk === true ? bootDisk : [],
    ["-netdev", userNetwork(options)],
    ["-device", "virtio-net-pci,netdev=n0,mac=52:54:00:00:00:01,romfile="],
    ["-netdev", linkNetwork(options.link)],
    ["-device", `virtio-net-pci,netdev=n1,mac=${linkCardAddress},romfile=`],
    ["-device", "virtio-rng-pci"],
    options.isIncoming ? ["-incoming", "defer"] : [],
  ].flat();
}

/** In a late slot: the host counts its disks by their slots, and its root stays /dev/vda, this is /dev/vdb. */
const bootDisk = [
  ["-drive", "file=boot.qcow2,if=none,id=boot,format=qcow2,cache=unsafe,aio=threads"],
  ["-device", "virtio-blk-pci,drive=boot,bootindex=0,addr=0x10"],
].flat();

function userNetwork(options: MachineOptions): string {
  const ssh: Forward = { hostPort: options.sshPort, guestPort: 22 };
  return ["user,id=n0,ipv6=off", ...[ssh, ...options.forwards].map((f) => `hostfwd=${forwardRule(f)}`)].join(",");
}

function linkNetwork(link: LinkEnd | undefined): string {
  if (link === undefined) return "user,id=n1,restrict=on,ipv6=off"; // a card whose cable is not plugged in
  return `socket,id=n1,udp=127.0.0.1:${link.remotePort},localaddr=127.0.0.1:${link.localPort}`;
}

/** QEMU's text for a forward; the loopback address is ours to say, never the caller's. */
export function forwardRule(forward: Forward): string {
  return `tcp:127.0.0.1:${forward.hostPort}-${forward.guestAddress ?? hostAddress}:${forward.guestPort}`;
}

const maxNameLength = 30;

/** A lab host's name is also its host name and its folder. @throws Error with what is allowed. */
export function checkName(name: string): void {
  if (new RegExp(`^[a-z][a-z0-9-]{0,${maxNameLength - 1}}$`).test(name)) return;
  throw new Error(
    `A lab host's name is made of lower-case letters, digits and dashes, starts with a letter and has at most ` +
      `${maxNameLength} characters; given: ${JSON.stringify(name)}.`,
  );
}
