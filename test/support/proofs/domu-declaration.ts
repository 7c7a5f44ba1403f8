/** A guest in which every string of its schema stands, and all jobs and questions that can come of it. */
import { xl } from "../../../provider/toolstack/xl/xl";
import { createHash } from "node:crypto";
import type { Guest } from "../../../provider/resources/domu/domu.guest";
import { isTaken } from "../../../provider/resources/domu/domu.cloud-init";
import { cancelJob, creationJob, removalJob, takeOverJob, updateJob } from "../../../provider/resources/domu/domu.jobs";
import { observeDomU, whetherBuilt } from "../../../provider/resources/domu/domu.observe";
import { whoElseHas } from "../../../provider/resources/domu/domu.in-use";
import { guestPlan } from "../../../provider/resources/domu/domu.plan";
import { type DomUInputs, domuSchema } from "../../../provider/resources/domu/domu.properties";
import { completeDomU } from "../../../provider/resources/domu/domu.rules";
import type { Job } from "../../../provider/shell";
import { running, seen } from "../../unit/resources/domu/observed";
import type { Declaration } from "./declarations";
import { RECORDED_ID } from "./recording-host";

const owner = "shop/prod::DomU::plain";
/** A claim before there is one, and as the recording host makes it. */
const first = { seen: undefined, renews: false, isKnown: false };
const then = { seen: { id: RECORDED_ID, owner, of: undefined }, renews: false, isKnown: true };

export const domuDeclaration: Declaration = {
  kind: "domu",
  schema: domuSchema,
  stays: {
    cpus: "digits and , - ^ only: which CPUs they mean decides the steps, so another text is another plan",
    config: "computed: what people see in the preview",
    consoleCommand: "computed: for people",
    configPath: "computed: for people",
    ...Object.fromEntries(
      [
        ...["hostname", "domain", "authorizedKeys[]", "rootPasswordHash", "timezone", "packages[]", "runcmd[]"],
        ...["users[].name", "users[].authorizedKeys[]", "users[].passwordHash", "users[].shell"],
        ...[
          "network.address",
          "network.netmask",
          "network.gateway",
          "network.dns[]",
          "userData",
          "networkData",
          "device",
        ],
      ].map((path) => [
        `cloudInit.${path}`,
        "a byte of an image that travels as a file; what the guest reads there is judged by cloud-init (test/contract/xen)",
      ]),
    ),
    "vifs[].vlans.tagged[]": "a range such as 100-199: digits and one - only (test/contract/host/vlans.test.ts)",
    "install.media.name": "names the media for people; the host knows its directory",
  },
  inputs: (say, root) => ({
    connection: { host: "198.51.100.7" },
    name: say("name", "plainguest"),
    uuid: say("uuid", "12345678-9abc-4def-8123-456789abcdef"),
    memoryMiB: 256,
    cpus: "0-5,^4",
    disks: [
      { path: say("disks[].path", "/plain/disk.img", `${root}/xen`), device: say("disks[].device", "xvdq") },
      { path: `${root}/xen/second.img`, device: "hdd" },
    ],
    vifs: [
      {
        bridge: say("vifs[].bridge", "plainbr"),
        mac: say("vifs[].mac", "00:16:3e:77:88:99"),
        ip: say("vifs[].ip", "198.51.100.77"),
        script: say("vifs[].script", "vif-plain"),
        rate: say("vifs[].rate", "17Mb/s@41ms"),
        vifname: say("vifs[].vifname", "plainvif"),
      },
      { bridge: "other", mac: "00:16:3e:00:00:01" },
    ],
    vfb: { vncListen: say("vfb.vncListen", "198.51.100.88"), vncPassword: say("vfb.vncPassword", "plainpwd") },
    boot: "direct",
    kernel: say("kernel", "/plain/kernel", `${root}/xen`),
    ramdisk: say("ramdisk", "/plain/ramdisk", `${root}/xen`),
    root: say("root", "/dev/plainroot"),
    extra: say("extra", "plainextra"),
    extraConfig: {
      [say("extraConfig{key}", "plain_key")]: say("extraConfig{}", "plainvalue"),
      zz_list: [say("extraConfig{}[]", "plainlistentry"), "second"],
    },
    install: {
      media: {
        name: "media",
        directory: say("install.media.directory", "/plain/media", `${root}/xen`),
        kernelPath: say("install.media.kernelPath", "/plain/installkernel", `${root}/xen`),
        ramdiskPath: say("install.media.ramdiskPath", "/plain/installramdisk", `${root}/xen`),
        serve: {
          bridge: say("install.media.serve.bridge", "plainserve"),
          port: 8980,
          iso: say("install.media.serve.iso", "/plain/cd.iso", `${root}/xen`),
        },
      },
      answers: {
        fileName: say("install.answers.fileName", "plainanswers.cfg"),
        content: say("install.answers.content", "plain content\nof answers\n"),
        files: {
          [say("install.answers.files{key}", "plainbeside")]: say("install.answers.files{}", "plain text beside"),
        },
        kernelArgs: say("install.answers.kernelArgs", "plainkernelargs"),
      },
      extra: say("install.extra", "plaininstallextra"),
    },
    cloudInit: { hostname: "plainhost", users: [{ name: "plain", passwordHash: "$6$salt$plainhash" }] },
    waitFor: {
      consoleText: say("waitFor.consoleText", "plainconsole"),
      http: { path: say("waitFor.http.path", "/plainhttp"), contains: say("waitFor.http.contains", "plaincontains") },
      ip: say("waitFor.ip", "198.51.100.99"),
      ipInCidr: say("waitFor.ipInCidr", "198.51.100.128/25"),
      timeoutSeconds: 1,
    },
  }),
  jobs: (checked: DomUInputs) => {
    const inputs = completeDomU({ owner, ...checked });
    const { disks = [], vifs = [], cpus: _, ...rest } = inputs;
    const renamed = completeDomU({ ...inputs, name: `${inputs.name}-2` }, inputs);
    // The first disk is never plugged in or out while a guest runs.
    const all = { ...inputs, disks: disks.toReversed() };
    const few = { ...inputs, disks: disks.slice(1), vifs: vifs.slice(1) };
    const others: DomUInputs = { ...rest, disks: disks.slice(1), vifs: vifs.slice(1), memoryMiB: 128 };
    const nameNow = inputs.name;
    const update = (is: Guest, news: DomUInputs): Job =>
      updateJob(is, guestPlan(is, news), news, { ...then, nameNow, isUnfinished: true });
    return [
      creationJob(xl, inputs, undefined, { ...first, nameNow }),
      creationJob(xl, { ...inputs, boot: "pygrub" }, undefined, { ...then, nameNow }),
      update(seen(others), inputs),
      update(liveWith(few, all), all),
      update(liveWith(all, few), few),
      update(seen(inputs), renamed),
      update(seen({ ...inputs, type: "pvh" }), { ...inputs, snapshotBefore: ["restart"] }),
      takeOverJob(xl, inputs, { ...then, nameNow }),
      cancelJob(inputs),
      removalJob({ ...inputs, snapshotBefore: ["replace"] }, seen(inputs), RECORDED_ID),
    ];
  },
  questions: (checked: DomUInputs) => {
    const inputs = completeDomU({ owner, ...checked });
    return [observeDomU(inputs), whetherBuilt(xl, inputs), whoElseHas(xl, inputs, { isKnown: false })].map(
      ({ script }) => script,
    );
  },
  files: ({ disks = [], kernel, install }: DomUInputs) => [
    ...disks.map(({ path }) => path),
    ...[kernel, install?.media.kernelPath].filter((path) => path !== undefined),
  ],
  // Names of steps are logged: of an interface only a sum (domu.live.ts).
  derived: (text, path) => (path === "vifs[].mac" ? [createHash("sha256").update(text).digest("hex").slice(0, 8)] : []),
  // Where it takes the name that the seed's disk has, that one gets another.
  fits: (path, text) => path !== "disks[].device" || !isTaken("xvdp", [{ path: "/any", device: text }]),
  fileNames: ["install.answers.fileName", "install.answers.files{key}"],
};

/** The guest runs as `olds`, built from the configuration of `news`: so only what changes live is left to do. */
function liveWith(olds: DomUInputs, news: DomUInputs): Guest {
  const { file, record } = seen(news);
  // VCPUs that are pinned each to another CPU are never as declared.
  return running(olds, { cpus: undefined }, { file, record });
}
