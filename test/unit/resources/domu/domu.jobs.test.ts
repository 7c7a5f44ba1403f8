import { spawnSync } from "node:child_process";
import { parseDomainConfig } from "../../../../provider/xen";
import { completeDomU } from "../../../../provider/resources/domu/domu.complete";
import { cancelJob, creationJob, removalJob, updateJob } from "../../../../provider/resources/domu/domu.jobs";
import { observeDomU } from "../../../../provider/resources/domu/domu.observe";
import type { Job } from "../../../../provider/shell";
import { guest } from "./guest";
import { hostWith, runningAs } from "./observed";

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
const media = installing.install;

function text(job: Job, file: string): string {
  return String(job.files?.find(({ name }) => name === file)?.content);
}

describe("the job of an install", () => {
  const job = creationJob(installing, undefined);

  it("takes the guest from nothing to answering, in one go", () => {
    expect(job.steps.map(({ name }) => name)).toEqual([
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

  it("is a plain boot once the system is on the disk", () => {
    const again = creationJob(installing, "switched");
    expect(again.steps.map(({ name }) => name)).toEqual(["write-config", "boot", "wait-for", "autostart", "done"]);
    expect(again.files?.map(({ name }) => name)).toEqual(["guest.sh", "final.cfg"]);
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
  const host = hostWith(olds, { domains: [runningAs(olds, { vcpus: 2, maxVcpus: 2 })] });
  const jobs = [
    creationJob(installing, undefined),
    creationJob(completeDomU(guest({ boot: "direct", kernel: "/k", powerState: "stopped" })), undefined),
    updateJob(host, olds, news, { isUnfinished: false }),
    updateJob(host, olds, completeDomU(guest({ name: "guest2" })), { isUnfinished: true }),
    removalJob({ ...installing, ...(media === undefined ? {} : { install: media }) }, { name: "guest1" }),
    cancelJob("guest1"),
  ];
  const scripts = [
    ...jobs.flatMap(({ steps }) => steps.map(({ script }) => `(\n${script.text}\n)`)),
    text(jobs[0] as Job, "guest.sh"),
    observeDomU(installing).script.text,
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
