/**
 * Who uses a disk image or block device on a Xen host right now. Nothing on the host protects an image: Xen 4.17 gives
 * the same file to two guests, and deletes or shrinks under a running one, without a word.
 *
 * Three sources, each cheap and current (`xl list -l` is neither: it still names disks that were detached):
 * xenstore's back ends (guests), the kernel's loop devices, and files held open by processes.
 */
import { type ShellText, libraryText } from "../shell";

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
  | { readonly kind: "process"; readonly pid: number; readonly command: string };

/** Defines `image_users PATH` for a script: a line for each user, as `parseImageUsers` reads it. */
export const imageUsersFunction: ShellText = libraryText(__dirname, "image-users.sh");

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
    return [];
  });
}

/** For messages: `guest "guest1" (domain 3, xvda)`. The strongest kind only: a guest's disk is open in a loop too. */
export function describeImageUsers(users: readonly ImageUser[]): string {
  const strongest = (["guest", "loop", "process"] as const).find((kind) => users.some((user) => user.kind === kind));
  return users
    .filter(({ kind }) => kind === strongest)
    .map((user) => {
      if (user.kind === "guest")
        return user.domid === 0 ? "a boot loader of this host" : `guest "${user.name}" (domain ${user.domid})`;
      return user.kind === "loop" ? user.device : `process ${user.pid} (${user.command})`;
    })
    .join(", ");
}
