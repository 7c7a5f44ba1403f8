/** What update-grub and a boot make of GRUB's settings: of Debian's /etc/grub.d/20_linux_xen, as far as it matters here. */
import { type GrubEntry, parseGrubEntries, xenEntry } from "../../../provider/host/boot/grub2/grub-config";
import { grubLayout } from "../../../provider/host/boot/grub2/grub-layout";
import { splitArguments } from "../../../provider/host/boot/hypervisor-arguments";
import { GRUB_CFG } from "../../unit/resources/xen-host/observed";

export const { early: EARLY_DROP_IN, late: LATE_DROP_IN } = grubLayout;

/** The administrator's own words on the command lines, which are no business of ours. */
const ADMINISTRATORS = { hypervisor: "guest_loglvl=all", kernel: "root=UUID=da6c ro" };

export const LINUX_KERNEL_ARGS = splitArguments(ADMINISTRATORS.kernel);
export const LINUX_ENTRY = "gnulinux-simple-da6c";

/** grub.cfg from our late drop-in, the administrator's own settings before it; `fallback`: our script that writes the fallback. */
export function generated(late: string | undefined, fallback: string | undefined): string {
  // As a shell reads it between double quotes.
  const set = (key: string): string =>
    (new RegExp(`^${key}="\\$\\{[^"]*?-?\\}* ([^"]*)"$`, "m").exec(late ?? "")?.[1] ?? "").replaceAll(
      /\\([$`])/g,
      "$1",
    );
  const kernel = set("GRUB_CMDLINE_LINUX_XEN_REPLACE");
  const menu = GRUB_CFG.replace(
    /placeholder {2}\S.*\$\{xen_rm_opts\}/,
    () => `placeholder ${ADMINISTRATORS.hypervisor} ${set("GRUB_CMDLINE_XEN_DEFAULT")} \${xen_rm_opts}`,
  ).replace(/placeholder root=.*/, () => `placeholder ${ADMINISTRATORS.kernel} ${kernel}`);
  return fallback === undefined ? menu.replace(/^set fallback=.*\n/m, "") : menu;
}

/** The two command lines that the menu's Xen entry boots with; GRUB's variables are empty then. */
export function bootedXen(menu: string): { readonly hypervisor: string; readonly kernel: readonly string[] } {
  const entry = xenEntry(parseGrubEntries(menu));
  const words = (all: readonly string[] = []): string[] => all.filter((word) => !word.startsWith("${"));
  return { hypervisor: `placeholder ${words(entry?.hypervisorArgs).join(" ")}`, kernel: words(entry?.kernelArgs) };
}

export function xenEntryOf(menu: string): GrubEntry | undefined {
  return xenEntry(parseGrubEntries(menu));
}
