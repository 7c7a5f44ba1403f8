/** Where a guest's things lie on its host. Pure. */

/** Our folder: `owner`, `phase`, install.cfg, boot.cfg, console.log. */
export function guestFolder(name: string): string {
  return `/var/lib/pulumi-xen/domu/${name}`;
}

/** The guest's configuration, where people and xendomains look for it. 0600: it may hold a VNC password. */
export function configPath(name: string): string {
  return `/etc/xen/${name}.cfg`;
}

export function autostartLink(name: string): string {
  return `/etc/xen/auto/${name}`;
}

/** Where xendomains keeps a guest's memory over a reboot of the host. */
export function saveFile(name: string): string {
  return `/var/lib/xen/save/${name}`;
}

/** What a job and its lock are called. */
export function guestObject(name: string): string {
  return `domu/${name}`;
}

/**
 * A guest's life, as the file `phase` tells it on the host. `updating`: a change of a finished guest was cut short.
 */
const PHASES = [
  "disk-ready",
  "installing",
  "installed",
  "switched",
  "booted",
  "reachable",
  "updating",
  "done",
] as const;
type Phase = (typeof PHASES)[number];

/** Is the operating system on the disk, so that an install must not touch it again? */
export function isInstalled(phase: string | undefined): boolean {
  return phase !== undefined && PHASES.indexOf(phase as Phase) >= PHASES.indexOf("installed");
}
