import { xl } from "../../../../provider/toolstack/xl/xl";
import { spawnSync } from "node:child_process";
import { parseDomainConfig } from "../../../../provider/xen";
import {
  cancelJob,
  creationJob,
  removalJob,
  takeOverJob,
  updateJob,
} from "../../../../provider/resources/domu/domu.jobs";
import { type Guest } from "../../../../provider/resources/domu/domu.guest";
import { observeDomU } from "../../../../provider/resources/domu/domu.observe";
import { whoElseHas } from "../../../../provider/resources/domu/domu.in-use";
import { guestPlan } from "../../../../provider/resources/domu/domu.plan";
import type { DomUInputs } from "../../../../provider/resources/domu/domu.properties";
import { completeDomU } from "../../../../provider/resources/domu/domu.rules";
import type { Job } from "../../../../provider/shell";
import { guest } from "./guest";
import { running, seen } from "./observed";

const installing = completeDomU(
  guest({
    memoryMiB: 512,
    maxMemoryMiB: 1024,
    vifs: [{ bridge: "br0", ip: "198.51.100.21" }],
    vfb: { vncPassword: "hunter2" },
    install: {
      media: {
        name: "m",
        directory: "/m",
        kernelPath: "/m/vmlinuz",
        ramdiskPath: "/m/initrd.gz",
        serve: { bridge: "br0", port: 8980 },
      },
      answers: { fileName: "preseed.cfg", content: "password hunter3\n", kernelArgs: "url={answersUrl}" },
      extra: "console=hvc0",
      memoryMiB: 800,
    },
    waitFor: { tcpPort: 22, consoleText: "it's up" },
    autostart: true,
    powerState: "running",
  }),
);
const isNew = { seen: undefined, renews: false, isKnown: false, nameNow: "guest1" };
const isKnown = { ...isNew, isKnown: true, isUnfinished: false };

function update(is: Guest, news: DomUInputs, more: Partial<typeof isKnown> = {}): Job {
  return updateJob(is, guestPlan(is, news), news, { ...isKnown, ...more });
}

function text(job: Job, file: string): string {
  return String(job.files?.find(({ name }) => name === file)?.content);
}

describe("the job of an install", () => {
  const job = creationJob(xl, installing, undefined, isNew);

  it("takes the guest from nothing to answering, in one go", () => {
    expect(job.steps.map(({ name }) => name)).toEqual([
      "look-at-disk",
      "write-config",
      "serve-media",
      "start-installer",
      "install",
      "end-serving",
      "boot",
      "wait-for",
      "autostart",
      "done",
    ]);
    expect(job.timeoutSeconds).toBe(60 * 60 + 300 + 900);
  });

  it("lets the installer run only once its next boot is settled, so that no end of the job leaves one that installs again", () => {
    const script = job.steps.find(({ name }) => name === "start-installer")?.script.text ?? "";
    const places = ["create_domain", " -p ", "xl config-update", "set_phase installing\n", "xl unpause"].map((words) =>
      script.indexOf(words),
    );
    expect(places.filter((place) => place >= 0)).toHaveLength(5);
    expect([...places].sort((x, y) => x - y)).toEqual(places);
  });

  it("carries two configurations: the installer's kernel never stands beside a boot loader", () => {
    const install = parseDomainConfig(text(job, "install.cfg"));
    const final = parseDomainConfig(text(job, "final.cfg"));
    expect(install).toMatchObject({
      kernel: "/m/vmlinuz",
      ramdisk: "/m/initrd.gz",
      extra: "url={answersUrl} console=hvc0",
      memoryMiB: 800,
      onReboot: "restart",
      uuid: installing.uuid,
    });
    expect(install.bootloader).toBeUndefined();
    expect(final).toMatchObject({ bootloader: "pygrub", memoryMiB: 512, uuid: installing.uuid });
    expect(final.kernel).toBeUndefined();
    expect(final.vifs).toEqual(install.vifs);
  });

  it("keeps secrets in its files, out of scripts and titles", () => {
    expect(text(job, "final.cfg")).toContain("vncpasswd=hunter2");
    expect(text(job, "answers")).toContain("hunter3");
    expect(JSON.stringify({ title: job.title, steps: job.steps })).not.toMatch(/hunter/);
  });

  it("carries the files beside the answers, and publishes each under its own name", () => {
    const install = installing.install as NonNullable<typeof installing.install>;
    const files = { "vendor-data": "hunter5", "meta-data": "hunter4" };
    const answers = { fileName: "user-data", content: "hunter3", files };
    const seeded = creationJob(xl, { ...installing, install: { ...install, answers } }, undefined, isNew);
    expect(["answers", "answers.1", "answers.2"].map((name) => text(seeded, name))).toEqual([
      "hunter3",
      "hunter4",
      "hunter5",
    ]);
    const serving = String(seeded.steps.find(({ name }) => name === "serve-media")?.script);
    expect(serving).toMatch(/ms_name='?meta-data'? ms_source="\$JOB_FILES"\/'?answers\.1'?\n/);
    expect(serving).toMatch(/ms_name='?vendor-data'? ms_source="\$JOB_FILES"\/'?answers\.2'?\n/);
    expect(serving).not.toMatch(/hunter/);
  });

  it("is a plain boot once the system is on the disk", () => {
    const again = creationJob(xl, installing, "switched", isNew);
    expect(again.steps.map(({ name }) => name)).toEqual(["write-config", "boot", "wait-for", "autostart", "done"]);
    expect(again.files?.map(({ name }) => name)).toEqual([
      "guest.sh",
      "toolstack.sh",
      "guest.env",
      "secrets",
      "final.cfg",
      "in-use.json",
      "written-disks",
      "wait.json",
    ]);
  });
});

describe("the job of an update", () => {
  const before: Partial<DomUInputs> = { memoryMiB: 512, maxMemoryMiB: 1024, maxVcpus: 2 };
  const olds = completeDomU(guest(before));
  const names = (after: Partial<DomUInputs>, is = seen(olds)): string[] =>
    update(is, completeDomU(guest({ ...before, ...after }), olds)).steps.map(({ name }) => name);
  const always = ["write-config", "keep-config", "autostart", "done"];

  it("writes what is declared and does nothing else where the host is as declared", () => {
    expect(names({})).toEqual(always);
  });

  it.each<[Partial<DomUInputs>, string[]]>([
    [{ memoryMiB: 768 }, ["set-memory", "keep-config"]],
    [{ vcpus: 2 }, ["set-vcpus", "keep-config"]],
    [{ cpus: "0-1" }, ["pin-vcpus", "keep-config"]],
    [{ disks: [{ path: "/xen/vm/guest1.img" }, { path: "/b.img" }] }, ["attach-xvdb", "keep-config"]],
    [{ name: "web1" }, ["rename", "keep-config"]],
    [{ powerState: "stopped" }, ["stop"]],
  ])("is live for %j: %j", (after, expected) => {
    expect(names(after)).toEqual(["write-config", ...expected, "autostart", "done"]);
  });

  it.each<[Partial<DomUInputs>]>([
    [{ disks: [{ path: "/xen/vm/guest1.img" }, { path: "/b.img", format: "qcow2" }] }],
    [{ memoryMiB: 2048, maxMemoryMiB: 2048 }],
    [{ extra: "quiet" }],
    [{ vfb: {} }],
    [{ vifs: [{ bridge: "br1" }] }],
    [{ extraConfig: { cpu_weight: 512 } }],
  ])("proves for %j that the guest will come up, before anything is written, and restarts it", (after) => {
    expect(names(after)).toEqual(["prove-boot", "write-config", "stop", "boot", "autostart", "done"]);
  });

  it("starts a guest that is down, and nothing else", () => {
    expect(names({ memoryMiB: 768 }, seen(olds, { domain: undefined }))).toEqual([
      "write-config",
      "boot",
      "autostart",
      "done",
    ]);
  });

  it("restarts a guest that has crashed and was kept, with all that differs", () => {
    const crashed = running(olds, { state: "crashed" });
    expect(names({ memoryMiB: 768 }, crashed)).toEqual([
      "prove-boot",
      "write-config",
      "stop",
      "boot",
      "autostart",
      "done",
    ]);
  });
});

describe("every script of a guest", () => {
  const news = completeDomU(
    guest({
      memoryMiB: 256,
      vcpus: 1,
      cpus: "0",
      disks: [{ path: "/xen/vm/guest1.img" }, { path: "/b.img" }],
      vifs: [],
    }),
  );
  const olds = completeDomU(guest({ memoryMiB: 512 }));
  const host = running(olds, { vcpus: 2, maxVcpus: 2 });
  const jobs = [
    creationJob(xl, installing, undefined, isNew),
    creationJob(xl, completeDomU(guest({ boot: "direct", kernel: "/k", powerState: "stopped" })), undefined, isNew),
    creationJob(xl, installing, "disk-ready", { ...isNew, nameNow: "web1" }),
    update(host, news),
    update(host, completeDomU(guest({ name: "guest2", extra: "quiet" })), { isUnfinished: true }),
    takeOverJob(xl, installing, isNew),
    removalJob(installing, seen(installing), "0d6c3b1e-0000-4000-8000-000000000001"),
    removalJob(installing, seen(installing), undefined),
    cancelJob(installing),
  ];
  const scripts = [
    ...jobs.flatMap(({ steps }) => steps.map(({ script }) => `(\n${script.text}\n)`)),
    text(jobs[0] as Job, "guest.sh"),
    observeDomU(installing).script.text,
    whoElseHas(xl, installing, { isKnown: false }).script.text,
  ].join("\n");

  it.each(["dash", "bash", "busybox"])("can be read by %s", (shell) => {
    const argv = shell === "busybox" ? ["sh", "-n"] : ["-n"];
    const { status, stderr } = spawnSync(shell, argv, { input: scripts, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("does no arithmetic with a quoted number", () => {
    expect(scripts).not.toMatch(/\$\(\([^)]*'/);
  });

  it("has a name of its own in its job", () => {
    for (const { steps } of jobs) expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length);
  });
});
