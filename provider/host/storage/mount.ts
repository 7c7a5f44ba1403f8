/** What keeps root from making, growing or removing a file: a share that squashes root or is not mounted, a read-only mount. Pure. */
import { type Answer, type ShellText, libraryText } from "../../shell";
import type { SeenMount, StoredImage } from "./storage";

/** Needs $image and $folder. */
export const observeMount: ShellText = libraryText(__dirname, "observe-mount.sh");

export function readMount(answer: Answer): SeenMount {
  const [at = "", type = ""] = (answer.get("unmounted") ?? "").trim().split(" ");
  return {
    locked: answer.get("locked"),
    isLocked: answer.get("locked.file") !== undefined,
    unmounted: at === "" ? undefined : { at, type },
  };
}

const REMEDY =
  "It is mounted read-only, or an NFS share that squashes root: export it with no_root_squash, mount it read-write";

/** Why nothing can be made there now. */
export function cannotWrite({ mount }: StoredImage, path: string): string[] {
  if (mount?.unmounted !== undefined) {
    const { at, type } = mount.unmounted;
    return [
      `${path} belongs on the file system that /etc/fstab mounts at ${at} (${type}), which is not mounted now. Mount it (mount ${at}), and run again.`,
    ];
  }
  return mount?.locked === undefined
    ? []
    : [
        `Root of this host may not write to ${mount.locked}, so ${path} cannot be made. ${REMEDY}, or choose another path.`,
      ];
}

/** Why a file cannot grow. */
export function cannotWriteTo({ mount }: StoredImage, path: string): string[] {
  return mount?.isLocked === true ? [`Root of this host may not write to ${path}, so it cannot grow. ${REMEDY}.`] : [];
}

/** Why a file cannot get another path: it loses the one that it has. */
export function cannotLeave({ mount, type }: StoredImage, path: string): string[] {
  return mount?.locked === undefined || type !== "file"
    ? []
    : [`Root of this host may not write to ${mount.locked}, so ${path} cannot be moved or converted. ${REMEDY}.`];
}

/** Why a file cannot be removed. */
export function cannotUnlink({ mount, type }: StoredImage, path: string): string[] {
  return mount?.locked === undefined || type !== "file"
    ? []
    : [
        `Root of this host may not write to ${mount.locked}, so ${path} cannot be removed. ${REMEDY}, or set keepOnDelete: true.`,
      ];
}
