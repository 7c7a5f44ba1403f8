/** The pretended xl prints what the real one of Xen 4.17 printed, and lies as it does (test/golden, docs/histories.md). */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemHead } from "../../histories/host/disk-content";
import type { Answered } from "../../histories/host/tool-server";
import { xl } from "../../histories/host/xl/commands";
import type { XenEvents } from "../../histories/host/xl/events";
import { Hypervisor } from "../../histories/host/xl/hypervisor";
import { parseXlInfo } from "../../../provider/toolstack/xl/xl-info.parse";
import { parseDomainRows, parseDomains } from "../../../provider/toolstack/xl/xl.parse";

const golden = (name: string): string => readFileSync(join(__dirname, "../../golden/xen-4.17-debian12", name), "utf8");
const nobody: XenEvents = {
  built: () => undefined,
  installing: () => undefined,
  wrote: () => undefined,
  ended: () => undefined,
  plugged: () => undefined,
  unplugged: () => undefined,
};
const G1 = "153b5f07-1045-40a6-bf99-1384946c365c";

let root: string;
let xen: Hypervisor;
const run = async (...args: string[]): Promise<Answered> =>
  xl(xen, { tool: "xl", args, isOurs: false, bootloaderUser: "", input: "" });

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "pulumi-xen-xl-"));
  for (const folder of ["etc/xen", "xen/vm", "sys/block", "sys/class/net/xenbr0/bridge"])
    mkdirSync(join(root, folder), { recursive: true });
  xen = new Hypervisor(root, nobody);
  for (const name of ["guest", "extra"]) writeFileSync(join(root, `xen/vm/${name}.img`), systemHead(undefined));
  const config = [
    "name = 'g1'",
    `uuid = "${G1}"`,
    "memory = 0xc0 # 192",
    'maxmem = "320"; maxvcpus = 2',
    'bootloader = "pygrub"',
    "disk = [",
    "  'format=raw, vdev=xvda, access=rw, target=/xen/vm/guest.img',",
    "]",
    'vif = ["mac=00:16:3E:00:00:51,bridge=xenbr0"]',
    'on_crash = "preserve"',
    "",
  ].join("\n");
  writeFileSync(join(root, "etc/xen/g1.cfg"), config);
  expect((await run("create", "-q", "/etc/xen/g1.cfg")).code).toBe(0);
});

afterEach(() => {
  xen.reset();
  rmSync(root, { recursive: true });
});

describe("what it prints", () => {
  test("the table has the real one's columns", async () => {
    const { out = "" } = await run("list");
    const columns = (text: string): string[] =>
      text.split("\n").map((line) => line.replaceAll(/\d+\.\d/g, "0.0").trimEnd());
    expect(columns(out)[0]).toBe(columns(golden("xl-list.txt"))[0]);
    // Numbers end where the real one's end, however long they are.
    const shape = (line: string): string =>
      line
        .replace(/^\S+/, (name) => "x".repeat(name.length))
        .replaceAll(/ +\d+(?= )/g, (number) => "#".repeat(number.length))
        .replaceAll(/[-a-z]{6}/g, "STATES");
    expect(shape(columns(out)[2] ?? "").slice(0, 68)).toBe(shape(columns(golden("xl-list.txt"))[2] ?? "").slice(0, 68));
    const verbose = (await run("list", "-v")).out ?? "";
    expect(parseDomainRows(verbose).find(({ domid }) => domid === 1)?.state).toBe("blocked");
  });

  test("the long form has the real one's keys, and is understood alike", async () => {
    const { out = "" } = await run("list", "-l");
    const real = parseDomains(golden("xl-list-l.json"))[1];
    const [, domain] = parseDomains(out);
    expect(Object.keys(domain ?? {}).sort()).toEqual(Object.keys(real ?? {}).sort());
    expect(keysOf((JSON.parse(out) as unknown[])[1])).toEqual(
      expect.arrayContaining(keysOf((JSON.parse(golden("xl-list-l.json")) as unknown[])[1])),
    );
    expect(domain).toMatchObject({
      name: "g1",
      uuid: G1,
      memoryMiB: 192,
      maxMemoryMiB: 320,
      vifs: [{ mac: "00:16:3e:00:00:51" }],
    });
  });

  test("the host's facts are read as the real one's are", async () => {
    const real = parseXlInfo(golden("xl-info.txt"));
    const pretended = parseXlInfo((await run("info")).out ?? "");
    expect(Object.keys(pretended).sort()).toEqual(Object.keys(real).sort());
    expect(pretended.cpus).toBe(real.cpus);
  });

  test("the verbose table has uuid and reason", async () => {
    xen.end(xen.find("g1"), "crash");
    const { out = "" } = await run("list", "-v");
    expect(out.split("\n")[2]).toMatch(new RegExp(`^g1 +1 +192 +1 +---sc- +[0-9.]+ ${G1} +3 +-`));
  });
});

describe("its lies", () => {
  test("it leaves out a domain whose record it cannot read, and ends with 0", async () => {
    xen.unreadable.add(G1);
    const { code, out = "" } = await run("list", "-l");
    expect(code).toBe(0);
    expect(parseDomains(out).map(({ name }) => name)).toEqual(["Domain-0"]);
    expect((await run("list")).out).toContain("g1");
  });

  test("it takes a second domain of the same uuid and the same raw file", async () => {
    writeFileSync(
      join(root, "etc/xen/g2.cfg"),
      readFileSync(join(root, "etc/xen/g1.cfg"), "utf8").replace("'g1'", "'g2'"),
    );
    expect((await run("create", "/etc/xen/g2.cfg")).code).toBe(0);
    expect(xen.all().map(({ uuid }) => uuid)).toEqual([G1, G1]);
  });

  test("it ends with 0 when a guest dies of too little memory", async () => {
    expect((await run("mem-set", "g1", "64")).code).toBe(0);
    expect(xen.find("g1").ended).toBe("crash");
  });

  test("it ends with 0 for a CPU that is not there, and pins nothing", async () => {
    const { code, err } = await run("vcpu-pin", "g1", "all", "7");
    expect([code, err !== undefined]).toEqual([0, true]);
    expect((await run("vcpu-list", "g1")).out).toContain("all / all");
  });

  test("it leaves a dead interface behind when the bridge is missing", async () => {
    expect((await run("network-attach", "g1", "mac=00:16:3e:00:00:52", "bridge=nobr")).code).toBe(1);
    expect((await run("network-list", "g1")).out).toContain("00:16:3e:00:00:52");
  });

  test("it pulls a disk out of a running guest at once", async () => {
    expect((await run("block-attach", "g1", "format=raw,vdev=xvdb,access=rw,target=/xen/vm/extra.img")).code).toBe(0);
    expect((await run("block-detach", "g1", "xvdb")).code).toBe(0);
    expect(xen.find("g1").disks).toHaveLength(1);
  });
});

test("what a real one refuses is refused in its words", async () => {
  expect(await run("destroy", "nobody")).toEqual({ code: 1, err: "nobody is an invalid domain identifier (rc=-6)\n" });
  expect((await run("mem-set", "g1", "400m")).err).toContain(
    "memory_dynamic_max must be less than or equal to memory_static_max",
  );
  expect((await run("create", "/etc/xen/g1.cfg")).code).toBe(3);
  writeFileSync(join(root, "etc/xen/bad.cfg"), 'name="bad\nmemory = \n');
  expect(await run("create", "/etc/xen/bad.cfg")).toMatchObject({
    code: 1,
    err: expect.stringContaining("Failed to parse config: Invalid argument") as string,
  });
});

test("a rebuilt guest is as it was at its end, but its pinning is lost", async () => {
  writeFileSync(
    join(root, "etc/xen/g3.cfg"),
    readFileSync(join(root, "etc/xen/g1.cfg"), "utf8").replace("'g1'", "'g3'"),
  );
  await run("destroy", "g1");
  await run("create", "/etc/xen/g3.cfg");
  await run("vcpu-pin", "g3", "all", "1");
  await run("mem-set", "g3", "256m");
  await run("reboot", "g3");
  const deadline = Date.now() + 5_000;
  while (xen.all()[0]?.domid !== 3 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(xen.find("g3")).toMatchObject({ domid: 3, uuid: G1, memoryMiB: 256, affinity: "all" });
});

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}
