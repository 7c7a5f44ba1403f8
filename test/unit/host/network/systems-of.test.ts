/** Which network system runs a host, by what manages its links and not by what is installed. */
import { type SeenSystem, systemsOf } from "../../../../provider/host/network/network-systems";
import { Answer } from "../../../../provider/shell";
import { desiredBridge } from "../../../support/desired-bridge";

const IFCFG = "/etc/sysconfig/network-scripts/ifcfg-eth0";
const seen = (facts: Record<string, string>, files: readonly string[] = []): SeenSystem[] =>
  systemsOf(new Answer(new Map(Object.entries(facts))), new Map(files.map((path) => [path, ""])), "br0");
const names = (facts: Record<string, string>, files: readonly string[] = []): string[] =>
  seen(facts, files).map(({ system }) => system.name);

test("Red Hat's scripts run a host that has them, with or without the service at boot, and ifupdown sees none of their files", () => {
  const [first, ...others] = seen({ "ifcfg.there": "yes" }, [IFCFG, "/etc/sysconfig/network", "/sbin/ifup-local"]);
  expect(first?.system.name).toBe("ifcfg");
  expect(first?.files.size).toBe(3);
  expect(others).toEqual([]);
  expect(seen({}, [IFCFG])[0]?.files.size).toBe(0);
});

test("wicked runs a host whose links its daemon has, and none on which it is only installed", () => {
  const files = ["/etc/sysconfig/network/ifcfg-eth0", "/etc/sysconfig/network/routes"];
  const [first, ...others] = seen({ "wicked.runs": "yes", "wicked.boots": "yes" }, files);
  expect([first?.system.name, first?.files.size]).toEqual(["wicked", 2]);
  expect(others).toEqual([]);
  expect(names({ "wicked.boots": "yes", "NetworkManager.manages": "yes" }, files)).toEqual(["NetworkManager"]);
});

test("NetworkManager keeps a host whose links it manages, beside scripts that are installed too", () => {
  expect(names({ "ifcfg.there": "yes", "ifcfg.network": "enabled", "NetworkManager.manages": "yes" })).toEqual([
    "NetworkManager",
    "ifcfg",
  ]);
});

test("a bridge of ours stays with the scripts in whose folder it stands", () => {
  const facts = { "ifcfg.there": "yes", "NetworkManager.manages": "yes" };
  expect(names(facts, ["/etc/sysconfig/network-scripts/pulumi-xen-br0"])[0]).toBe("ifcfg");
});

test("NetworkManager with Red Hat's files is refused with the remedy, and not mistaken for keyfiles", () => {
  const [first] = seen({ "NetworkManager.manages": "yes", "NetworkManager.ifcfg.eth0": IFCFG });
  expect(first?.system.unfit(first.facts, desiredBridge())).toEqual([
    expect.stringMatching(/from \/etc\/sysconfig\/network-scripts\/ifcfg-eth0, .* nmcli connection migrate/),
  ]);
  expect(first?.system.unfit(first.facts, desiredBridge({ ports: ["eth1"] }))).toEqual([]);
});
