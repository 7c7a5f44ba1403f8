/** Units of systemd that packages brought and left switched off. Shell text; pure. */
import { type ShellText, libraryText, lines, sh } from "../../shell";

const functions = libraryText(__dirname, "switched-off.sh");

/** Says `unit-off.UNIT` for each of these that a boot does not start. */
export function saySwitchedOff(units: readonly string[]): ShellText {
  return lines([
    functions,
    sh`for unit in ${units}; do if switched_off "$unit"; then say "unit-off.$unit" yes; fi; done`,
  ]);
}

/** From the next boot on they are started. */
export function switchOn(units: readonly string[]): ShellText {
  return lines([
    functions,
    sh`for unit in ${units}; do if switched_off "$unit"; then systemctl enable "$unit"; fi; done`,
  ]);
}
