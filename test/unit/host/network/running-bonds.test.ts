/** What the question about the network reads of bonds, in files as the kernel has them (bonding_show_… of bond_sysfs.c, bond_procfs.c of 6.1). */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBonds } from "../../../../provider/host/network/running-bonds";
import { Answer } from "../../../../provider/shell";

const OPTIONS: Readonly<Record<string, string>> = {
  slaves: "eth0 enp3s0f1\n",
  mode: "active-backup 1\n",
  // With none it is empty.
  primary: "eth0\n",
  primary_reselect: "always 0\n",
  miimon: "100\n",
  updelay: "200\n",
  downdelay: "0\n",
  lacp_rate: "slow 0\n",
  xmit_hash_policy: "layer2 0\n",
  min_links: "0\n",
};
const PROC = `Ethernet Channel Bonding Driver: v6.1.0-18-amd64

Bonding Mode: fault-tolerance (active-backup)
Primary Slave: eth0 (primary_reselect always)

Slave Interface: eth0
MII Status: up
Permanent HW addr: 52:54:00:00:00:01
Slave queue ID: 0

Slave Interface: enp3s0f1
Permanent HW addr: 52:54:00:00:00:02
`;

describe.each(["dash", "bash", "busybox sh"])("the question about a host's bonds, under %s", (shell) => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "px-bonds-"));
    mkdirSync(join(root, "proc"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** `say` as the library's, for texts of one line. */
  const asked = (): ReturnType<typeof readBonds> => {
    const text = readFileSync("provider/host/network/library/say-bonds.sh", "utf8")
      .replaceAll("/sys/class/net", join(root, "sys"))
      .replaceAll("/proc/net/bonding", join(root, "proc"));
    const [command = "", ...words] = shell.split(" ");
    const script = `set -eu\nsay() { printf '%s=%s\\n' "$1" "$2"; }\n${text}`;
    const said = execFileSync(command, [...words, "-c", script], { encoding: "utf8" }).trim();
    const lines = said.split("\n").map((line) => line.split("=", 2) as [string, string]);
    return readBonds(new Answer(new Map(lines)));
  };
  const bond = (name: string, options = OPTIONS, proc = PROC): void => {
    mkdirSync(join(root, "sys", name, "bonding"), { recursive: true });
    for (const [option, text] of Object.entries(options))
      writeFileSync(join(root, "sys", name, "bonding", option), text);
    if (proc !== "") writeFileSync(join(root, "proc", name), proc);
  };

  it("tells mode, cards and options, and the hardware addresses that the cards had", () => {
    bond("bond0");
    mkdirSync(join(root, "sys", "eth0"));
    expect(asked()).toEqual(
      new Map([
        [
          "bond0",
          {
            settings: {
              bond: "bond0",
              of: ["eth0", "enp3s0f1"],
              mode: "active-backup",
              primary: "eth0",
              primaryReselect: "always",
              miimonMilliseconds: 100,
              updelayMilliseconds: 200,
              downdelayMilliseconds: 0,
              lacpRate: "slow",
              xmitHashPolicy: "layer2",
              minLinks: 0,
            },
            addresses: new Map([
              ["eth0", "52:54:00:00:00:01"],
              ["enp3s0f1", "52:54:00:00:00:02"],
            ]),
          },
        ],
      ]),
    );
  });

  it("knows a bond without cards, and one of a kernel that shows less", () => {
    bond("bond0", { slaves: "", mode: "balance-rr 0\n", primary: "" }, "");
    expect(asked().get("bond0")).toEqual({
      settings: { bond: "bond0", of: [], mode: "balance-rr" },
      addresses: new Map(),
    });
  });
});
