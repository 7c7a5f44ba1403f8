/** The names of a logical volume, as its path gives them. Pure. */

/** lvm(8): letters, digits and + _ . -, not a dash first. */
const PATH = /^\/dev\/([A-Za-z0-9+_.][A-Za-z0-9+_.-]*)\/([A-Za-z0-9+_.][A-Za-z0-9+_.-]*)$/;
/** LVM keeps these names for its own volumes. */
const KEPT = /^(snapshot|pvmove)|_(cdata|cmeta|corig|mimage|mlog|rimage|rmeta|tdata|tmeta|vorigin|vdata|pmspare)/;
/** Folders of /dev that are no volume groups. */
const OTHERS = new Set(["mapper", "disk", "block", "char", "loop", "md", "pts", "shm", "net", "input", "cpu"]);

export const VOLUME_RULE =
  "a logical volume is given as /dev/GROUP/VOLUME, such as /dev/vg0/guest1, and not by a name that LVM keeps for itself";

/** A shorter name leaves room for the one that the volume has while it is made: LVM takes 126 characters of both. */
export function isVolumePath(path: string): boolean {
  const [, group = "", name = ""] = PATH.exec(path) ?? [];
  return name !== "" && path.length <= 100 && !OTHERS.has(group) && !KEPT.test(name) && !/^\.{1,2}$/.test(name);
}

export function volumeOf(path: string): { readonly group: string; readonly name: string } {
  const [, group = "", name = ""] = PATH.exec(path) ?? [];
  return { group, name };
}

export const POOL_NAME = /^[A-Za-z0-9+_.][A-Za-z0-9+_.-]{0,99}$/;
