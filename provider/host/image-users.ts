/**
 * Who uses a disk image or block device on a Xen host right now. Nothing on the host protects an image: Xen 4.17 gives
 * the same file to two guests, and deletes or shrinks under a running one, without a word.
 *
 * Three sources of use, each cheap and current (`xl list -l` is neither: it still names disks that were detached):
 * xenstore's back ends (guests), the kernel's loop devices, and files held open by processes. And one of what will be
 * used when a guest starts: the configurations that are stored on the host.
 */
import { type ShellText, libraryText, lines } from "../shell";
import { lostMounts } from "./lost-mounts";

export type ImageUser =
  /** A guest's disk. `backend`: `vbd` for raw files and block devices, `qdisk` for what QEMU reads (qcow2). */
  | {
      readonly kind: "guest";
      readonly domid: number;
      readonly name: string;
      readonly backend: string;
      readonly device: string;
    }
  | { readonly kind: "loop"; readonly device: string }
  | { readonly kind: "process"; readonly pid: number; readonly command: string }
  /** A stored configuration names it. `name`: the guest's, or `?`. */
  | { readonly kind: "configured"; readonly name: string; readonly file: string };

/**
 * Defines `image_users PATH` (who uses it now) and `image_configured PATH` (which stored configurations of guests name it)
 * for a script: a line for each, as `parseImageUsers` reads it. Paths are compared by device and inode too.
 */
export const imageUsersFunction: ShellText = lines([lostMounts, libraryText(__dirname, "image-users.sh")]);

/** The back ends of a guest that has just ended let go of its images a moment later: waits for that. Needs `image`, and the function image_users. */
export const awaitRelease: ShellText = libraryText(__dirname, "await-release.sh");

/** Reads what `image_users` printed. */
export function parseImageUsers(text: string): ImageUser[] {
  return text.split("\n").flatMap((line): ImageUser[] => {
    const [kind, ...rest] = line.split(" ");
    if (kind === "guest") {
      const [domid, backend = "", device = "", ...name] = rest;
      return [{ kind, domid: Number(domid), backend, device, name: name.join(" ") }];
    }
    if (kind === "loop") return [{ kind, device: rest.join(" ") }];
    if (kind === "process") return [{ kind, pid: Number(rest[0]), command: rest.slice(1).join(" ") }];
    if (kind === "configured") return [{ kind, name: rest[0] ?? "?", file: rest.slice(1).join(" ") }];
    return [];
  });
}

/** As while the back ends of a guest that has ended let go, or where they never did. */
export function isOnlyInLoops(users: readonly ImageUser[]): boolean {
  return users.length > 0 && users.every(({ kind }) => kind === "loop");
}

/** For messages: `guest "guest1" (domain 3, xvda)`. The strongest kind only: a guest's disk is open in a loop too. */
export function describeImageUsers(users: readonly ImageUser[]): string {
  const strongest = (["guest", "loop", "process", "configured"] as const).find((kind) =>
    users.some((user) => user.kind === kind),
  );
  return users
    .filter(({ kind }) => kind === strongest)
    .map(describe)
    .join(", ");
}

function describe(user: ImageUser): string {
  switch (user.kind) {
    case "guest":
      return user.domid === 0 ? "a boot loader of this host" : `guest "${user.name}" (domain ${user.domid})`;
    case "loop":
      return user.device;
    case "process":
      return `process ${user.pid} (${user.command})`;
    case "configured":
      return `the configuration of guest "${user.name}" (${user.file})`;
  }
}
