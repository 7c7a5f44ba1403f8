/** What a program says of an unattended installation of Ubuntu, and what of it may be. Pure. */
import { type AnswersOptions, type AnswersLogin, loginCheck, optionChecks } from "./options";
import { type ChecksOf, optional, text } from "./rules";
import { keymapName, localeName, macAddress, packageName, treeUrl } from "./values";

/** The answers for Ubuntu's server installer, 20.04 and newer. A change of any of them: none, they are used only before the first boot. */
export interface AutoinstallOptions extends AnswersOptions {
  /** The first user, whom the installer demands and makes an administrator; sudo needs a `passwordHash`. */
  readonly user: AnswersLogin;
  /** The installer's ISO, which its kernel loads into memory: `http://…iso`, or `{mediaUrl}/…` for a file of the InstallMedia. Default: none, the ISO is a disk of the guest. */
  readonly isoUrl?: string;
  /** The Ubuntu mirror to install from, such as `http://archive.ubuntu.com/ubuntu`. Default: the installer's own. */
  readonly mirror?: string;
  /** The proxy to the mirror, such as `http://proxy.example:3128`. Default: none. */
  readonly proxy?: string;
  /** The locale of the new system, such as `de_DE.UTF-8`. Default: en_US.UTF-8. */
  readonly locale?: string;
  /** The layout of the keyboard, such as `de`. Default: us. */
  readonly keymap?: string;
  /** The MAC address of the interface to configure, as `vifs[].mac` has it; needed where the guest has several. Default: the only one. */
  readonly mac?: string;
  /** The package of the guest's kernel, such as `linux-virtual`. Default: the installer's own, linux-generic. */
  readonly kernelPackage?: string;
}

export const autoinstallChecks: ChecksOf<AutoinstallOptions> = {
  ...optionChecks,
  user: loginCheck,
  isoUrl: optional(text(treeUrl("http://releases.example.org/24.04/ubuntu-24.04-live-server-amd64.iso"))),
  mirror: optional(text(treeUrl("http://archive.ubuntu.com/ubuntu"))),
  proxy: optional(text(treeUrl("http://proxy.example:3128"))),
  locale: optional(text(localeName)),
  keymap: optional(text(keymapName)),
  mac: optional(text(macAddress)),
  kernelPackage: optional(text(packageName)),
};
