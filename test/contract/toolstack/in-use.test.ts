/** Who else has what a guest is about to take: in-use.py with real files, links and device nodes, beside a pretended xl. */
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { xl } from "../../../provider/toolstack/xl/xl";
import { note } from "../../support/notes";
import { PretendXen } from "../../support/pretend-xen";

jest.setTimeout(120_000);

const UUID = "00000000-0000-4000-8000-000000000001";
const OTHER = "00000000-0000-4000-8000-000000000002";
const MAC = "00:16:3e:00:00:0a";
const DISK = "/xen/vm/guest1.img";

interface Wanted {
  readonly owner?: string;
  readonly name?: string;
  readonly macs?: readonly string[];
  readonly disks?: readonly { readonly path: string; readonly mode?: string }[];
  readonly known?: boolean;
}

let xen: PretendXen;
beforeEach(() => {
  xen = new PretendXen(["dash"]);
  xen.write(DISK, "");
  mkdirSync(join(xen.root, "dev"));
});
afterEach(() => {
  xen.remove();
});

/** What stands in for this host's /dev and /etc/xen lies below the root. */
const here = (text: string): string => xen.localized(text).replaceAll("/dev/", `${xen.root}/dev/`);

function ask({
  name = "guest1",
  owner = "shop/prod::DomU::guest1",
  macs = [],
  disks = [],
  known = false,
}: Wanted): string[] {
  const wanted = {
    uuid: UUID,
    name,
    owner,
    file: `/etc/xen/${name}.cfg`,
    macs,
    disks: disks.map(({ path, mode = "w" }) => ({ path, mode })),
    root: "/var/lib/pulumi-xen",
    known,
  };
  const folder = here(`/var/lib/pulumi-xen/domu/${UUID}`);
  const { stdout, stderr, status } = spawnSync("python3", ["-c", here(xl.inUse), folder], {
    input: here(JSON.stringify(wanted)),
    encoding: "utf8",
    env: {
      PATH: `${xen.root}/bin:${String(process.env["PATH"])}`,
      PRETEND: join(xen.root, "state"),
      PRETEND_LOGS: xen.root,
    },
  });
  if (status !== 0) throw new Error(stderr.replaceAll(xen.root, ""));
  return stdout.replaceAll(xen.root, "").split("\n").filter(Boolean);
}

/** An operator's file, which may be of any form. */
const configured = (file: string, ...lines: string[]): void => {
  xen.write(`/etc/xen/${file}`, here(`${lines.join("\n")}\n`));
};
const claimed = (uuid: string, owner: string, of: string): void => {
  xen.write(`/var/lib/pulumi-xen/domu/${uuid}/claim`, `pulumi-xen claim 2\nid=0d6c3b1e\nowner=${owner}\nof=${of}\n`);
};
const disks = [{ path: DISK }];

describe("what a guest is about to take is free", () => {
  it("where nobody has it", () => {
    expect(ask({ macs: [MAC], disks })).toEqual([]);
  });

  it("where its claim says that domain and files are its own, also those of a rename that was cut short", () => {
    claimed(UUID, "shop/prod::DomU::guest1", "guest1");
    xen.write(`/var/lib/pulumi-xen/domu/${UUID}/renaming`, "web1\n");
    const own = [
      `uuid = "${UUID}"`,
      `disk = [ "format=raw,vdev=xvda,access=rw,target=${DISK}" ]`,
      `vif = [ "mac=${MAC},bridge=br0" ]`,
    ];
    for (const name of ["guest1", "web1"]) configured(`${name}.cfg`, `name = "${name}"`, ...own);
    xen.operate("create", here("/etc/xen/guest1.cfg"));
    expect(ask({ macs: [MAC], disks, name: "web1", known: true })).toEqual([]);
    // Somebody's copy of its file is its own as well.
    configured("guest1.bak", 'name = "guest1"', ...own);
    expect(ask({ macs: [MAC], disks, known: true })).toEqual([]);
  });

  it("where saved state knows the guest, whose claim was lost: by its uuid", () => {
    configured("guest1.cfg", 'name = "guest1"', `uuid = "${UUID}"`, `disk = [ "${DISK},raw,xvda,rw" ]`);
    expect(ask({ disks, known: true })).toEqual([]);
    expect(ask({ disks }).join("\n")).toContain(
      `The uuid ${UUID} stands in /etc/xen/guest1.cfg, which no stack has claimed`,
    );
  });

  it("where two only read a disk", () => {
    configured("web1", 'name = "web1"', `disk = [ 'file:${DISK},xvda,r' ]`);
    expect(ask({ disks: [{ path: DISK, mode: "r" }] })).toEqual([]);
    expect(ask({ disks })).toHaveLength(1);
  });

  it("where a configuration only mentions it behind a comment's sign", () => {
    configured(
      "web1",
      'name = "web1"',
      `# disk = [ "${DISK},raw,xvda,rw" ]`,
      "disk = [",
      `  # "${DISK},raw,xvda,rw",`,
      "]",
      `# vif = [ "mac=${MAC}" ]`,
    );
    expect(ask({ macs: [MAC], disks })).toEqual([]);
  });
});

describe("a disk is somebody's", () => {
  it.each([
    ["as it is", DISK],
    ["with a slash too many", "/xen/vm//guest1.img"],
    ["with a detour", "/xen/vm/../vm/guest1.img"],
    ["by a symbolic link", "/xen/vm/link.img"],
    ["by a hard link", "/xen/vm/hard.img"],
  ])("of a configuration that names it %s", (_how, path) => {
    symlinkSync(here(DISK), here("/xen/vm/link.img"));
    linkSync(here(DISK), here("/xen/vm/hard.img"));
    configured("web1", 'name = "web1"', `disk = [ 'tap:aio:${path},xvda,w' ]`);
    expect(ask({ disks }).join("\n")).toMatch(
      /^\/xen\/vm\/guest1\.img is a disk of the guest configured in \/etc\/xen\/web1( \(as .*\))?; two writers would destroy it\./,
    );
    expect(ask({ disks: [{ path }] })).toHaveLength(1);
  });

  it("of a domain that runs, also of one whose record xl cannot read", () => {
    xen.bootByHand("theirs", [`uuid = "${OTHER}"`, `disk = [ "format=raw,vdev=xvda,access=rw,target=${DISK}" ]`]);
    xen.forget("/etc/xen/theirs");
    expect(ask({ disks })).toEqual([
      `${DISK} is a disk of the running domain theirs (id 1); two writers would destroy it. Use another disk, or take it from that guest first.`,
    ]);
    xen.set("unreadable", OTHER);
    expect(ask({ disks })).toHaveLength(1);
  });

  it("or it cannot be told whose it is, where neither xl nor xenstore tells", () => {
    xen.bootByHand("theirs", [`uuid = "${OTHER}"`]);
    xen.set("unreadable", OTHER);
    xen.write("/bin/xenstore-ls", "#!/bin/sh\nexit 1\n");
    expect(() => ask({ disks })).toThrow(
      "neither xl nor xenstore tells which disks the running domain theirs (id 1) has",
    );
    xen.set("broken", "xencall: error");
    expect(() => ask({ disks })).toThrow("xl does not answer on this host");
  });

  it("by the number of a block device, whatever it is called, in the old form without /dev too", () => {
    mkdirSync(here("/dev/vg0"));
    mkdirSync(here("/dev/mapper"));
    const made = spawnSync("mknod", [here("/dev/dm-77"), "b", "253", "77"]).status === 0;
    const again = made && spawnSync("mknod", [here("/dev/mapper/vg0-a"), "b", "253", "77"]).status === 0;
    if (!again) {
      note("not run: one block device under two names (this user may make no device nodes)");
      return;
    }
    symlinkSync("../dm-77", here("/dev/vg0/a"));
    const wanted = [{ path: "/dev/mapper/vg0-a" }];
    for (const spec of [
      "phy:/dev/vg0/a,xvda,w",
      "phy:vg0/a,xvda,w",
      "format=raw, vdev=xvda, access=rw, target=/dev/dm-77",
    ]) {
      configured("web1", 'name = "web1"', `disk = [ '${spec}' ]`);
      expect([spec, ask({ disks: wanted })]).toEqual([
        spec,
        [expect.stringContaining("two writers would destroy it") as string],
      ]);
    }
    configured("web1", 'name = "web1"', "disk = [ 'phy:/dev/vg0/b,xvda,w' ]");
    expect(ask({ disks: wanted })).toEqual([]);
  });
});

describe("a name, an address or a uuid is somebody's", () => {
  it("of a configuration without .cfg that nobody has started", () => {
    configured("web1", "name='guest1'", "memory=64");
    expect(ask({})).toEqual([
      "A guest called guest1 is configured in /etc/xen/web1. Choose another name, or move that file away.",
    ]);
  });

  it("of whatever stands where the guest's own file would", () => {
    configured("guest1.cfg", 'kernel = "/boot/vmlinuz"');
    expect(ask({}).join()).toContain("/etc/xen/guest1.cfg exists already and is not this guest's");
  });

  it("of a domain that runs", () => {
    xen.bootByHand("guest1", [`uuid = "${OTHER}"`]);
    expect(ask({}).join()).toContain(
      "A domain called guest1 runs on this host already (id 1), and it is not this guest.",
    );
    xen.operate("rename", "guest1", "theirs");
    xen.forget("/etc/xen/guest1");
    expect(ask({})).toEqual([]);
  });

  it("of a domain that runs under its uuid and that nobody has claimed", () => {
    xen.bootByHand("theirs", [`uuid = "${UUID}"`]);
    xen.forget("/etc/xen/theirs");
    expect(ask({})).toEqual([
      `The uuid ${UUID} belongs to the running domain theirs (id 1), which no stack has claimed. Set another uuid; xl would accept two with the same one.`,
    ]);
    expect(ask({ known: true })).toEqual([]);
  });

  it("in whatever case an address is written", () => {
    configured("web1", 'name = "web1"', `vif = [ 'type=vif, mac=${MAC.toUpperCase()}, bridge=br0' ]`);
    expect(ask({ macs: [MAC] })).toEqual([
      `The MAC address ${MAC} belongs to the guest configured in /etc/xen/web1. Set another mac.`,
    ]);
    xen.forget("/etc/xen/web1");
    xen.bootByHand("theirs", [`uuid = "${OTHER}"`, `vif = [ "mac=${MAC.toUpperCase()},bridge=br0" ]`]);
    xen.forget("/etc/xen/theirs");
    expect(ask({ macs: [MAC] }).join()).toContain("belongs to the running domain theirs (id 1)");
  });

  it("of another resource's guest, which is named with its owner and the remedy", () => {
    claimed(OTHER, "shop/prod::DomU::web", "guest1");
    expect(ask({})[0]).toBe(
      'The guest guest1 on this host is claimed by shop/prod::DomU::web. If this is the same guest under a new resource name, add aliases: [{ name: "web" }] to its options (where no state has it any more, call the resource that again); else choose another name.',
    );
    expect(ask({ owner: "shop/test::DomU::guest1" })[0]).toBe(
      "The guest guest1 on this host is claimed by shop/prod::DomU::web. Change it there, or choose another name.",
    );
    claimed(OTHER, "shop/prod::DomU::web", "web1");
    expect(ask({})).toEqual([]);
    xen.write(`/var/lib/pulumi-xen/domu/${OTHER}/renaming`, "guest1\n");
    expect(ask({})).toHaveLength(1);
  });

  it("of its own resource's guest under another uuid, which the refusal tells", () => {
    claimed(OTHER, "shop/prod::DomU::guest1", "guest1");
    expect(ask({})[0]).toBe(
      `The guest guest1 on this host is claimed by shop/prod::DomU::guest1. It is this resource's own, under the uuid ${OTHER}, which its state no longer knows. Set uuid to that to take it over; else choose another name.`,
    );
  });
});
