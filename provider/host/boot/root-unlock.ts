/** Whether somebody has to open the root file system at each boot: nobody does in a boot on trial. Shell text; pure. */
import { type Answer, type ShellText, libraryText, sh } from "../../shell";

interface UnlockPlaces {
  readonly mountinfo: string;
  readonly blocks: string;
  readonly crypttab: string;
}

const PLACES: UnlockPlaces = {
  mountinfo: "/proc/self/mountinfo",
  blocks: "/sys/class/block",
  crypttab: "/etc/crypttab",
};

/** `places`: other ones in a test. */
export function sayRootUnlock({ mountinfo, blocks, crypttab }: UnlockPlaces = PLACES): ShellText {
  return sh`mountinfo=${mountinfo} blocks=${blocks} crypttab=${crypttab}
${libraryText(__dirname, "say-root-unlock.sh")}`;
}

/** The mappings below the root file system that wait for a passphrase. */
export function readRootUnlock(answer: Answer): string[] {
  return answer.keysBehind("passphrase.");
}
