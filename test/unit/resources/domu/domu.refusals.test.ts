import type { DomUInputs } from "../../../../provider/resources/domu/domu.properties";
import { guestRefusals } from "../../../../provider/resources/domu/domu.refusals";
import { completeDomU } from "../../../../provider/resources/domu/domu.rules";
import { guest } from "./guest";
import { emptyHost, hostWith, xenInfo } from "./observed";

const inputs = completeDomU(guest());
const builds = { builds: true, inUse: [] };
const changes = { builds: false, inUse: [] };
const media = { name: "m", directory: "/m", kernelPath: "/m/vmlinuz", ramdiskPath: "/m/initrd.gz" };

describe("the host", () => {
  it("refuses no guest that has all it needs, new or built already", () => {
    expect(guestRefusals(inputs, emptyHost(inputs), builds)).toEqual([]);
    expect(guestRefusals(inputs, hostWith(inputs), builds)).toEqual([]);
  });

  it("names everything that is missing at once, each with what to do", () => {
    const host = emptyHost(inputs, {
      xen: { ...xenInfo, freeMemoryMiB: 100, cpus: 0 },
      paths: new Map(),
      bridges: new Map(),
      hasPygrub: false,
    });
    const inUse = [
      "A domain called guest1 runs on this host already (id 7), and it is not this guest. Choose another name.",
    ];
    expect(guestRefusals(inputs, host, { builds: true, inUse })).toEqual([
      "A domain called guest1 runs on this host already (id 7), and it is not this guest. Choose another name.",
      "/xen/vm/guest1.img does not exist on this host. Create it with a DiskImage.",
      "There is no bridge br0 on this host. Create it with a Bridge.",
      "This host has no pygrub. Install xen-utils for the Xen it runs, or set boot to another way.",
      "guest1 has 1 vcpus declared, but the host has 0 CPUs. Lower vcpus.",
      "guest1 needs 520 MiB, but only 100 MiB are free for it on this host. Lower memoryMiB or stop another guest.",
    ]);
  });

  it("refuses a type that the host's CPU cannot run", () => {
    const pvh = completeDomU(guest({ type: "pvh" }));
    expect(guestRefusals(pvh, emptyHost(pvh), builds).join()).toContain("cannot run pvh guests");
  });

  it("refuses more memory than there will be when it is built again", () => {
    const xen = { ...xenInfo, freeMemoryMiB: 100 };
    const grown = completeDomU(guest({ memoryMiB: 700 }));
    expect(guestRefusals(grown, hostWith(inputs, { xen }), builds)).toEqual([
      "guest1 needs 708 MiB, but only 620 MiB are free for it on this host. Lower memoryMiB or stop another guest.",
    ]);
    expect(guestRefusals(completeDomU(guest({ memoryMiB: 600 })), hostWith(inputs, { xen }), builds)).toEqual([]);
  });

  it("refuses an installation whose server's port another program has, while there is something to install", () => {
    const served = { ...media, serve: { bridge: "br0", port: 8000 } };
    const installs = completeDomU(guest({ install: { media: served } }));
    const taken = { portTaken: "10.0.2.15" };
    const paths = new Map(["/xen/vm/guest1.img", "/m/vmlinuz", "/m/initrd.gz"].map((path) => [path, "file" as const]));
    expect(guestRefusals(installs, emptyHost(installs, { paths, ...taken }), builds)).toEqual([
      "Another program listens at 10.0.2.15 port 8000, where the installation is to be served. Set servePort of the InstallMedia to a free port.",
    ]);
    expect(guestRefusals(installs, hostWith(installs, { paths, ...taken }), builds)).toEqual([]);
  });

  it("refuses an installer's kernel that certainly cannot run as what the guest is, and no other", () => {
    const refused = (type: "pv" | "pvh" | "hvm", installerTypes: readonly string[] | undefined): string[] => {
      const installs = completeDomU(guest({ install: { media }, type }));
      const paths = new Map(
        ["/xen/vm/guest1.img", "/m/vmlinuz", "/m/initrd.gz"].map((path) => [path, "file" as const]),
      );
      return guestRefusals(installs, emptyHost(installs, { paths, installerTypes }), builds).filter((text) =>
        text.includes("installer's kernel"),
      );
    };
    expect(refused("pv", ["pvh"])).toEqual([
      `The installer's kernel /m/vmlinuz cannot run as a pv guest: it lacks Xen's note for that. Set type to "pvh", or give the InstallMedia another kernel.`,
    ]);
    expect(refused("pvh", [])).toEqual([expect.stringContaining('Set type to "hvm"') as string]);
    for (const types of [["pv"], ["pv", "pvh"], undefined]) expect(refused("pv", types)).toEqual([]);
    expect(refused("hvm", [])).toEqual([]);
  });

  it("demands no bridge for an interface whose script needs none", () => {
    const routed = completeDomU(guest({ vifs: [{ ip: "198.51.100.21 198.51.100.22", script: "vif-route" }] }));
    const openVSwitch = completeDomU(guest({ vifs: [{ bridge: "ovs0.20", script: "vif-openvswitch" }] }));
    for (const inputs of [routed, openVSwitch])
      expect(guestRefusals(inputs, emptyHost(inputs, { bridges: new Map() }), builds)).toEqual([]);
    const plugged = completeDomU(guest({ vifs: [{ bridge: "br0", script: "/etc/xen/scripts/vif-bridge" }] }));
    expect(guestRefusals(plugged, emptyHost(plugged, { bridges: new Map() }), builds)).toHaveLength(1);
  });

  it("refuses missing media only while there is something to install", () => {
    const installs = completeDomU(guest({ install: { media } }));
    const paths = new Map([["/xen/vm/guest1.img", "file" as const]]);
    expect(guestRefusals(installs, emptyHost(installs, { paths }), builds)).toEqual([
      "/m/vmlinuz does not exist on this host. Bring it there with an InstallMedia.",
      "/m/initrd.gz does not exist on this host. Bring it there with an InstallMedia.",
    ]);
    expect(guestRefusals(installs, hostWith(installs, { paths }), builds)).toEqual([]);
  });

  it("refuses a file declared as a block device, and takes a block device declared as raw", () => {
    const as = (format: "raw" | "block", kind: "file" | "block"): string => {
      const whole = completeDomU(guest({ disks: [{ path: "/dev/vg0/a", format }] }));
      return guestRefusals(whole, emptyHost(whole, { paths: new Map([["/dev/vg0/a", kind]]) }), builds).join();
    };
    expect(as("block", "file")).toContain("/dev/vg0/a is a file, but must be a block device");
    expect([as("raw", "block"), as("block", "block")]).toEqual(["", ""]);
  });
});

describe("what runs already is not refused", () => {
  it.each<[string, Partial<DomUInputs>]>([
    ["a live change", { memoryMiB: 256 }],
    ["a stop", { powerState: "stopped" }],
  ])("%s while its disk and bridge are missing, and the host has no room", (_what, change) => {
    const news = completeDomU(guest(change), inputs);
    const host = hostWith(inputs, { paths: new Map(), bridges: new Map(), xen: { ...xenInfo, freeMemoryMiB: 0 } });
    expect(guestRefusals(news, host, changes)).toEqual([]);
  });
});
