/** Every script that the product can send to a host, as text for shellcheck: of each text one. */
import { preamble } from "../../../provider/shell";
import { framedCommand, killCommand } from "../../../provider/remote/openssh/framed-command";
import { withFormer } from "../../../provider/remote/jobs/former-job";
import { followScript, forgetScript, startScript } from "../../../provider/remote/jobs/job-start";
import { launcherProgram, runnerProgram } from "../../../provider/remote/jobs/job-program";
import { batchGround, observerProgram } from "../../../provider/remote/questions/observer-program";
import { batchScript } from "../../../provider/remote/questions/question-batch";
import { uploadScript } from "../../../provider/remote/upload/upload";
import { type Job, type JobFile, sh } from "../../../provider/shell";
import { apk } from "../../../provider/host/packages/apk";
import { zypper } from "../../../provider/host/packages/zypper";
import type { PackageManager } from "../../../provider/host/packages/package-manager";
import { VIF_SCRIPT } from "../../../provider/resources/domu/domu.vlans";
import { restoreJob } from "../../../provider/resources/xen-host/xen-host.leave";
import { completeXenHost } from "../../../provider/resources/xen-host/xen-host.rules";
import { trialJob } from "../../../provider/resources/xen-host/xen-host.steps";
import type { Toolstack } from "../../../provider/toolstack";
import { xm } from "../../../provider/toolstack/xm/xm";
import { DECLARATIONS, titleOf } from "../proofs/declarations";
import { alpineHost } from "../../unit/resources/xen-host/observed";
import { asSent, asWritten, libraryFiles } from "./library-files";
import type { Script } from "./shellcheck";

/** The scripts of all jobs and questions of test/support/proofs/declarations.ts, and those that carry them. */
export function renderedScripts(): Script[] {
  const scripts = [
    ...DECLARATIONS.flatMap(scriptsOf),
    ...carriers(),
    ...verbsOf(xm),
    ...packagesBy(apk),
    ...packagesBy(zypper),
    ...alpineJobs(),
    { name: "the script of a guest's interface in VLANs", text: VIF_SCRIPT.text },
  ];
  const byText = new Map(scripts.map(({ name, text }) => [text, name]));
  return [...byText].map(([text, name]) => ({ name, text: withDirectives(text) }));
}

function scriptsOf(declaration: (typeof DECLARATIONS)[number]): Script[] {
  const inputs = declaration.inputs((_path, plain, under = "") => `${under}${plain}`, "/plain") as never;
  const jobs = [...declaration.jobs(inputs), ...(declaration.onlyRead?.jobs(inputs) ?? [])];
  return [
    ...jobs.flatMap((job) => scriptsOfJob(job, titleOf(declaration))),
    ...declaration.questions(inputs).map(({ text }, at) => ({
      name: `${titleOf(declaration)}, question ${at + 1}`,
      text: `${preamble.text}${text}\n`,
    })),
  ];
}

function scriptsOfJob(job: Job, kind: string): Script[] {
  return [
    ...job.steps.map(({ name, script }) => ({
      name: `${kind}, job "${job.title}", step ${name}`,
      text: `${preamble.text}export JOB_FILES=/job/files\n${withSourced(script.text, job.files)}\n`,
    })),
    ...ownScripts(job, kind),
  ];
}

/** Files of a job that are run by themselves. */
function ownScripts({ title, files = [] }: Job, kind: string): Script[] {
  return files
    .filter(({ content }) => String(content).startsWith(preamble.text) || String(content).startsWith("#!/bin/sh"))
    .map(({ name, content }) => ({ name: `${kind}, job "${title}", file ${name}`, text: String(content) }));
}

/** With the job's files in place of the lines that read them. */
function withSourced(script: string, files: readonly JobFile[] = []): string {
  return files.reduce(
    (text, { name, content }) => text.replaceAll(`. "$JOB_FILES"/'${name}'\n`, () => `${String(content)}\n`),
    script,
  );
}

/** The verbs of a toolstack that no declaration shows: a preview assumes xl. */
function verbsOf(on: Toolstack): Script[] {
  const disk = { target: "/plain/disk.img", format: "raw", device: "xvdb", mode: "w", more: [] } as const;
  const vif = { mac: "00:16:3e:00:00:01", bridge: "plainbr", more: [] };
  const questions = {
    sayXen: on.sayXen,
    sayDomains: on.sayDomains,
    sayUnbuilt: on.sayUnbuilt,
    sayVncPort: on.sayVncPort,
  };
  const verbs = {
    setDom0Memory: on.setDom0Memory(768),
    setMemory: on.setMemory(256),
    setVcpus: on.setVcpus(2),
    pinVcpus: on.pinVcpus("0-5,^4"),
    setScheduling: on.setScheduling({ weight: 512 }),
    attachDisk: on.attachDisk(disk),
    detachDisk: on.detachDisk("xvdb"),
    attachVif: on.attachVif(vif),
    detachVif: on.detachVif(vif.mac),
    rename: on.rename("plainguest"),
    unpause: on.unpause,
    shutdown: on.shutdown(60),
    shutdownOrDestroy: on.shutdownOrDestroy(60),
    create: on.create(sh`/etc/xen/plainguest.cfg`, "plainguest"),
  };
  const given = sh`uuid=plain guest=plainguest folder=/plain
give_up() { die "$1"; }`.text;
  return Object.entries({ ...questions, ...verbs }).map(([name, { text }]) => ({
    name: `${on.name}, ${name}`,
    text: `${preamble.text}${given}\n${name in verbs ? String(on.library.content) : ""}\n${text}\n`,
  }));
}

/** Of a package manager whose hosts XenHost does not serve yet. */
function packagesBy(by: PackageManager): Script[] {
  const scripts = { install: by.install(["plain", "other=1"]), sayInstalled: by.sayInstalled(["plain"]) };
  return Object.entries(scripts).map(([name, { text }]) => ({
    name: `${by.name}, ${name}`,
    text: `${preamble.text}${text}\n`,
  }));
}

/** No declaration has a host of Alpine: extlinux refuses the hostile texts of the proofs. */
function alpineJobs(): Script[] {
  const inputs = completeXenHost({ connection: { host: "198.51.100.7" }, onDelete: "restore" });
  const claiming = { owner: "proofs/test::XenHost::alpine", renews: true };
  const jobs = [trialJob(alpineHost, inputs, claiming), restoreJob(alpineHost, inputs, claiming)];
  return jobs.flatMap((job) => scriptsOfJob(job, "XenHost on Alpine"));
}

/** What brings jobs, questions and files to a host. */
function carriers(): Script[] {
  const job: Job = {
    object: "domu/plain",
    title: "a job",
    sections: ["boot", "network", "packages"],
    steps: [{ name: "one", title: "one", effect: "none", script: sh`echo one` }],
    files: [{ name: "file", content: "content" }],
  };
  const follower = { mark: "@0123456789abcdef", expectedMachineId: "0123456789abcdef" };
  const one = { about: "one", script: sh`say one 1`, read: () => undefined };
  const target = { path: "/plain/file", mode: "0600", sha256: "12".repeat(32), sizeBytes: 1 };
  return [
    { name: "the launcher of a job", text: launcherProgram(900).text },
    { name: "the runner of a job", text: runnerProgram(job).text },
    { name: "the start of a job", text: startScript(job, "operation", follower) },
    { name: "the following of a job", text: followScript(job.object, "operation", follower) },
    { name: "the forgetting of a job", text: forgetScript(job.object, follower) },
    { name: "the shell for questions", text: observerProgram.text },
    {
      name: "a batch of questions",
      text: `${batchGround.text}px_mark=${follower.mark} px_shared=/tmp/plain
${batchScript([withFormer(job.object, one).script, sh`say two 2`])}`,
    },
    { name: "an upload", text: uploadScript(undefined, target).text },
    { name: "a framed command", text: programIn(framedCommand(follower.mark, "id")) },
    {
      name: "the watch over ssh, on the machine that runs Pulumi",
      text: asSent("provider/remote/openssh/library/guard.sh"),
    },
    { name: "the end of a command", text: programIn(killCommand(1234)) },
  ];
}

/** The program in a word of provider/remote/host-script.ts. */
function programIn(command: string): string {
  const packed = /printf %s ([A-Za-z0-9+/=]+) \| base64 -d/.exec(command)?.[1] ?? "";
  return Buffer.from(packed, "base64").toString("utf8");
}

/** With the comments of the library files, among which are those for shellcheck. */
function withDirectives(text: string): string {
  return libraryFiles()
    .filter((file) => file.endsWith(".sh"))
    .reduce(
      (whole, file) => whole.replaceAll(asSent(file), () => asWritten(file).replace("# shellcheck shell=sh\n", "")),
      text,
    );
}
