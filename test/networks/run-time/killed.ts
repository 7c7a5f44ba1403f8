/**
 * What a change of a bridge until the next boot leaves where it is cut off: all that runs on the host is killed at its n-th command of ip, for
 * each n, and then the rollback that was armed runs. Every address, route and rule is there again.
 */
import { messageOf } from "../../../provider/errors";
import { removeBridge } from "../../../provider/resources/bridge/bridge.lifecycle";
import type { BridgeInputs, BridgeOutputs } from "../../../provider/resources/bridge/bridge.properties";
import { completeBridge } from "../../../provider/resources/bridge/bridge.rules";
import { walkToBridge } from "../../../provider/resources/bridge/bridge.walk";
import { sh } from "../../../provider/shell";
import type { NetworkHost, NetworkState } from "../network-host";
import { START } from "./files";

const FILES = new Map([
  [
    START,
    [
      "ip link set eth0 up",
      "ip link set eth1 up",
      "ip addr add 198.51.100.2/24 brd + dev eth0",
      "ip addr add 198.51.100.3/24 label eth0:1 dev eth0",
      "ip addr add 2001:db8:0:1::7/64 dev eth0",
      "ip addr add 10.1.0.1/24 dev eth1",
      "ip route add default via 198.51.100.1 src 198.51.100.2",
      "ip route add 10.20.0.0/16 via 198.51.100.1 table 100",
      "ip route add 172.30.0.0/16 via 10.1.0.254 dev eth1 src 198.51.100.2",
      "ip -6 route add 2001:db8:b::/48 via 2001:db8:0:1::1",
      "ip rule add iif eth0 lookup 100 priority 100",
      "",
    ].join("\n"),
  ],
]);

const MACHINE = "machine-1";
const inputs: BridgeInputs = completeBridge({
  connection: { host: "198.51.100.7" },
  owner: "shop/prod::Bridge::br0",
  name: "br0",
  ports: ["eth0"],
  persistent: false,
});

/** `every`: only each so many-th command. @returns what is wrong, and how often it was tried. */
export async function killed(host: NetworkHost, every: number): Promise<{ tried: number; wrong: string[] }> {
  const wrong: string[] = [];
  let tried = 0;
  const make = (): Promise<BridgeOutputs> =>
    walkToBridge({ host: host.remote, inputs, machineId: MACHINE, announced: "live" });
  const change = (outputs: BridgeOutputs): Promise<BridgeOutputs> =>
    walkToBridge({
      host: host.remote,
      inputs: {
        ...inputs,
        ports: ["eth0", "eth1"],
        addresses: { cidr: ["198.51.100.2/24", "198.51.100.3/24", "2001:db8:0:1::7/64", "10.1.0.1/24"] },
      },
      machineId: MACHINE,
      announced: "live",
      kept: { owner: inputs.owner, claimId: outputs.claimId, isFinished: true },
    });
  const deeds = {
    made: () => make(),
    changed: (outputs?: BridgeOutputs) => change(outputs as BridgeOutputs),
    removed: (outputs?: BridgeOutputs) => removeBridge(host.remote, inputs, outputs as BridgeOutputs),
  };
  for (const [deed, done] of Object.entries(deeds)) {
    for (let at = 1; ; at += every) {
      const booted = await host.boot(FILES);
      if (booted.exitCode !== 0) return { tried, wrong: [`the host does not boot: ${booted.stdout}`] };
      const outputs = deed === "made" ? undefined : await make();
      const before = await host.state();
      await host.run(
        sh`rm -f /run/count; printf '%s\n' ${killer(at)} >/usr/local/sbin/ip; chmod 755 /usr/local/sbin/ip`,
      );
      const ended = await done(outputs).then(() => "done", messageOf);
      await host.run(sh`rm -f /usr/local/sbin/ip; kill -9 -1 2>/dev/null || :`);
      if (ended === "done") break;
      tried += 1;
      await host.run(
        sh`[ ! -e /var/lib/pulumi-xen/bridge/br0/armed ] || /bin/sh /var/lib/pulumi-xen/bridge/br0/rollback.sh`,
      );
      wrong.push(...differences(`killed at command ${String(at)} while it was ${deed}`, before, await host.state()));
      const then = await host.run(sh`cat /var/lib/pulumi-xen/bridge/br0/rollback.log 2>/dev/null || :`);
      if (then.stdout.includes("could not be done")) wrong.push(`${deed}, ${String(at)}: ${then.stdout}`);
    }
  }
  return { tried, wrong };
}

/** The real ip, but for the n-th call, at which all on the host ends. */
function killer(at: number): string {
  return `#!/bin/sh
[ ! -e /var/lib/pulumi-xen/bridge/br0/armed ] || echo >>/run/count
if [ -e /run/count ] && [ "$(wc -l 2>/dev/null </run/count)" -ge ${String(at)} ] && [ -e /var/lib/pulumi-xen/bridge/br0/armed ]; then kill -9 -1; kill -9 $$; fi
exec /usr/sbin/ip "$@"`;
}

function differences(when: string, before: NetworkState, after: NetworkState): string[] {
  const all = ({ addresses, routes, rules, cards }: NetworkState): string[] => [
    ...addresses,
    ...routes,
    ...rules,
    ...cards,
  ];
  const not = (a: NetworkState, b: NetworkState): string[] => all(a).filter((text) => !all(b).includes(text));
  return [
    ...not(before, after).map((text) => `${when}: there is no ${text}`),
    ...not(after, before).map((text) => `${when}: there is besides ${text}`),
  ];
}
