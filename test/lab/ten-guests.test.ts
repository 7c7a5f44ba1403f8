/**
 * Ten guests from one image in one `up` on real Xen: copied with holes on ext4, shared block by block on XFS; none with another's identity.
 * What it takes stands beside what the same takes by hand, in the same run on the same host.
 */
import type { StackEngine, StackResult } from "../../lab/engine";
import { closeHosts } from "../../provider/remote";
import { engineHere } from "../support/engines";
import { type LabStack, deeds, labStack, mustSucceed } from "../support/lab-stack";
import { note } from "../support/notes";
import { there } from "../support/there";

jest.setTimeout(60 * 60_000);

const COUNT = 10;
const MEMORY_MIB = 128;
const names = Array.from({ length: COUNT }, (_, index) => `web${index + 1}`);
const address = (index: number): string => `10.0.2.${61 + index}`;

let ground: LabStack | undefined;
let engine: StackEngine | undefined;
let settings = { folder: "/xen/vm", count: String(COUNT), memoryMiB: String(MEMORY_MIB) };

const raw = (command: string): Promise<string> => there(ground).raw(command);
const run = (action: "up" | "destroy"): Promise<StackResult> => {
  const { stack, config, assets, assetsUrl } = there(ground);
  const disk = { diskUrl: `${assetsUrl}/${assets.disk.name}`, diskSha256: assets.disk.sha256 };
  return mustSucceed(there(engine), there(engine)[action]({ ...stack, config: { ...config, ...disk, ...settings } }));
};
const timed = async <T>(running: Promise<T>): Promise<{ seconds: number; result: T }> => {
  const begun = Date.now();
  const result = await running;
  return { seconds: Math.round((Date.now() - begun) / 1000), result };
};
/** What guest number `index` tells of itself, by its kinds of lines. */
const told = async (index: number): Promise<Record<string, string>> => {
  const lines = (await raw(`curl -sf -m 60 http://${address(index)}/cgi-bin/state`)).split("\n");
  const marks = lines.map((line) => [line.split(" ", 1)[0] ?? "", line.slice(line.indexOf(" ") + 1)] as const);
  return Object.fromEntries<string>(marks);
};
const blocksOf = async (path: string): Promise<number> => Number(await raw(`stat -c %b ${path}`));

beforeAll(async () => {
  const choice = { kind: "xen", suite: "bookworm", storage: true, program: "ten-guests" } as const;
  ground = await labStack("ten-guests", choice);
  engine = await engineHere("practice", ground.folder);
  // A bridge of its own: what Bridge does to a host's network is told elsewhere (test/lab/guest-life.test.ts).
  await raw(`ip link add br0 type bridge; ip addr add 10.0.2.50/32 dev br0; ip link set br0 up
    for n in $(seq ${COUNT}); do ip route add 10.0.2.$((60 + n))/32 dev br0 src 10.0.2.50; done`);
});
afterAll(async () => {
  await closeHosts();
  await ground?.close();
});

describe("ten guests from one image", () => {
  it("answer after one up, each by its own name", async () => {
    const free = await raw("xl info free_memory; uptime");
    const { seconds, result } = await timed(run("up"));
    note(`ten-guests: ${COUNT} guests of ${MEMORY_MIB} MiB, one up: ${seconds} s (free MiB and load: ${free})`);
    expect(deeds(result)).toEqual(
      [
        "create DiskImage golden",
        ...names.flatMap((name) => [`create DiskImage ${name}`, `create DomU ${name}`]),
      ].sort(),
    );
    expect((await raw("xl list | awk 'NR > 2 { print $1 }' | sort -V")).split("\n")).toEqual(names);
  });

  it("share no identity: name, machine id, MAC address, uuid and seed are each one's own", async () => {
    const all: Record<string, string>[] = [];
    for (const index of names.keys()) all.push(await told(index));
    expect(all.map((guest) => guest["name"])).toEqual(names);
    for (const mark of ["machine", "boot"]) expect(new Set(all.map((guest) => guest[mark])).size).toBe(COUNT);
    const macs = (await raw('xl list -l | grep -o \'"mac": "[^"]*"\'')).split("\n");
    const uuids = (await raw("xl list -v | awk 'NR > 2 { print $7 }'")).split("\n");
    const seeds = (await raw("sha256sum /var/lib/pulumi-xen/domu/*/seed.img | cut -d' ' -f1")).split("\n");
    for (const marks of [macs, uuids, seeds]) expect([marks.length, new Set(marks).size]).toEqual([COUNT, COUNT]);
  });

  it("have copies with the holes of the image, which none of them has changed", async () => {
    const golden = await blocksOf("/xen/vm/golden.img");
    // What a guest has written meanwhile comes on top.
    for (const name of names) expect(await blocksOf(`/xen/vm/${name}.img`)).toBeLessThan(golden + 32 * 2048);
    expect(await raw("sha256sum </xen/vm/golden.img")).toContain(there(ground).assets.disk.sha256);
  });

  it("change nothing when they are declared a second time", async () => {
    const { seconds, result } = await timed(run("up"));
    note(`ten-guests: up without a change: ${seconds} s`);
    expect(deeds(result)).toEqual([]);
  });

  it("are gone together, with their copies, and the image stays", async () => {
    settings = { ...settings, count: "0" };
    const { seconds, result } = await timed(run("up"));
    note(`ten-guests: ${COUNT} guests removed: ${seconds} s`);
    expect(deeds(result)).toHaveLength(2 * COUNT);
    expect(await raw("ls /xen/vm; xl list | wc -l")).toBe("golden.img\n2");
  });

  it("take what ten times cp and xl create by hand take, and their own looking", async () => {
    // The guests of the image have its name and no seed; pygrub is root's.
    const byHand = `set -e; mkdir /xen/hand; cd /xen/hand
      begun=$(date +%s)
      for n in $(seq ${COUNT}); do
        cp --sparse=always /xen/vm/golden.img web$n.img
        printf '%s\\n' "name='hand$n'" "bootloader='pygrub'" "memory=${MEMORY_MIB}" "extra='labip=10.0.2.$((60 + n))/24'" \\
          "disk=['format=raw,vdev=xvda,access=rw,target=/xen/hand/web$n.img']" "vif=['bridge=br0,mac=00:16:3e:00:01:$((60 + n))']" >web$n.cfg
        xl create -q web$n.cfg
      done
      created=$(date +%s)
      for n in $(seq ${COUNT}); do
        until curl -s -m 20 http://10.0.2.$((60 + n))/ | grep -q hello; do [ $(($(date +%s) - begun)) -lt 2400 ] || exit 1; sleep 1; done
      done
      echo "created after $((created - begun)) s, all answer after $(($(date +%s) - begun)) s; load $(cat /proc/loadavg)"`;
    const { exitCode, stdout, stderr } = await there(ground).host.run(byHand, { timeoutSeconds: 2500 });
    note(`ten-guests: by hand, one after the other: ${stdout.trim()}${stderr.trim()}`);
    expect(exitCode).toBe(0);
    await raw(`for n in $(seq ${COUNT}); do xl destroy hand$n; done; rm -r /xen/hand`);
    await run("destroy");
  });
});

describe("guests from one image on a file system that shares blocks", () => {
  it("have copies that take no space until they are written to, and leave the image as it is", async () => {
    const disk = await there(ground).host.plugDisk({
      file: `${there(ground).folder}/xfs.raw`,
      id: "xfs",
      sizeMiB: 1024,
    });
    await raw(`mkfs.xfs -q ${disk} && mkdir /mnt/xfs && mount ${disk} /mnt/xfs`);
    settings = { ...settings, folder: "/mnt/xfs/vm", count: "3" };
    const { seconds } = await timed(run("up"));
    note(`ten-guests: 3 guests on XFS: ${seconds} s`);
    const few = names.slice(0, 3);
    expect(await Promise.all(few.map(async (_, index) => (await told(index))["name"]))).toEqual(few);
    const image = Number(await raw("du -k /mnt/xfs/vm/golden.img | cut -f1"));
    const all = Number(await raw("du -kc /mnt/xfs/vm/*.img | tail -n 1 | cut -f1"));
    const used = Number(await raw("df -k --output=used /mnt/xfs | tail -n 1"));
    note(
      `ten-guests: on XFS the image has ${image} kB, all four files ${all} kB, and the file system ${used} kB in use`,
    );
    // The kernel's own word: extents of a copy that are shared with another file.
    for (const name of few) expect(await raw(`filefrag -v /mnt/xfs/vm/${name}.img | grep -c shared`)).not.toBe("0");
    expect(used).toBeLessThan(all);
    expect(await raw("sha256sum </mnt/xfs/vm/golden.img")).toContain(there(ground).assets.disk.sha256);
    await run("destroy");
    expect(await raw("ls -A /mnt/xfs")).toBe("");
  });
});
