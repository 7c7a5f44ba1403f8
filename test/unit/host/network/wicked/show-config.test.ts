/**
 * What `wicked show-config` of 0.6.80 printed, by hand, for the files that a bridge gives a host: test/golden/wicked-0.6.80 holds both.
 * They were recorded on 2026-11-29, built of its sources, over this machine's root.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { wicked } from "../../../../../provider/host/network/wicked/wicked";
import { desiredBridge } from "../../../../support/desired-bridge";
import { projectRoot } from "../../../../support/project-root";

const FOLDER = "/etc/sysconfig/network/";
const GOLDEN = join(projectRoot, "test/golden/wicked-0.6.80");
const golden = (name: string): string => readFileSync(join(GOLDEN, name), "utf8");

const before: Record<string, string> = {
  "ifcfg-eth0":
    "BOOTPROTO='static'\nSTARTMODE='auto'\nIPADDR='198.51.100.2/24'\nIPADDR_1=192.0.2.2/25\nIPADDR_v6='2001:db8:0:1::7/64'\nMTU=1400\nZONE=public\n",
  "ifcfg-eth1": "STARTMODE='auto'\nBOOTPROTO='static'\nIPADDR='10.1.0.1/24'\n",
  "ifroute-eth0": "203.0.113.0/24 198.51.100.1 - eth0\n198.51.100.128 - 255.255.255.128 eth0 table 100\n",
  "ifrule-eth0": "from 198.51.100.2 table 100\nipv4 iif eth0 table 100\n",
  routes: "default 198.51.100.1 - -\n10.7.0.0/16 10.1.0.9 - eth1\n10.8.0.0 198.51.100.9 255.255.0.0 eth0\n",
};
const desired = desiredBridge({
  stp: true,
  forwardDelaySeconds: 4,
  helloTimeSeconds: 1,
  maxAgeSeconds: 6,
  ageingSeconds: 60,
  priority: 4096,
  macAddress: "52:54:00:00:00:01",
});
const files = wicked.withBridge(
  {
    files: new Map(Object.entries(before).map(([name, text]): [string, string] => [`${FOLDER}${name}`, text])),
    sources: new Map(),
    clientIds: new Map(),
  },
  desired,
);

/** Of one link: what stands between its tags, a word of XML and its text each. */
function shown(link: string): string[] {
  const text = golden("show-config.xml")
    .split("<interface ")
    .find((part) => part.includes(`<name>${link}</name>`));
  return [...(text ?? "").matchAll(/<([\w-]+)>([^<\n]+)</g)].map(([, tag = "", value = ""]) => `${tag} ${value}`);
}

test("the files that it was shown are those that we write", () => {
  const written = [...files]
    .map(([path, text]): [string, string] => [path.slice(FOLDER.length), text])
    .filter(([name]) => name !== "pulumi-xen-br0");
  const recorded = readdirSync(GOLDEN).filter((name) => name !== "show-config.xml");
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(recorded.map((name) => [name, golden(name)])));
});

test("it reads the bridge's settings, addresses, routes and rules in them, and takes the port's away", () => {
  const bridge = shown("br0");
  for (const said of [
    "stp true",
    "priority 4096",
    "forward-delay 4.00",
    "aging-time 60.00",
    "hello-time 1.00",
    "max-age 6.00",
  ])
    expect(bridge).toContain(said);
  expect(bridge).toContain("address 52:54:00:00:00:01");
  expect(bridge.filter((said) => said.startsWith("local "))).toEqual(
    wicked.addressesIn(files, "br0").fixed.map((address) => `local ${address}`),
  );
  expect(bridge.filter((said) => said.startsWith("destination ")).toSorted()).toEqual([
    "destination 0.0.0.0/0",
    "destination 10.8.0.0/16",
    "destination 198.51.100.128/25",
    "destination 203.0.113.0/24",
  ]);
  expect(bridge).toContain("iif br0");
  expect(shown("eth0")).toEqual(["name eth0", "mode boot", "master br0", "mtu 1400", "enabled false", "enabled false"]);
  expect(shown("eth1")).toContain("destination 10.7.0.0/16");
});
