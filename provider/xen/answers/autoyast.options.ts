/** What a program says of an unattended installation of SUSE, and what of it may be. Pure. */
import { type AnswersOptions, type AnswersUser, keysCheck, optionChecks, userCheck } from "./options";
import { type ChecksOf, optional, text } from "./rules";
import { keymapName, localeName, packageName, treeUrl } from "./values";

/** The answers for AutoYaST, the installer of openSUSE Leap 15 and SLE 15. A change of any of them: none, they are used only before the first boot. */
export interface AutoyastOptions extends AnswersOptions {
  /** The installation tree, the folder that holds `boot/` and `media.1/`: `http://HOST/…`, or `{treeUrl}` for the ISO and `{mediaUrl}/…` for files of the InstallMedia. */
  readonly tree: string;
  /** The product of the tree, such as `Leap` or `SLES`. Default: `Leap`. */
  readonly product?: string;
  /** Lines for root's authorized_keys, a public key each. Default: none. */
  readonly authorizedKeys?: readonly string[];
  /** A user besides root. Default: none. */
  readonly user?: AnswersUser;
  /** The locale of the new system, such as `de_DE.UTF-8`. Default: en_US.UTF-8. */
  readonly locale?: string;
  /** The layout of the keyboard in YaST's words, such as `german`. Default: english-us. */
  readonly keymap?: string;
}

export const autoyastChecks: ChecksOf<AutoyastOptions> = {
  ...optionChecks,
  tree: text(treeUrl("http://download.opensuse.org/distribution/leap/15.6/repo/oss")),
  product: optional(text(packageName)),
  authorizedKeys: keysCheck,
  user: optional(userCheck),
  locale: optional(text(localeName)),
  keymap: optional(text(keymapName)),
};
