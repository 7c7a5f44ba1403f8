/** Where a guest's things lie on its host. Pure. */
import { folderOfKind, ownedFolder } from "../../host/owned-folder";
import { SAVE_FOLDER } from "../../xen";

/** Our folder, named by what never changes: `claim`, `phase`, install.cfg, boot.cfg, console.log. */
export function guestFolder(uuid: string | undefined): string {
  return ownedFolder("domu", uuid ?? "none");
}

/** The guest's configuration, where people and xendomains look for it. 0600: it may hold a VNC password. */
export function configPath(name: string): string {
  return `/etc/xen/${name}.cfg`;
}

export function autostartLink(name: string): string {
  return `/etc/xen/auto/${name}`;
}

/** What cloud-init reads, in the guest's folder. */
export const SEED_NAME = "seed.img";

export function seedPath(uuid: string | undefined): string {
  return `${guestFolder(uuid)}/${SEED_NAME}`;
}

/** Of any guest: it is no image of anybody's program. */
export function isSeedPath(path: string): boolean {
  return path.startsWith(`${folderOfKind("domu")}/`) && path.endsWith(`/${SEED_NAME}`);
}

/** Where xendomains keeps a guest's memory over a reboot of the host. */
export function saveFile(name: string): string {
  return `${SAVE_FOLDER}/${name}`;
}

/** What a job and its lock are called: by the uuid, since two names may be one guest. */
export function guestObject(uuid: string | undefined): string {
  return `domu/${uuid ?? "none"}`;
}

/** What people read in front of its progress. */
export function guestShownAs(name: string): string {
  return `domu/${name}`;
}

/** The lock and the jobs of a guest's cancelling, which must not wait for its install. */
export function cancelObject(uuid: string | undefined): string {
  return `domu-cancel/${uuid ?? "none"}`;
}
