/**
 * Ways to lock oneself out of a host by its network, on each network system: whatever is wrong, the host is back with the network
 * that it had. On real hosts, whose only way in is the card that goes into the bridge.
 */
import { join } from "node:path";
import { type StackEngine, type StackResult, practiceEngine } from "../../lab/engine";
import { NETWORKS } from "../../lab/host";
import { eventually } from "../support/eventually";
import { type LabStack, labStack, mustSucceed } from "../support/lab-stack";
import { type StackProcess, startStack } from "../support/stack-process";
import { there } from "../support/there";

jest.setTimeout(20 * 60_000);

const FOLDER = "/var/lib/pulumi-xen/bridge/br0";
const LEFT = `ls -d ${FOLDER} /etc/systemd/network/*pulumi-xen* /etc/network/interfaces.d/*pulumi-xen* /etc/NetworkManager/system-connections/*pulumi-xen* 2>/dev/null; find /etc/systemd/system -name 'pulumi-xen-*'; grep -l pulumi-xen /etc/network/interfaces || true`;
const BOOT = "cat /proc/sys/kernel/random/boot_id";
const POWER_CUT = "echo b >/proc/sysrq-trigger";

/** A second card, whose cable ends in the host itself: made at each boot before the network comes up. */
const SECOND_CARD = [
  ...["[Unit]", "DefaultDependencies=no", "Before=network-pre.target", "Wants=network-pre.target"],
  ...["[Service]", "Type=oneshot", "RemainAfterExit=yes"],
  ...["ExecStart=/sbin/ip link add eth7 type veth peer name wire7", "ExecStart=/sbin/ip link set wire7 up"],
  ...["[Install]", "WantedBy=sysinit.target"],
];

/** LAB_NETWORK=networkd: that one alone. */
const asked = process.env["LAB_NETWORK"];
const tried = NETWORKS.filter((network) => asked === undefined || network === asked);
if (tried.length === 0) throw new Error(`LAB_NETWORK is ${asked ?? ""}, but must be one of ${NETWORKS.join(", ")}`);

describe.each(tried)("a host whose network %s runs", (network) => {
  let ground: LabStack | undefined;
  let engine: StackEngine | undefined;
  let run: StackProcess | undefined;
  beforeAll(async () => {
    ground = await labStack(`net-${network}`, { kind: "plain", suite: "bookworm", network, program: "bridge" });
    engine = practiceEngine({ stateFile: join(ground.folder, "practice.json"), why: "tests" });
  });
  afterEach(() => run?.signal("SIGKILL"));
  afterAll(() => ground?.close());

  const raw = (command: string): Promise<string> => there(ground).raw(command);
  const up = (config: Record<string, string> = {}): Promise<StackResult> => {
    const { stack } = there(ground);
    return there(engine).up({ ...stack, config: { ...stack.config, ...config } });
  };
  const destroy = async (): Promise<void> => {
    await mustSucceed(there(engine), there(engine).destroy(there(ground).stack));
  };
  /** The link that has the host's address, and the way out. */
  const way = async (): Promise<string> =>
    `${await raw("ip -4 -o addr show to 10.0.2.15 | awk '{print $2}'")} ${await raw("ip -4 route show default | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p'")}`;
  /** What its DHCP client calls itself, where it has one: by that the server gives it its address. */
  const clientId = (): Promise<string> => raw("cat /run/systemd/netif/leases/* 2>/dev/null | sed -n 's/^CLIENTID=//p'");
  /** The run says so; to ask the host would wait until the links are up again, which may be too late. */
  const isApplying = (): Promise<void> =>
    eventually(async () => expect(there(run).said()).toContain("bring the links down and up"), {
      seconds: 300,
      everyMs: 50,
    });
  const isBack = async (): Promise<void> => {
    expect(await way()).toBe("eth0 eth0");
    expect(await raw("ls /sys/class/net")).not.toContain("br0");
  };
  /** Waits for another boot; the host itself begins it. */
  const booted = async (before: string): Promise<void> =>
    eventually(async () => expect(await raw(BOOT)).not.toBe(before), { seconds: 300 });

  it("has its addresses on the bridge, also after the next boot, and gets them back", async () => {
    const client = await clientId();
    await mustSucceed(there(engine), up());
    expect(await way()).toBe("br0 br0");
    expect(await clientId()).toBe(client);
    expect(await raw(`ls ${FOLDER}`)).toContain("expected");
    expect(await raw("ls /sys/class/net/br0/brif")).toBe("eth0");
    const again = await up();
    expect(again.operations.filter(({ op }) => op !== "same")).toEqual([]);

    const before = await raw(BOOT);
    await there(ground)
      .host.run("systemctl reboot", { timeoutSeconds: 20 })
      .catch(() => undefined);
    await booted(before);
    expect(await way()).toBe("br0 br0");
    expect(await clientId()).toBe(client);
    // That boot has proven it: nothing is kept any more.
    await eventually(async () => expect(await raw(`ls ${FOLDER}`)).not.toContain("expected"), { seconds: 60 });
    await mustSucceed(there(engine), there(engine).refresh(there(ground).stack));
    const settled = await up();
    expect(settled.operations.filter(({ op }) => op !== "same")).toEqual([]);

    await destroy();
    await isBack();
    expect(await raw(LEFT)).toBe("");
  });

  it("lets guests on a bridge without a card reach the outside and gives them addresses, also after the next boot", async () => {
    await raw(
      "command -v nft && command -v dnsmasq || (apt-get update && apt-get -y install nftables dnsmasq-base) >/dev/null 2>&1",
    );
    const config = {
      ports: "[]",
      addresses: JSON.stringify({ cidr: ["10.9.0.1/24"] }),
      nat: "true",
      guestDhcp: JSON.stringify({ from: "10.9.0.100", to: "10.9.0.199" }),
    };
    // Whoever has the port of DHCP servers on the bridge.
    const serves = (): Promise<string> => raw("ss -Hlunp 'sport = :67' | grep -c '%br0:67 .*\"dnsmasq\"' || true");
    await mustSucceed(there(engine), up(config));
    const table = (): Promise<string> => raw("nft list table ip pulumi_xen_br0; cat /proc/sys/net/ipv4/ip_forward");
    expect(await serves()).toBe("1");
    const before = await table();
    expect(before).toMatch(/ip saddr 10\.9\.0\.0\/24 oifname != "br0" masquerade[^]*\n1$/);
    const boot = await raw(BOOT);
    await there(ground)
      .host.run("systemctl reboot", { timeoutSeconds: 20 })
      .catch(() => undefined);
    await booted(boot);
    await eventually(async () => expect(await table()).toBe(before), { seconds: 60 });
    await eventually(async () => expect(await serves()).toBe("1"), { seconds: 60 });
    const { operations } = await up(config);
    expect(operations.filter(({ op }) => op !== "same")).toEqual([]);
    await destroy();
    expect(await raw("nft list tables")).toBe("");
    expect(await raw("pgrep -a dnsmasq || true")).toBe("");
    await isBack();
    expect(await raw(LEFT)).toBe("");
  });

  it("makes a VLAN of the way in for a bridge, also at the next boot, and leaves the card alone", async () => {
    const config = { ports: JSON.stringify([{ on: "eth0", vlan: 20 }]), addresses: '"none"' };
    const links = (): Promise<string> =>
      raw("ls /sys/class/net/br0/brif; ip -d link show eth0.20 | grep -o 'vlan protocol 802.1Q id [0-9]*'");
    const index = await raw("cat /sys/class/net/eth0/carrier_changes");
    await mustSucceed(there(engine), up(config));
    expect(await links()).toBe("eth0.20\nvlan protocol 802.1Q id 20");
    expect(await way()).toBe("eth0 eth0");
    expect(await raw("cat /sys/class/net/eth0/carrier_changes")).toBe(index);
    const { operations } = await up(config);
    expect(operations.filter(({ op }) => op !== "same")).toEqual([]);
    const boot = await raw(BOOT);
    await there(ground)
      .host.run("systemctl reboot", { timeoutSeconds: 20 })
      .catch(() => undefined);
    await booted(boot);
    await eventually(async () => expect(await links()).toBe("eth0.20\nvlan protocol 802.1Q id 20"), { seconds: 60 });
    expect(await way()).toBe("eth0 eth0");
    await mustSucceed(there(engine), there(engine).refresh(there(ground).stack));
    const settled = await up(config);
    expect(settled.operations.filter(({ op }) => op !== "same")).toEqual([]);
    await destroy();
    expect(await raw("ls /sys/class/net")).not.toContain("eth0.20");
    await isBack();
    expect(await raw(LEFT)).toBe("");
  });

  it("makes a bond of the way in and a second card for a bridge, also at the next boot, and gives the card its addresses back", async () => {
    await raw(
      "[ -e /etc/network/if-pre-up.d/ifenslave ] || ! command -v ifquery || (apt-get update && apt-get -y install ifenslave) >/dev/null 2>&1",
    );
    // NetworkManager would make a profile for it, which asks for a lease.
    await raw(
      "! command -v nmcli || { printf '[main]\\nno-auto-default=*\\n' >/etc/NetworkManager/conf.d/second-card.conf; systemctl reload NetworkManager; }",
    );
    await raw(
      `printf '%s\\n' ${SECOND_CARD.map((line) => `'${line}'`).join(" ")} >/etc/systemd/system/second-card.service; systemctl daemon-reload; systemctl enable --now second-card.service 2>&1`,
    );
    const bond = {
      bond: "bond0",
      of: ["eth0", "eth7"],
      mode: "active-backup",
      primary: "eth0",
      miimonMilliseconds: 100,
    };
    const config = { ports: JSON.stringify([bond]) };
    const seen = (): Promise<string> =>
      raw(
        "ls /sys/class/net/br0/brif; tr ' ' '\\n' </sys/class/net/bond0/bonding/slaves | sort | tr '\\n' ' '; cat /sys/class/net/bond0/bonding/mode /sys/class/net/bond0/bonding/primary /sys/class/net/bond0/bonding/active_slave /sys/class/net/bond0/bonding/miimon",
      );
    const made = "bond0\neth0 eth7 active-backup 1\neth0\neth0\n100";
    const mac = await raw("cat /sys/class/net/eth0/address");
    const client = await clientId();
    await mustSucceed(there(engine), up(config));
    await eventually(async () => expect(await seen()).toBe(made), { seconds: 30 });
    expect(await way()).toBe("br0 br0");
    expect(await raw("cat /sys/class/net/br0/address /sys/class/net/bond0/address")).toBe(`${mac}\n${mac}`);
    expect(await clientId()).toBe(client);
    const { operations } = await up(config);
    expect(operations.filter(({ op }) => op !== "same")).toEqual([]);

    // Drift is seen, and mended. Not of the primary card: the second one leads to nobody, and we would be cut off.
    await raw("echo 200 >/sys/class/net/bond0/bonding/miimon");
    await mustSucceed(there(engine), there(engine).refresh(there(ground).stack));
    await mustSucceed(there(engine), up(config));
    await eventually(async () => expect(await seen()).toBe(made), { seconds: 30 });

    const boot = await raw(BOOT);
    await there(ground)
      .host.run("systemctl reboot", { timeoutSeconds: 20 })
      .catch(() => undefined);
    await booted(boot);
    await eventually(async () => expect(await seen()).toBe(made), { seconds: 60 });
    expect(await way()).toBe("br0 br0");
    expect(await clientId()).toBe(client);
    await eventually(async () => expect(await raw(`ls ${FOLDER}`)).not.toContain("expected"), { seconds: 60 });
    await mustSucceed(there(engine), there(engine).refresh(there(ground).stack));
    const settled = await up(config);
    expect(settled.operations.filter(({ op }) => op !== "same")).toEqual([]);

    // Another mode, of those that need no second way out of the host; then the card alone.
    const broadcast = { ...bond, mode: "broadcast", primary: undefined };
    await mustSucceed(there(engine), up({ ports: JSON.stringify([broadcast]) }));
    expect(await raw("cat /sys/class/net/bond0/bonding/mode")).toBe("broadcast 3");
    expect(await way()).toBe("br0 br0");
    await mustSucceed(there(engine), up());
    expect(await raw("ls /sys/class/net")).not.toContain("bond0");
    expect(await raw("ls /sys/class/net/br0/brif")).toBe("eth0");
    await destroy();
    await isBack();
    expect(await raw("cat /sys/class/net/eth0/address")).toBe(mac);
    expect(await raw(LEFT)).toBe("");
    await raw(
      "systemctl disable second-card.service 2>&1; rm -f /etc/systemd/system/second-card.service /etc/NetworkManager/conf.d/second-card.conf; ip link delete eth7",
    );
  });

  it("is back when a bond of the way in does not come up at the next boot", async () => {
    const bond = { bond: "bond0", of: ["eth0"], mode: "active-backup" };
    await mustSucceed(there(engine), up({ ports: JSON.stringify([bond]) }));
    expect(await way()).toBe("br0 br0");
    await raw("echo 'install bonding /bin/false' >/etc/modprobe.d/no-bonding.conf");
    await raw("sed -i 's/-lt 300/-lt 20/' /var/lib/pulumi-xen/bridge/br0/first-boot.sh");
    const before = await raw(BOOT);
    await there(ground)
      .host.run("systemctl reboot", { timeoutSeconds: 20 })
      .catch(() => undefined);
    await booted(before);
    await eventually(async () => expect(await raw(`ls ${FOLDER}`)).toContain("rolled-back"), { seconds: 120 });
    await eventually(isBack, { seconds: 30 });
    await raw("rm /etc/modprobe.d/no-bonding.conf");
    await destroy();
    expect(await raw(LEFT)).toBe("");
  });

  it("is back when the declared address is wrong", async () => {
    const { ok, errors } = await up({ addresses: JSON.stringify({ cidr: ["203.0.113.9/24"] }) });
    expect(ok).toBe(false);
    expect(errors.join("\n")).toMatch(/(could not be|was not) reached over its new network/);
    await eventually(isBack, { seconds: 200 });
    await destroy();
  });

  it("is back when the bridge stands on the wrong card", async () => {
    const { ok } = await up({
      ports: JSON.stringify(["eth1"]),
      addresses: JSON.stringify({ cidr: ["10.0.2.15/24"], gateway: "10.0.2.2" }),
    });
    await eventually(async () => expect((await way()).split(/\s+/)).toContain("eth0"), { seconds: 200 });
    // Where its old way in goes on beside the wrong one, nobody is locked out.
    if (ok) expect(await raw("ip -4 -o addr show dev eth0")).toContain("10.0.2.15");
    await destroy();
    await isBack();
  });

  it("is back at once when its network system fails half-way", async () => {
    await raw("echo 'install bridge /bin/false' >/etc/modprobe.d/no-bridge.conf");
    await raw("modprobe -r bridge 2>/dev/null || true");
    const { ok, errors } = await up();
    expect(ok).toBe(false);
    expect(errors.join("\n")).toContain("the old network is back");
    await isBack();
    await raw("rm /etc/modprobe.d/no-bridge.conf");
    await destroy();
  });

  it("is back when the one who changed it dies before he can confirm", async () => {
    run = startStack("up", there(ground), join(there(ground).folder, "killed.json"));
    await isApplying();
    run.signal("SIGKILL");
    await run.ended;
    await eventually(async () => expect(await raw(`ls ${FOLDER}`)).toContain("rolled-back"), { seconds: 400 });
    await isBack();
  });

  it("is back when its power fails before the change was confirmed", async () => {
    run = startStack("up", there(ground), join(there(ground).folder, "cut.json"));
    await isApplying();
    run.signal("SIGKILL");
    await run.ended;
    const before = await raw(BOOT);
    await there(ground)
      .host.run(POWER_CUT, { timeoutSeconds: 5 })
      .catch(() => undefined);
    await booted(before);
    await isBack();
    expect(await raw(`ls ${FOLDER}`)).toContain("rolled-back");
  });

  it("is back when the confirmed network does not come up at the next boot", async () => {
    await mustSucceed(there(engine), up());
    // As an update of a driver may: at the next boot there is no module for a bridge.
    await raw("echo 'install bridge /bin/false' >/etc/modprobe.d/no-bridge.conf");
    await raw("sed -i 's/-lt 300/-lt 20/' /var/lib/pulumi-xen/bridge/br0/first-boot.sh");
    const before = await raw(BOOT);
    await there(ground)
      .host.run("systemctl reboot", { timeoutSeconds: 20 })
      .catch(() => undefined);
    // It does not answer until it has restored the old network by itself; with NetworkManager, which takes the card's old profile, before.
    await booted(before);
    await eventually(async () => expect(await raw(`ls ${FOLDER}`)).toContain("rolled-back"), { seconds: 120 });
    await eventually(isBack, { seconds: 30 });
    expect(await raw(`cat ${FOLDER}/first-boot.log`)).toContain("has not come up as it was confirmed");

    await raw("rm /etc/modprobe.d/no-bridge.conf");
    await mustSucceed(there(engine), there(engine).refresh(there(ground).stack));
    const { operations } = await mustSucceed(there(engine), up());
    expect(operations.filter(({ op }) => op !== "same").map(({ op }) => op)).toEqual(["update"]);
    expect(await way()).toBe("br0 br0");
    await destroy();
    expect(await raw(LEFT)).toBe("");
  });
});
