/**
 * The life of a guest as data: the phases that its file `phase` on the host names, what ends each, and what may follow. The
 * shell's words and the picture in docs/install.md come from here. Pure.
 */
import { type ShellText, sh } from "../../shell";

interface PhaseFacts {
  /** For people: what is so while it lasts. */
  readonly means: string;
  /** What ends it. */
  readonly ends: string;
  readonly next: readonly string[];
  /** Is the operating system on the disk, so that no install may touch it again? */
  readonly isInstalled: boolean;
}

export const LIFE = {
  "disk-ready": {
    means: "claimed, its configuration written; nothing has been started",
    ends: "the installer is started, or, without an install, the guest is booted",
    next: ["installing", "booted", "done"],
    isInstalled: false,
  },
  installing: {
    means: "the installer runs, or was begun and did not come to its end",
    ends: "the installer powers off or reboots; when it fails, the phase is disk-ready again",
    next: ["disk-ready", "installed", "switched"],
    isInstalled: false,
  },
  installed: {
    means: "the installer has powered off, and a kernel was found on the disk",
    ends: "the guest is booted from its own disk",
    next: ["booted"],
    isInstalled: true,
  },
  switched: {
    means: "the installer has rebooted, and the host built the guest from its final configuration by itself",
    ends: "the guest is found running",
    next: ["booted"],
    isInstalled: true,
  },
  booted: {
    means: "it runs from its own disk",
    ends: "what waitFor names is seen; without it, at once",
    next: ["reachable", "done"],
    isInstalled: true,
  },
  reachable: { means: "it has answered", ends: "its start with the host is set up", next: ["done"], isInstalled: true },
  updating: {
    means: "a change of a finished guest has begun",
    ends: "every step of the change is done",
    next: ["reachable", "done"],
    isInstalled: true,
  },
  done: {
    means: "it is as declared; nothing is left to do",
    ends: "a change begins",
    next: ["updating"],
    isInstalled: true,
  },
} as const satisfies Readonly<Record<string, PhaseFacts>>;

export type Phase = keyof typeof LIFE;

function isPhase(text: string | undefined): text is Phase {
  return text !== undefined && Object.hasOwn(LIFE, text);
}

/** Is the operating system on the disk? */
export function isInstalled(phase: string | undefined): boolean {
  return isPhase(phase) && LIFE[phase].isInstalled;
}

/** Was an install (or a first boot) begun and not finished? Only then may an update go on with it. */
export function isBegun(phase: string | undefined): boolean {
  return isPhase(phase) && !LIFE[phase].isInstalled;
}

/** `a|b|c`, for a shell's `case`. */
export function phasesWhere(holds: (facts: PhaseFacts) => boolean): ShellText {
  return (Object.keys(LIFE) as Phase[])
    .filter((phase) => holds(LIFE[phase]))
    .map((phase) => phaseWord(phase))
    .reduce((all, phase) => sh`${all}|${phase}`);
}

/** A phase's own word is plain letters: it needs no quotes in a `case`. */
function phaseWord(phase: Phase): ShellText {
  return sh`${phase}`;
}
