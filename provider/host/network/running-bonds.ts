/** The bonds of a host as its kernel shows them: asked in shell, read as values. Shell text; pure. */
import { type Answer, type ShellText, libraryText, sh } from "../../shell";
import { type PortBond, bondFrom } from "./bonds";

/** With a mode that we do not know it has no settings. */
export interface RunningBond {
  readonly settings: PortBond | undefined;
  /** The hardware addresses that its cards had before they came into it, by their names. */
  readonly addresses: ReadonlyMap<string, string>;
}

export const sayBonds: ShellText = libraryText(__dirname, "say-bonds.sh");

/** Where a change may make one. */
export const sayBonding: ShellText = sh`if [ -e /sys/class/net/bonding_masters ] || modprobe -n -q bonding 2>/dev/null; then say bonding yes; fi`;

/** Its kernel can make bonds. */
export function readBonding(answer: Answer): boolean {
  return answer.get("bonding") !== undefined;
}

/** By their names. */
export function readBonds(answer: Answer): ReadonlyMap<string, RunningBond> {
  return new Map(answer.keysBehind("bond.").map((bond) => [bond, runningBond(bond, answer.need(`bond.${bond}`))]));
}

function runningBond(bond: string, text: string): RunningBond {
  const parts = text.split(";").map((part) => part.trim().split(/\s+/));
  const words = (key: string): string[] => parts.find(([first]) => first === key)?.slice(1) ?? [];
  return {
    settings: bondFrom(bond, words("slaves"), (option) => words(option)[0]),
    addresses: new Map(
      parts.flatMap(([key, card, address]): [string, string][] =>
        key === "address" && card !== undefined && address !== undefined ? [[card, address]] : [],
      ),
    ),
  };
}
