/**
 * What real network systems make of a bond that is written for a bridge. This machine's kernel has no such links: what they read, and what they would do or
 * try, is asked of them; a whole host makes one in test/lab/networks.test.ts.
 */
import type { DesiredBond } from "../../../provider/host/network/bonds";
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

const common = { bond: "bond0", of: ["eth0", "eth1"], miimonMilliseconds: 100, macAddress: "52:54:00:00:00:00" };
const BACKUP: DesiredBond = {
  ...common,
  mode: "active-backup",
  primary: "eth1",
  primaryReselect: "failure",
  updelayMilliseconds: 200,
  downdelayMilliseconds: 300,
};
const LACP: DesiredBond = { ...common, mode: "802.3ad", lacpRate: "fast", xmitHashPolicy: "layer3+4", minLinks: 2 };

interface Asked {
  readonly judge: NetworkJudge;
  readonly ask: ShellText;
  /** Each of them: an order that the programs themselves do not keep is none. */
  readonly backup: readonly RegExp[];
  readonly lacp: readonly RegExp[];
}

const ASKED: readonly Asked[] = [
  {
    judge: ifupdownJudge,
    // Its hook, ifenslave's, traces each step.
    ask: sh`ifup --verbose --force bond0 2>&1`,
    backup: [
      /^\+ ip link add dev bond0 type bond\n[^]*^\+ sysfs miimon 100\n[^]*^\+ sysfs mode active-backup\n[^]*Failed to enslave eth0 to bond0[^]*Failed to enslave eth1 to bond0/m,
      /^\+ sysfs updelay 200$/m,
      /^\+ sysfs downdelay 300$/m,
      /^\+ setup_primary\n[^]*^\+ sysfs primary_reselect failure$/m,
      /^ip link set dev bond0 address 52:54:00:00:00:00$/m,
    ],
    lacp: [
      /^\+ sysfs mode 802\.3ad\n[^]*^\+ sysfs lacp_rate fast$/m,
      /^\+ sysfs xmit_hash_policy layer3\+4$/m,
      /^\+ ip link add dev bond0 type bond$/m,
    ],
  },
  {
    judge: ifupdownNgJudge,
    ask: sh`ifup -v --force bond0 2>&1`,
    backup: [
      /^\+ ip link add bond0 type bond (?=.*\bmode active-backup\b)(?=.*\bprimary eth1\b)(?=.*\bprimary_reselect failure\b)(?=.*\bmiimon 100\b)(?=.*\bupdelay 200\b)(?=.*\bdowndelay 300\b)/m,
      /^\+ ip link set master bond0 eth0$[^]*^\+ ip link set master bond0 eth1$[^]*^\+ ip link set up dev bond0 address 52:54:00:00:00:00$/m,
    ],
    lacp: [
      /^\+ ip link add bond0 type bond (?=.*\bmode 802\.3ad\b)(?=.*\blacp_rate fast\b)(?=.*\bxmit_hash_policy layer3\+4)(?=.*\bmin_links 2\b)/m,
    ],
  },
  {
    judge: ifupdown2Judge,
    ask: sh`ifup --verbose --no-act --force bond0 2>&1`,
    backup: [
      /set bond-mode active-backup\n[^]*netlink: ip link add dev bond0 type bond[^]*set dev eth0 master bond0[^]*set dev eth1 master bond0/,
      ...["miimon 100", "updelay 200", "downdelay 300", "primary-reselect failure", "primary eth1"].map(
        (words) => new RegExp(`^info: bond0: set bond-${words}$`, "m"),
      ),
      /^(?![^]*(invalid|unsupported|not supported|warning: bond0))/,
    ],
    lacp: [
      ...["mode 802\\.3ad", "xmit-hash-policy layer3\\+4", "min-links 2", "lacp-rate fast"].map(
        (words) => new RegExp(`^info: bond0: set bond-${words}$`, "m"),
      ),
      /^(?![^]*(invalid|unsupported|not supported|warning: bond0))/,
    ],
  },
  {
    judge: networkdJudge,
    // What it has read, and that it tried: the kernel's refusal is this machine's.
    ask: sh`cat /run/judge.log`,
    backup: [
      /^(?![^]*(Unknown (key|section|lvalue)|Failed to parse|ignoring))[^]*bond0: netdev could not be created: Operation not supported/,
      /eth1: Configuring with \/etc\/systemd\/network\/00-pulumi-xen-br0\.eth1\.network/,
    ],
    lacp: [
      /^(?![^]*(Unknown (key|section|lvalue)|Failed to parse|ignoring))[^]*bond0: netdev could not be created: Operation not supported/,
    ],
  },
  {
    judge: networkManagerJudge,
    ask: sh`nmcli -t -f connection.type,connection.interface-name,connection.master,connection.slave-type,bond.options,802-3-ethernet.cloned-mac-address connection show pulumi-xen-br0.bond0
nmcli -t -f connection.type,connection.master,connection.slave-type connection show pulumi-xen-br0.eth0`,
    backup: [
      /^connection\.type:bond\nconnection\.interface-name:bond0\nconnection\.master:br0\nconnection\.slave-type:bridge\nbond\.options:mode=active-backup,downdelay=300,miimon=100,primary=eth1,primary_reselect=failure,updelay=200\n802-3-ethernet\.cloned-mac-address:52:54:00:00:00:00\n/,
      /^connection\.type:802-3-ethernet\nconnection\.master:bond0\nconnection\.slave-type:bond$/m,
    ],
    lacp: [/^bond\.options:mode=802\.3ad,lacp_rate=fast,miimon=100,min_links=2,xmit_hash_policy=layer3\+4$/m],
  },
];

it.each(ASKED.map((asked) => [asked.judge.name, asked] as const))(
  "%s reads that it is to make a bond of eth0 and eth1, whose address the bridge has, and with which options",
  async (name, { judge, ask, backup, lacp }) => {
    const packages = packagesOf(judge);
    if ("missing" in packages) return note(`not run: the bond of a bridge with ${name}: no ${packages.missing}`);
    const host = await NetworkHost.start(judge, packages.folder);
    try {
      for (const { bond, says } of [
        { bond: BACKUP, says: backup },
        { bond: LACP, says: lacp },
      ]) {
        expect(await host.boot(judge.plain)).toMatchObject({ exitCode: 0 });
        const network = await host.remote.ask(observeNetwork("br0"));
        expect(network.system.name).toBe(name);
        // eth1 has an address of its own in a plain host's files.
        const wanted = { ports: ["bond0"], bonds: [bond], addresses: { cidr: ["198.51.100.2/24"] } };
        const desired = desiredBridge(wanted);
        expect(network.system.faults(network, desired)).toEqual([]);
        const files = network.system.withBridge(network, desired);
        const written = [...files].map(([path, text]) => sh`mkdir -p "$(dirname ${path})"; printf %s ${text} >${path}`);
        await host.run(lines([sh`umask 022`, ...written]));
        await host.boot();
        const { stdout } = await host.run(ask);
        for (const words of says) expect(stdout.trim()).toMatch(words);
        // The cards have nothing any more that would be lost in the bond. Where the kernel makes none, NetworkManager takes their old profiles.
        if (name !== "NetworkManager")
          expect((await host.state()).addresses.filter((address) => /^eth\d /.test(address))).toEqual([]);
      }
    } finally {
      host.stop();
    }
  },
);
