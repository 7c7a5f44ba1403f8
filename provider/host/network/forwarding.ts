/**
 * With br_netfilter the host's rules for what it forwards hold for what its bridges pass on too, so a chain that drops what it does
 * not name (docker's hosts) cuts guests off; Debian's Xen opens it for no vif (its handle_iptable is switched off). Shell text; pure.
 */
import { type Answer, type ShellText, libraryText, lines, sh } from "../../shell";

/** A chain at the hook "forward" whose policy is to drop. */
export interface DroppingChain {
  /** As people find it: `ip filter FORWARD`. */
  readonly name: string;
  /** As nft or iptables list it. */
  readonly rules: string;
  /** The setting that makes it hold for bridges. */
  readonly setting: string;
}

const sayChains = libraryText(__dirname, "say-forwarding.sh");

/** Says nothing where bridges are none of these rules' business. `settings`: where the kernel shows them. */
export function sayForwarding(settings = "/proc/sys/net/bridge"): ShellText {
  return lines([sh`nf_settings=${settings}`, sayChains]);
}

/** Those that can be read: what cannot is no finding. */
export function readForwarding(answer: Answer): DroppingChain[] {
  return answer
    .keys()
    .filter((key) => key.startsWith(CHAIN))
    .map((key) => {
      const [family = "", ...rest] = key.slice(CHAIN.length).split(".");
      const setting = `net.bridge.bridge-nf-call-${family === "ip6" ? "ip6" : "ip"}tables`;
      return { name: [family, ...rest].join(" "), rules: answer.need(key), setting };
    })
    .filter(({ rules }) => /\bhook forward\b.*\bpolicy drop;|^-P FORWARD DROP$/m.test(rules));
}

const CHAIN = "forward.";

/** Does a rule of the chain itself accept what this bridge passes on? One that it jumps to may do so as well. */
export function lets({ rules }: DroppingChain, bridge: string): boolean {
  return rules
    .split("\n")
    .some(
      (rule) =>
        /\baccept\b/i.test(rule) && (/physdev|ibrname|obrname/.test(rule) || rule.split(/[\s"]+/).includes(bridge)),
    );
}
