/**
 * Who uses a disk image or block device on a Xen host right now. Nothing on the host protects an image: Xen 4.17 gives
 * the same file to two guests, and deletes or shrinks under a running one, without a word.
 *
 * Three sources, each cheap and current (`xl list -l` is neither: it still names disks that were detached):
 * xenstore's back ends (guests), the kernel's loop devices, and files held open by processes.
 */
import { type ShellText, sh } from "../shell";

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

/**
 * Defines `image_users PATH` for a script: a line for each user, as `parseImageUsers` reads it.
 * Symbolic links are followed first, since the kernel knows only where they lead.
 */
export const imageUsersFunction: ShellText = sh`image_users() {
  iu_path=$(readlink -f -- "$1" 2>/dev/null || printf '%s' "$1")
  if command -v xenstore-ls >/dev/null 2>&1 && [ -e /proc/xen/capabilities ]; then
    xenstore-ls -f /local/domain/0/backend 2>/dev/null |
      awk -v given="$1" -v real="$iu_path" '
        $1 ~ /\/params$/ {
          value = $0; sub(/^[^=]*= "/, "", value); sub(/"$/, "", value); sub(/^(aio|qcow2|raw|qcow|vhd|qed|tapdisk):/, "", value)
          if (value == given || value == real) { split($1, part, "/"); print part[6], part[7], part[8] }
        }' |
      while read -r iu_backend iu_domid iu_device; do
        printf 'guest %s %s %s %s\n' "$iu_domid" "$iu_backend" "$iu_device" \
          "$(xenstore-read "/local/domain/$iu_domid/name" 2>/dev/null || echo '?')"
      done
  fi
  for iu_file in /sys/block/loop*/loop/backing_file; do
    [ -f "$iu_file" ] || continue
    [ "$(cat "$iu_file" 2>/dev/null)" = "$iu_path" ] || continue
    iu_loop=$(printf '%s' "$iu_file" | cut -d/ -f4)
    printf 'loop /dev/%s\n' "$iu_loop"
  done
  if find / -maxdepth 0 -lname x >/dev/null 2>&1; then set -- -lname "$iu_path"
  else set -- -maxdepth 1 -follow -samefile "$iu_path"; fi # busybox
  find /proc/[0-9]*/fd "$@" 2>/dev/null | cut -d/ -f3 | sort -un | while read -r iu_pid; do
    printf 'process %s %s\n' "$iu_pid" "$(cat "/proc/$iu_pid/comm" 2>/dev/null || echo '?')"
  done
}`;

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
