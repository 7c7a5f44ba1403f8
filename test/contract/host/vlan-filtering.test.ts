/**
 * What real network systems make of a bridge that filters VLANs. This machine's kernel makes none, so what they have read, and what they try, is asked of them; ifupdown
 * brings one up on a real kernel in vlans.test.ts.
 */
import { observeNetwork } from "../../../provider/resources/bridge/bridge.observe";
import { type ShellText, lines, sh } from "../../../provider/shell";
import { ifupdownNgJudge } from "../../networks/ifupdown-ng/ifupdown-ng";
import { ifupdown2Judge } from "../../networks/ifupdown2/ifupdown2";
import type { NetworkJudge } from "../../networks/judge";
import { NetworkHost, packagesOf } from "../../networks/network-host";
import { networkManagerJudge } from "../../networks/network-manager/network-manager";
import { networkdJudge } from "../../networks/networkd/networkd";
import { desiredBridge } from "../../support/desired-bridge";
import { note } from "../../support/notes";

jest.setTimeout(180_000);

const desired = desiredBridge({ trunkVlans: [20, "100-199"] });

interface Asked {
  readonly judge: NetworkJudge;
  readonly ask: ShellText;
  readonly says: RegExp;
}

const ASKED: readonly Asked[] = [
  {
    judge: ifupdownNgJudge,
    // The kernel's refusal is this machine's.
    ask: sh`ifup --verbose --force br0 2>&1`,
    says: /Operation not supported[^]*bridge vlan add dev eth0 vid 20/,
  },
  {
    judge: ifupdown2Judge,
    ask: sh`ifquery br0 2>&1`,
    says: /bridge-vlan-aware yes[^]*bridge-pvid 1[^]*bridge-vids 20 100-199/,
  },
  {
    judge: networkdJudge,
    ask: sh`cat /run/judge.log`,
    says: /^(?![^]*(Unknown (key|section|lvalue)|Failed to parse|00-pulumi-xen-br0\S*:\d+:))[^]*/,
  },
  {
    judge: networkManagerJudge,
    ask: sh`nmcli -t -f bridge.vlan-filtering,bridge.vlan-default-pvid connection show pulumi-xen-br0
nmcli -t -f bridge-port.vlans connection show pulumi-xen-br0.eth0`,
    says: /^bridge\.vlan-filtering:yes\nbridge\.vlan-default-pvid:1\nbridge-port\.vlans:20, 100-199$/m,
  },
];

it.each(ASKED.map((asked) => [asked.judge.name, asked] as const))(
  "%s reads which VLANs the bridge's port is to carry",
  async (name, { judge, ask, says }) => {
    const packages = packagesOf(judge);
    if ("missing" in packages) return note(`not run: a bridge that filters VLANs with ${name}: no ${packages.missing}`);
    const host = await NetworkHost.start(judge, packages.folder);
    try {
      expect(await host.boot(judge.plain)).toMatchObject({ exitCode: 0 });
      const network = await host.remote.ask(observeNetwork("br0"));
      expect(network.system.name).toBe(name);
      expect(network.system.faults(network, desired)).toEqual([]);
      const files = network.system.withBridge(network, desired);
      const mode = network.system.fileMode;
      const written = [...files].map(
        ([path, text]) => sh`mkdir -p "$(dirname ${path})"; printf %s ${text} >${path}; chmod ${mode} ${path}`,
      );
      await host.run(lines([sh`umask 022`, ...written]));
      await host.boot();
      const { stdout } = await host.run(ask);
      expect(stdout.trim()).toMatch(says);
    } finally {
      host.stop();
    }
  },
);
