/** An Alpine host as its own userland answers: a XenHost that nothing we know boots is refused; a bridge is made, and taken back at a boot. */
import { observeNetwork } from "../../../provider/resources/bridge/bridge.observe";
import type { BridgeInputs } from "../../../provider/resources/bridge/bridge.properties";
import { completeBridge } from "../../../provider/resources/bridge/bridge.rules";
import { walkToBridge } from "../../../provider/resources/bridge/bridge.walk";
import { questionFor } from "../../../provider/resources/xen-host/xen-host.observe";
import { hostRefusals } from "../../../provider/resources/xen-host/xen-host.refusals";
import { sh } from "../../../provider/shell";
import { alpineHost, openrcBoots } from "../../support/alpine-judge";
import { eventually } from "../../support/eventually";
import type { NamespaceHost } from "../../support/namespace-host";
import { note } from "../../support/notes";
import { ShellHost } from "../../support/shell-host";

jest.setTimeout(300_000);

let host: NamespaceHost | undefined;

beforeAll(async () => {
  const found = await alpineHost();
  if ("missing" in found) note(`not run: what Alpine's own userland answers: no ${found.missing}`);
  else host = found;
});
afterAll(() => host?.stop());

function where(name: string, body: (alpine: NamespaceHost) => Promise<void>): void {
  it(name, async () => {
    if (host !== undefined) await body(host);
  });
}

const lan = (): BridgeInputs =>
  completeBridge({
    connection: { host: "198.51.100.7" },
    owner: "shop/prod::Bridge::lan",
    name: "br0",
    ports: ["eth0"],
    addresses: "inherit",
  });

/** Nobody comes over the new network to confirm it. */
class UnreachedHost extends ShellHost {
  override reconnect(): Promise<never> {
    return Promise.reject(new Error("No route to host."));
  }
}

/** After a power cut; says which addresses the links have then. */
const boot = sh`kill -9 -1 2>/dev/null || :
for link in eth0 br0; do ip link delete dev "$link" 2>/dev/null || :; done
ip link add eth0 type veth peer name wire0; ip link set wire0 up
${openrcBoots}
ip -4 -o addr show scope global | while read -r number link family address rest; do echo "$link $address "; done`;

describe("a host of Alpine", () => {
  where("that boots with nothing that we know, or lives in memory, is refused in one sentence", async ({ shell }) => {
    const inputs = { owner: "shop/prod::XenHost::dom0", connection: { host: "198.51.100.7" } };
    const observed = await shell.ask(questionFor(inputs));
    expect(observed.family?.name).toBe("alpine");
    expect(observed.release.prettyName).toBe("Alpine Linux v3.23");
    expect(observed.packages.get("curl")).toMatch(/^\d[\d.]*-r\d+$/);
    expect(observed.packages.get("xen")).toBeUndefined();
    const unattended = { ...inputs, reboot: "never" as const };
    expect(hostRefusals(observed, unattended, true)).toEqual([expect.stringContaining("no boot loader that we know")]);
    expect(hostRefusals({ ...observed, isInMemory: true }, unattended, true)).toEqual([
      expect.stringContaining("setup-disk -m sys"),
    ]);
  });

  where("has its network read as ifupdown-ng's", async ({ shell }) => {
    const made =
      await shell.run(sh`printf '%s\n' 'auto eth0' 'iface eth0 inet static' '  address 198.51.100.2/24' >/etc/network/interfaces
${boot}`);
    expect(made.stdout).toMatch(/eth0 198\.51\.100\.2\/24 \n$/);
    const network = await shell.ask(observeNetwork("br0"));
    expect(network.system.name).toBe("ifupdown-ng");
  });

  where("boots with its old network where its power fails before the new one is confirmed", async ({ shell }) => {
    const files = sh`cat /etc/network/interfaces`;
    const before = await shell.run(files);
    await expect(
      walkToBridge({ host: new UnreachedHost(shell), inputs: lan(), machineId: "machine-1", announced: "live" }),
    ).rejects.toThrow(/could not be reached over its new network/);
    const changed = await shell.run(sh`ip -4 -br addr show scope global; rc-update show 2>/dev/null`);
    expect(changed.stdout).toMatch(/^br0 +\S+ +198\.51\.100\.2\/24/);
    expect(changed.stdout).toMatch(/pulumi-xen-rollback-br0-at-boot \| boot/);
    const booted = await shell.run(boot);
    expect(booted.stdout).toMatch(/Starting networking[^]*\neth0 198\.51\.100\.2\/24 \n$/);
    expect(await shell.run(files)).toEqual(before);
    expect((await shell.run(sh`rc-update show 2>/dev/null`)).stdout).not.toContain("pulumi-xen");
  });

  where("boots with its new network once that is confirmed, and watches over it once more", async ({ shell }) => {
    await walkToBridge({ host: new ShellHost(shell), inputs: lan(), machineId: "machine-1", announced: "live" });
    const booted = await shell.run(sh`rc-update show 2>/dev/null
${boot}`);
    expect(booted.stdout).toMatch(/pulumi-xen-\S+ \| +default/);
    expect(booted.stdout).toMatch(/\nbr0 198\.51\.100\.2\/24 \n$/);
    await eventually(
      async () => {
        await shell.run(sh`openrc default`);
        expect((await shell.run(sh`rc-update show 2>/dev/null`)).stdout).not.toContain("pulumi-xen");
      },
      { seconds: 120 },
    );
  });

  where("that has only BusyBox's ip is told to have iproute2, and is not touched", async ({ shell }) => {
    await shell.run(sh`mv /sbin/ip /sbin/ip.iproute2; ln -s /bin/busybox /sbin/ip`);
    const files = sh`cat /etc/network/interfaces; ls /sys/class/net`;
    const before = await shell.run(files);
    await expect(
      walkToBridge({ host: new ShellHost(shell), inputs: lan(), machineId: "machine-1", announced: "live" }),
    ).rejects.toThrow(/See that iproute2 is installed/);
    expect(await shell.run(files)).toEqual(before);
  });
});
