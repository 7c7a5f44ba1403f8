/**
 * What real network systems make of a VLAN that is written for a bridge. This machine's kernel has no such links: what they read, and what they would do or
 * try, is asked of them; a whole host makes one in test/lab/networks.test.ts.
 */
import { vlanName } from "../../../provider/host/network/desired-bridge";
import { observeNetwork } from "../../../provider/resources/bridge/bridge.observe";
import { type ShellText, lines, sh } from "../../../provider/shell";
import { ifupdownJudge } from "../../networks/ifupdown/ifupdown";
import { ifupdownNgJudge } from "../../networks/ifupdown-ng/ifupdown-ng";
import { ifupdown2Judge } from "../../networks/ifupdown2/ifupdown2";
import type { NetworkJudge } from "../../networks/judge";
import { NetworkHost, packagesOf } from "../../networks/network-host";
import { networkManagerJudge } from "../../networks/network-manager/network-manager";
import { networkdJudge } from "../../networks/networkd/networkd";
import { desiredBridge } from "../../support/desired-bridge";
import { note } from "../../support/notes";

jest.setTimeout(180_000);

const VLAN = { on: "eth0", vlan: 20 };
const desired = desiredBridge({ name: "br20", ports: [vlanName(VLAN)], vlans: [VLAN], addresses: "none" });

interface Asked {
  readonly judge: NetworkJudge;
  readonly ask: ShellText;
  readonly says: RegExp;
}

const ASKED: readonly Asked[] = [
  {
    judge: ifupdownJudge,
    ask: sh`ifup --no-act --verbose --force eth0.20 2>&1`,
    says: /ip link add link eth0 name eth0\.20 type vlan id 20/,
  },
  {
    judge: ifupdownNgJudge,
    // Its programs say no more; the kernel's refusal is this machine's.
    ask: sh`ifup --force eth0.20 2>&1`,
    says: /Loading 8021q kernel module for VLAN support[^]*Error: Unknown device type\./,
  },
  {
    judge: ifupdown2Judge,
    ask: sh`ifquery eth0.20 2>&1; ifup --no-act --force eth0.20 2>&1`,
    says: /vlan-raw-device eth0[^]*vlan-id 20/,
  },
  {
    judge: networkdJudge,
    // What it has read, and that it tried: the kernel's refusal is this machine's.
    ask: sh`cat /run/judge.log`,
    says: /^(?![^]*Unknown (key|section|lvalue))[^]*eth0: Could not create stacked netdev: Unknown device type/,
  },
  {
    judge: networkManagerJudge,
    ask: sh`nmcli -t -f connection.type,connection.interface-name,connection.master,vlan.id,vlan.parent connection show pulumi-xen-br20.eth0.20`,
    says: /^connection\.type:vlan\nconnection\.interface-name:eth0\.20\nconnection\.master:br20\nvlan\.id:20\nvlan\.parent:eth0$/m,
  },
];

it.each(ASKED.map((asked) => [asked.judge.name, asked] as const))(
  "%s reads that it is to make VLAN 20 of eth0, whose address it sets as before",
  async (name, { judge, ask, says }) => {
    const packages = packagesOf(judge);
    if ("missing" in packages) return note(`not run: the VLAN of a bridge with ${name}: no ${packages.missing}`);
    const host = await NetworkHost.start(judge, packages.folder);
    try {
      expect(await host.boot(judge.plain)).toMatchObject({ exitCode: 0 });
      const network = await host.remote.ask(observeNetwork("br20"));
      expect(network.system.name).toBe(name);
      expect(network.system.faults(network, desired)).toEqual([]);
      const files = network.system.withBridge(network, desired);
      const written = [...files].map(([path, text]) => sh`mkdir -p "$(dirname ${path})"; printf %s ${text} >${path}`);
      await host.run(lines([sh`umask 022`, ...written]));
      await host.boot();
      const { stdout } = await host.run(ask);
      expect(stdout.trim()).toMatch(says);
      // networkd gives a card up for which it cannot make a link.
      if (name !== "systemd-networkd") expect((await host.state()).addresses).toContain("eth0 198.51.100.2/24");
    } finally {
      host.stop();
    }
  },
);
