/** What a program says of an unattended installation of EL or Fedora, and what of it may be. Pure. */
import { type AnswersOptions, type AnswersUser, keysCheck, optionChecks, userCheck } from "./options";
import { type ChecksOf, list, oneOf, optional, text } from "./rules";
import { keymapName, line, localeName, macAddress, treeUrl } from "./values";

/** The answers for Anaconda, the installer of EL and Fedora. A change of any of them: none, they are used only before the first boot. */
export interface KickstartOptions extends AnswersOptions {
  /** The installation tree, the folder that holds `.treeinfo`: `http://HOST/…/os`, or `{treeUrl}` for the ISO and `{mediaUrl}/…` for files of the InstallMedia. */
  readonly tree: string;
  /** Which installer reads it: `el6` for EL 6; `el7` for EL 7 and everything newer, and Fedora. Default: `el7`. */
  readonly release?: "el6" | "el7";
  /** The proxy to the tree, such as `http://proxy.example:3128`. Default: none. */
  readonly proxy?: string;
  /** Lines for root's authorized_keys, a public key each. Default: none. */
  readonly authorizedKeys?: readonly string[];
  /** A user besides root. Default: none. */
  readonly user?: AnswersUser;
  /** The locale of the new system, such as `de_DE.UTF-8`. Default: en_US.UTF-8. */
  readonly locale?: string;
  /** The layout of the keyboard, such as `de`. Default: us. */
  readonly keymap?: string;
  /** The MAC address of the interface to install over, as `vifs[].mac` has it, where the guest has several. Default: the first with a link. */
  readonly mac?: string;
  /** Further lines of kickstart before `%packages`, as they are; later lines win. Default: none. */
  readonly extraLines?: readonly string[];
}

export const kickstartChecks: ChecksOf<KickstartOptions> = {
  ...optionChecks,
  tree: text(treeUrl("http://mirror.example.org/almalinux/9/BaseOS/x86_64/os")),
  release: optional(oneOf("el6", "el7")),
  proxy: optional(text(treeUrl("http://proxy.example:3128"))),
  authorizedKeys: keysCheck,
  user: optional(userCheck),
  locale: optional(text(localeName)),
  keymap: optional(text(keymapName)),
  mac: optional(text(macAddress)),
  extraLines: optional(list(line)),
};
