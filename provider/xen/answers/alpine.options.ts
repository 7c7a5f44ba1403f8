/** What a program says of an unattended installation of Alpine, and what of it may be. Pure. */
import { type AnswersOptions, type AnswersUser, keysCheck, optionChecks, userCheck } from "./options";
import { type ChecksOf, type Rule, optional, text } from "./rules";
import { treeUrl } from "./values";

/** The answers for setup-alpine. A change of any of them: none, they are used only before the first boot. */
export interface AlpineOptions extends AnswersOptions {
  /** The Alpine mirror with its release, such as `http://dl-cdn.alpinelinux.org/alpine/v3.22`; `main` and `community` are below it. */
  readonly mirror: string;
  /** The kernel's modules, the third file of `netboot/` beside kernel and ramdisk: `{mediaUrl}/modloop-virt` or a URL. */
  readonly modloop: string;
  /** The overlay that runs setup-alpine (docs/answers.md has it): `{mediaUrl}/install.apkovl.tar.gz` or a URL. */
  readonly overlay: string;
  /** The proxy to the mirror, such as `http://proxy.example:3128`. Default: none. */
  readonly proxy?: string;
  /** Lines for root's authorized_keys, a public key each. Default: none. */
  readonly authorizedKeys?: readonly string[];
  /** A user besides root. Default: none. */
  readonly user?: AnswersUser;
  /** The keyboard's layout and variant, such as `de de-nodeadkeys`. Default: us us. */
  readonly keymap?: string;
}

const keymap: Rule = (value) =>
  /^[a-z]+ [a-z][a-z0-9_-]*$/.test(value) ? undefined : 'must be a layout and its variant, such as "us us"';

export const alpineChecks: ChecksOf<AlpineOptions> = {
  ...optionChecks,
  network: (value, property) => [
    ...optionChecks.network(value, property),
    // Without one, setup-alpine asks.
    ...(hasNoServer(value) ? [`${property}.dns is [], but must hold at least one address.`] : []),
  ],
  mirror: text(treeUrl("http://dl-cdn.alpinelinux.org/alpine/v3.22")),
  modloop: text(treeUrl("http://dl-cdn.alpinelinux.org/alpine/v3.22/releases/x86_64/netboot/modloop-virt")),
  overlay: text(treeUrl("http://mirror.example.org/install.apkovl.tar.gz")),
  proxy: optional(text(treeUrl("http://proxy.example:3128"))),
  authorizedKeys: keysCheck,
  user: optional(userCheck),
  keymap: optional(text(keymap)),
};

function hasNoServer(network: unknown): boolean {
  const { dns } = (typeof network === "object" && network !== null ? network : {}) as { readonly dns?: unknown };
  return Array.isArray(dns) && dns.length === 0;
}
