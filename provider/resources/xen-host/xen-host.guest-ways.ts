/** What a dom0 tells of the ways in which its guests survive a reboot of it. Shell text, and the reading of its answer; pure. */
import { CommandError } from "../../errors";
import { folderOfKind } from "../../host/owned-folder";
import { SAVE_FOLDER } from "../../xen";
import { type Answer, type ShellText, libraryText, lines, sh } from "../../shell";

/** A guest that a reboot takes down. `file`: what it is saved to, or the configuration that it is made from again. */
export interface DownGuest {
  readonly uuid: string;
  readonly how: "save" | "shutdown";
  readonly name: string;
  readonly file: string;
}

export interface GuestFile {
  readonly path: string;
  readonly name: string | undefined;
  readonly uuid: string | undefined;
}

/** What a dom0 tells of the ways of its guests. */
export interface GuestWays {
  /** The host's own service that saves, restores and starts guests, where a boot starts it. `save`: its folder, "" for none. */
  readonly xendomains: { readonly isAtBoot: boolean; readonly save: string; readonly restores: boolean };
  readonly saveFreeMiB: number;
  /** Files in that folder. */
  readonly saved: readonly string[];
  readonly files: readonly GuestFile[];
  /** Of our guests, by uuid, those that are being made. */
  readonly unfinished: readonly string[];
}

/** On a dom0. */
export const sayGuestWays: ShellText = lines([
  sh`our_guests=${folderOfKind("domu")} save_folder=${SAVE_FOLDER}`,
  libraryText(__dirname, "say-guests.sh"),
]);

/** `undefined`: it was not asked. */
export function readGuestWays(answer: Answer): GuestWays | undefined {
  if (answer.get("xendomains.boot") === undefined) return undefined;
  const text = (key: string): string => answer.get(key) ?? "";
  for (const key of ["xendomains.saved", "guest-files"]) {
    if ((answer.get(`${key}.rc`) ?? "0") !== "0")
      throw new CommandError(`The host does not tell which guests it has: ${text(`${key}.err`).trim()}`, {
        hint: "Look at /etc/xen and at the folder of xendomains on it.",
      });
  }
  return {
    xendomains: {
      isAtBoot: answer.need("xendomains.boot") === "yes",
      save: answer.need("xendomains.save").trim(),
      restores: text("xendomains.restore").trim() === "true",
    },
    saveFreeMiB: Math.floor(Number(answer.need("xendomains.free")) / 1024),
    saved: text("xendomains.saved").split("\n").filter(Boolean),
    files: parseGuestFiles(text("guest-files")),
    unfinished: answer.keysBehind("guest-phase.").filter((uuid) => text(`guest-phase.${uuid}`).trim() !== "done"),
  };
}

/** Lines of `PATH<tab>KEY = VALUE`. */
export function parseGuestFiles(text: string): GuestFile[] {
  const found = new Map<string, GuestFile>();
  for (const line of text.split("\n")) {
    const [, path, key, value] = /^([^\t]+)\t\s*(name|uuid)\s*=\s*["']([^"']*)["']/.exec(line) ?? [];
    if (path === undefined || key === undefined) continue;
    const file = found.get(path) ?? { path, name: undefined, uuid: undefined };
    found.set(path, { ...file, [key]: value });
  }
  return [...found.values()];
}

/** `UUID HOW NAME FILE`, a line each. */
export function parseDownGuests(text: string): DownGuest[] {
  return text.split("\n").flatMap((line): DownGuest[] => {
    const [, uuid = "", how, name = "", file = ""] = /^(\S+) (save|shutdown) (\S+) (.+)$/.exec(line) ?? [];
    return how === "save" || how === "shutdown" ? [{ uuid, how, name, file }] : [];
  });
}

const REBOOT_NOTES = {
  refuse: undefined,
  save: "running guests are saved and restored",
  shutdown: "running guests are shut down and started again",
} as const;

/** For the preview's words of a change that reboots. */
export function rebootNote(onHostReboot: keyof typeof REBOOT_NOTES = "refuse"): string | undefined {
  return REBOOT_NOTES[onHostReboot];
}
