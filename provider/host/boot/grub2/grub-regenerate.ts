/** Making grub.cfg again, but only where it does not say yet what the settings say. Shell text; pure. */
import { type ShellText, libraryText, lines, sh } from "../../../shell";
import { type Grub2Layout, layoutVariables, readOurSettings } from "./grub-layout";
import { FALLBACK_SCRIPT } from "./grub-settings";

export function regenerateGrub(layout: Grub2Layout): ShellText {
  const files = [...(layout.early === undefined ? [] : [layout.early]), layout.late, FALLBACK_SCRIPT];
  return sh`${layoutVariables(layout)}
${lines(readOurSettings(layout))}
${libraryText(__dirname, "stale-menu.sh")}
make_menu() {
  ${layout.makeMenu}
}
set -- ${files}
${libraryText(__dirname, "regenerate-grub.sh")}`;
}
