/**
 * Chains that drop what they do not name hold for all that a host routes. With br_netfilter they hold for what its bridges pass on too and cut guests off (docker's hosts);
 * Debian's Xen opens them for no vif (its handle_iptable is switched off). Shell text; pure.
 */
import { type Answer, type ShellText, libraryText, lines, sh } from "../../shell";

/** A chain at the hook "forward" whose policy is to drop. */
export interface DroppingChain {
  /** As people find it: `ip filter FORWARD`. */
  readonly name: string;
  /** As nft or iptables list it. */
  readonly rules: string;
  /** The setting that makes it hold for bridges; absent where it holds only for what the host routes. */
  readonly setting?: string;
  readonly family: string;
}

const sayChains = libraryText(__dirname, "say-forwarding.sh");

/** Behind askNft. `settings`: where the kernel shows whether bridges' packets pass these rules. */
export function sayForwarding(settings = "/proc/sys/net/bridge"): ShellText {
  return lines([sh`nf_settings=${settings}`, sayChains]);
}

/** Those that can be read: what cannot is no finding. */
export function readForwarding(answer: Answer): DroppingChain[] {
  return answer
    .keys()
    .filter((key) => /^(forward|routed)\./.test(key))
    .map((key) => {
      const [who, family = "", ...rest] = key.split(".");
      const setting = `net.bridge.bridge-nf-call-${family === "ip6" ? "ip6" : "ip"}tables`;
      const chain = { name: [family, ...rest].join(" "), rules: answer.need(key), family };
      return who === "forward" ? { ...chain, setting } : chain;
    })
    .filter(({ rules }) => /\bhook forward\b.*\bpolicy drop;|^-P FORWARD DROP$/m.test(rules));
}

/** Does a rule of the chain itself accept what this bridge passes on? One that it jumps to may do so as well. */
export function lets({ rules }: DroppingChain, bridge: string): boolean {
  return rules
    .split("\n")
    .some(
      (rule) =>
        /\baccept\b/i.test(rule) && (/physdev|ibrname|obrname/.test(rule) || rule.split(/[\s"]+/).includes(bridge)),
    );
}
