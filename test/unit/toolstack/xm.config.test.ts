/** A guest's file in xm's words. xm runs it as Python and as root, and says nothing of what it does not know. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { finalConfig, installConfig } from "../../../provider/resources/domu/domu.config";
import { xl } from "../../../provider/toolstack/xl/xl";
import { xm } from "../../../provider/toolstack/xm/xm";
import { type DomainConfig, differingKeys, parseDomainConfig } from "../../../provider/xen";
import { projectRoot } from "../../support/project-root";
import { complete, media } from "../../support/pretend-guest";

const scenario = (name: string): string => readFileSync(join(projectRoot, "test/golden/scenario", name), "utf8");
const config = (more: Partial<DomainConfig>): DomainConfig => ({ name: "guest1", others: {}, foreign: [], ...more });
const disk = { target: "/xen/vm/a.img", format: "raw", device: "xvda", mode: "w", more: [] } as const;
const program = {
  name: "centos6",
  memoryMiB: 512,
  disks: [{ path: "/xen/vm/centos6.img" }],
  vifs: [{ bridge: "br0", ip: "192.168.1.221" }],
  onCrash: "destroy",
  onReboot: "destroy",
} as const;

it.each(["guest-install.cfg", "guest-final.cfg"])("the recipe's %s is written as it stands, byte for byte", (name) => {
  const text = scenario(name);
  expect(xm.writeConfig(xm.readConfig(text))).toBe(text);
});

it("a program that says what the recipe says gives the recipe's lines, in their order", () => {
  const install = { media: { ...media, kernelPath: "/root/vmlinuz", ramdiskPath: "/root/initrd.img" } };
  const inputs = complete({ ...program, install });
  // The screen's own lines differ: the recipe's shows it on the host's own screen too, which no property asks for.
  for (const [written, recipe] of [
    [xm.writeConfig(finalConfig(inputs)), scenario("guest-final.cfg")],
    [xm.writeConfig(installConfig(xm, inputs)), scenario("guest-install.cfg")],
  ] as const) {
    const said = recipe.split("\n").filter((line) => !line.startsWith("vfb=") && !line.startsWith("vif="));
    expect(written.split("\n").filter((line) => said.includes(line))).toEqual(said);
    expect(written).toMatch(/^vif=\["ip=192\.168\.1\.221,bridge=br0,mac=[0-9a-f:]+"\]$/m);
  }
});

it("a disk has xm's old form, whatever it is, and never xl's, which xm reads as a device name", () => {
  const written = (more: Partial<DomainConfig["disks"] extends readonly (infer D)[] | undefined ? D : never>): string =>
    xm.writeConfig(config({ disks: [{ ...disk, ...more }] })).split("\n")[1] ?? "";
  expect(written({})).toBe("disk=['file:/xen/vm/a.img,xvda,w']");
  expect(written({ target: "/dev/vg0/a", mode: "r" })).toBe("disk=['phy:/dev/vg0/a,xvda,r']");
  expect(written({ format: "qcow2" })).toBe("disk=['tap:qcow2:/xen/vm/a.img,xvda,w']");
  expect(written({ format: "vhd" })).toBe("disk=['tap2:vhd:/xen/vm/a.img,xvda,w']");
  expect(written({ device: "hdc", mode: "r", more: ["devtype=cdrom"] })).toBe(
    "disk=['file:/xen/vm/a.img,hdc:cdrom,r']",
  );
  for (const text of [written({}), written({ format: "qcow2" })]) expect(text).not.toMatch(/target=|vdev=|format=/);
  expect(xl.writeConfig(config({ disks: [disk] }))).toContain("target=/xen/vm/a.img");
});

it("what is written comes back as the same configuration", () => {
  const inputs = complete({
    ...program,
    maxMemoryMiB: 1024,
    maxVcpus: 2,
    cpus: "0-1",
    cpuWeight: 512,
    cpuCap: 50,
    extra: 'quote " backslash \\',
    disks: [
      { path: "/xen/vm/a.img" },
      { path: "/xen/vm/b.qcow2", format: "qcow2" },
      { path: "/dev/vg0/c", format: "block" },
    ],
    extraConfig: { tsc_mode: 1, pci: ["03:00.0"] },
  });
  const desired = finalConfig(inputs);
  const back = xm.readConfig(xm.writeConfig(desired));
  expect(back).toEqual(xm.asRead(desired));
  // All but pygrub's own user, for which xend has no word, and the path that a bare name stands for.
  expect(differingKeys(back, desired).map(({ key }) => key)).toEqual([
    "bootloader",
    "bootloader_restrict",
    "bootloader_user",
  ]);
});

it.each<[string, Partial<DomainConfig>, RegExp]>([
  ["a key that xm passes over", { others: { vuart: "x" } }, /xm does not know the key vuart/],
  ["a word of an interface that xm refuses", { vifs: [{ bridge: "br0", more: ["gatewaydev=eth0"] }] }, /gatewaydev/],
  ["a word of a disk", { disks: [{ ...disk, more: ["discard"] }] }, /xvda has discard/],
  ["a comma in a path", { disks: [{ ...disk, target: "/xen/a,b" }] }, /holds a comma/],
  ["a format", { disks: [{ ...disk, format: "qed" }] }, /is qed/],
  ["a fully virtualised guest", { type: "hvm" }, /type hvm has not been tried with xm/],
  ["an action that xm has for a crash alone", { onReboot: "coredump-restart" }, /onReboot is coredump-restart/],
  ["a letter that Python 2 does not read", { extra: "quiet=ä" }, /plain ASCII/],
  ["a text that is no assignment", { unread: [{ key: "x", text: "import os", reason: "" }] }, /would run as a program/],
])("refuses %s with a sentence instead of passing over it", (_what, more, sentence) => {
  expect(xm.refusals(config(more)).join("\n")).toMatch(sentence);
  expect(() => xm.writeConfig(config(more))).toThrow(sentence);
});

it("nothing but assignments of literals is written, whatever the texts hold", () => {
  const hostile = ['"; import os #', "'+__import__('os').system('id')+'", "\\", "a\nimport os", "%s{}$(id)`id`"];
  const texts = hostile.map((text) =>
    xm.writeConfig(
      config({
        extra: text,
        root: text,
        kernel: text,
        disks: [{ ...disk, target: text.replaceAll(",", "") }],
        others: { description: text },
      }),
    ),
  );
  const judge = `import ast, json, sys
out = []
for text in json.load(sys.stdin):
    out.append({s.targets[0].id: ast.literal_eval(s.value) for s in ast.parse(text).body if isinstance(s, ast.Assign) or sys.exit("no assignment")})
print(json.dumps(out))`;
  const { stdout, stderr } = spawnSync("python3", ["-c", judge], { input: JSON.stringify(texts), encoding: "utf8" });
  expect(stderr).toBe("");
  const read = JSON.parse(stdout) as { extra: string; description: string; disk: string[] }[];
  expect(read.map(({ extra }) => extra)).toEqual(hostile);
  expect(read.map(({ description }) => description)).toEqual(hostile);
  expect(read.map(({ disk: [one] }) => one)).toEqual(hostile.map((text) => `file:${text.replaceAll(",", "")},xvda,w`));
});

it("reads a file of somebody's own by xm's meaning", () => {
  const read = xm.readConfig(
    "name='web1'\nbuilder='hvm'\ncpu_cap=50\ndisk=['phy:vg0/web1,xvda,w', 'tap:aio:/a.img,xvdb,r']\n",
  );
  expect(read).toMatchObject({ type: "hvm", others: { cap: 50 } });
  expect(read.disks?.map(({ target, mode }) => [target, mode])).toEqual([
    ["/dev/vg0/web1", "w"],
    ["/a.img", "r"],
  ]);
  expect(parseDomainConfig("import os\n").refused).toBeDefined();
  expect(xm.readConfig("import os\n").refused).toBeDefined();
});
