/** A real network system as the law's judge: where its programs come from, and how a host with its files boots. */
import type fc from "fast-check";
import type { ShellText } from "../../provider/shell";
import type { NetworkCase } from "./case";
import type { NetworkHost } from "./network-host";

export interface NetworkJudge {
  readonly name: string;
  /** The script that makes its folder, from the project's root. */
  readonly build: string;
  /** A plain host's: eth0 has 198.51.100.2/24, eth1 has 10.1.0.1/24. */
  readonly plain: ReadonlyMap<string, string>;
  /** `false`: its bridges last until the next boot, which brings the old network back. */
  readonly persistent?: false;
  /** A trial of its own beside the law. `isSample`: a part of it. */
  readonly trial?: (
    host: NetworkHost,
    isSample: boolean,
  ) => Promise<{ readonly said: string; readonly wrong: readonly string[] }>;
  readonly cases: fc.Arbitrary<NetworkCase>;
  /** Of what `ip` prints that which the system numbers by itself, made equal. */
  readonly asIs?: (text: string) => string;
  /** Takes away what a case before has left, but for links and addresses. */
  readonly clear: ShellText;
  /** Brings the network up as at a boot; fails where the system itself cannot. */
  readonly start: ShellText;
}
