/**
 * One declaration of each kind of resource in which every string of its schema stands, and all jobs and questions that
 * can come of it. `say(path, plain)` gives the string for a place: the plain one, or a hostile one in its stead.
 */
import { pciDevice } from "../../../provider/host/boot/hidden-devices";
import { kernelArgument, kernelWord } from "../../../provider/host/boot/kernel-arguments";
import type { z } from "zod";
import { normalAddress } from "../../../provider/host/network/addresses";
import { ifupdown2 } from "../../../provider/host/network/ifupdown2/ifupdown2";
import { ifupdownNg } from "../../../provider/host/network/ifupdown-ng/ifupdown-ng";
import { ifcfg } from "../../../provider/host/network/ifcfg/ifcfg";
import { networkManager } from "../../../provider/host/network/network-manager/network-manager";
import { networkd } from "../../../provider/host/network/networkd/networkd";
import { wicked } from "../../../provider/host/network/wicked/wicked";
import { MAIN_FILE } from "../../../provider/host/network/interfaces/take-over";
import { packageName } from "../../../provider/host/packages/package-manager";
import { folderNameOf } from "../../../provider/host/owned-folder";
import { type ObservedNetwork, observeNetwork, toItsSystem } from "../../../provider/resources/bridge/bridge.observe";
import { desiredFiles } from "../../../provider/resources/bridge/bridge.files";
import { type BridgeInputs, bridgeInputs } from "../../../provider/resources/bridge/bridge.properties";
import { completeBridge } from "../../../provider/resources/bridge/bridge.rules";
import * as bridge from "../../../provider/resources/bridge/bridge.steps";
import type { StoredImage } from "../../../provider/host/storage/storage";
import { letStep } from "../../../provider/resources/disk-image/disk-image.let";
import { folderOfImage, placeOfImage } from "../../../provider/host/storage/place";
import { snapshotChanges } from "../../../provider/resources/disk-image/disk-image.snapshots";
import { spaceQuestion } from "../../../provider/resources/disk-image/disk-image.space";
import {
  type ObservedImage,
  imageQuestion,
  releaseQuestion,
} from "../../../provider/resources/disk-image/disk-image.observe";
import { growStep } from "../../../provider/resources/disk-image/disk-image.grow";
import { NO_GUESTS, guestsQuestion } from "../../../provider/resources/disk-image/disk-image.guests";
import { moveJob, relocateJob, settleMoveJob } from "../../../provider/resources/disk-image/disk-image.move";
import type { Going } from "../../../provider/resources/disk-image/disk-image.move.refusals";
import { completeDiskImage } from "../../../provider/resources/disk-image/disk-image.rules";
import { type DiskImageInputs, diskImageSchema } from "../../../provider/resources/disk-image/disk-image.properties";
import { changeJob, claimJob, makeJob, removeJob } from "../../../provider/resources/disk-image/disk-image.steps";
import { type Located, type Moving, whereQuestion } from "../../../provider/resources/disk-image/disk-image.where";
import { mediaQuestion } from "../../../provider/resources/install-media/install-media.observe";
import { completeInstallMedia, mediaFiles } from "../../../provider/resources/install-media/install-media.rules";
import {
  FILE_NAME,
  type InstallMediaInputs,
  installMediaSchema,
} from "../../../provider/resources/install-media/install-media.properties";
import {
  claimMediaJob,
  mediaJob,
  prepareMediaJob,
  removeMediaJob,
} from "../../../provider/resources/install-media/install-media.steps";
import { desiredHost } from "../../../provider/resources/xen-host/xen-host.desired";
import { type ObservedHost, questionFor } from "../../../provider/resources/xen-host/xen-host.observe";
import { type XenHostInputs, xenHostInputs } from "../../../provider/resources/xen-host/xen-host.properties";
import { completeXenHost } from "../../../provider/resources/xen-host/xen-host.rules";
import { leaveJob, restoreJob } from "../../../provider/resources/xen-host/xen-host.leave";
import { fallenBackJob, settleJob, trialJob } from "../../../provider/resources/xen-host/xen-host.steps";
import { debian } from "../../../provider/host/families/debian";
import type { Job, ShellText, Step } from "../../../provider/shell";
import { RECORDED_ID } from "./recording-host";
import { placesByPath } from "./schema-strings";
import { seenNetwork } from "../seen-network";
import { GRUB_CFG, el6Host, el7Host, elHost, plainHost, xenHost } from "../../unit/resources/xen-host/observed";
import { domuDeclaration } from "./domu-declaration";

/** `under`: the text becomes a path below this folder. */
export type Say = (path: string, plain: string, under?: string) => string;

export interface Declaration {
  readonly kind: string;
  /** For titles, where a kind has several: in what it differs. */
  readonly with?: string;
  readonly schema: z.ZodType;
  /** Paths of strings that no script is made of, with the reason. */
  readonly stays: Readonly<Record<string, string>>;
  readonly inputs: (say: Say, root: string) => Record<string, unknown>;
  readonly jobs: (checked: never) => Job[];
  readonly questions: (checked: never) => ShellText[];
  /** Names that are made of a string: what the host sees in place of it. */
  readonly derived?: (text: string, path: string) => string[];
  /** What check asks of a string besides its schema. */
  readonly fits?: (path: string, text: string) => boolean;
  /** Strings that become a file's name, besides those that are paths. */
  readonly fileNames?: readonly string[];
  /** Files that are there before, and empty. */
  readonly files?: (checked: never) => string[];
  /** Files that are there before. */
  readonly host?: Readonly<Record<string, string>>;
  /** Jobs that shellcheck reads and that are not run here, with the reason. */
  readonly onlyRead?: { readonly jobs: (checked: never) => Job[]; readonly reason: string };
}

export function titleOf(declaration: Declaration): string {
  return [declaration.kind, ...(declaration.with === undefined ? [] : [declaration.with])].join(" with ");
}

/** A claim before there is one, and as the recording host makes it. */
const owner = "shop/prod::Kind::plain";
const claims = {
  first: { owner, seen: undefined, renews: false },
  then: { owner, seen: { id: RECORDED_ID, owner, of: undefined }, renews: false },
} as const;

const connection = { host: "198.51.100.7" };
const claiming = { owner: "proofs/test::Thing::thing", renews: true };
const CONNECTION = "how the host is reached: for ssh2, never for a shell of the host's";

const xenHostWithGuest: ObservedHost = {
  ...xenHost,
  xen: {
    ...(xenHost.xen as NonNullable<ObservedHost["xen"]>),
    dom0MemoryMiB: 900,
    guests: [{ name: "otherguest", uuid: RECORDED_ID, memoryMiB: 128, isUnbuilt: false }],
  },
  guestsDown: [{ uuid: RECORDED_ID, how: "save", name: "otherguest", file: "/var/lib/xen/save/otherguest" }],
};

const xenHostDeclaration: Declaration = {
  kind: "xen-host",
  schema: xenHostInputs,
  stays: {},
  inputs: (say) => ({
    connection,
    dom0: { memoryMiB: 1024 },
    hypervisorArgs: [say("hypervisorArgs[]", "plainxenarg=1"), "second=2"],
    // As a word, as an argument and as it stands here it is three texts.
    kernelArgs: [say("kernelArgs[]", '"plainkernelarg=3 4"'), "fourth=4"],
    passthrough: [say("passthrough[]", "03:00.0")],
    packages: [say("packages[]", "plainpackage=5.6-7"), "another"],
    repository: {
      name: say("repository.name", "plainrepo"),
      url: say("repository.url", "http://plain.example/debian"),
      suite: say("repository.suite", "plainsuite"),
      components: [say("repository.components[]", "plaincomponent")],
      signedBy: say("repository.signedBy", "/plain/key.gpg"),
    },
    onDelete: "restore",
  }),
  jobs: (checked: XenHostInputs) => {
    const inputs = completeXenHost(checked);
    const settle = settleJob(xenHost, inputs, claiming);
    return [
      trialJob(plainHost, inputs, claiming),
      trialJob(
        { ...plainHost, asked: desiredHost(inputs, debian).boot.kernelArgs.map((arg) => `linux ${arg}`) },
        { ...inputs, reboot: "never" },
        claiming,
      ),
      ...(settle === undefined ? [] : [settle]),
      trialJob(xenHostWithGuest, { ...inputs, onHostReboot: "save" }, claiming),
      settleJob(xenHostWithGuest, inputs, claiming) ?? fallenBackJob(xenHostWithGuest),
      leaveJob(undefined, claiming),
      restoreJob(plainHost, inputs, claiming),
      trialJob(el6Host, inputs, claiming),
      settleJob(el6Host, inputs, claiming) ?? leaveJob(undefined, claiming),
      restoreJob(el6Host, inputs, claiming),
      trialJob(elHost, inputs, claiming),
      restoreJob(elHost, inputs, claiming),
      trialJob(el7Host, inputs, claiming),
    ];
  },
  questions: (checked: XenHostInputs) => [questionFor(completeXenHost(checked)).script],
  derived: (text, path) =>
    path === "packages[]"
      ? [packageName(text)]
      : path === "kernelArgs[]"
        ? [kernelWord(text), kernelArgument(kernelWord(text))]
        : path === "passthrough[]"
          ? [pciDevice(text)]
          : [],
  host: { "/boot/grub/grub.cfg": GRUB_CFG },
};

const INTERFACES = "auto lo\niface lo inet loopback\n\nauto lan0\niface lan0 inet dhcp\n";

const DHCP = { from: "198.51.100.70", to: "198.51.100.79", dns: ["198.51.100.53"] };

const bridgeDeclaration: Declaration = {
  kind: "bridge",
  schema: bridgeInputs,
  stays: {
    gateway: "check moves it to addresses.gateway, which is here",
    ...Object.fromEntries(
      ["guestDhcp.from", "guestDhcp.to", "guestDhcp.dns[]"].map((path) => [
        path,
        "an IPv4 address and nothing else; not beside ports, which are here (test/contract/host/guest-dhcp.test.ts)",
      ]),
    ),
    "ports[].on":
      "a link's name by the rule of ports[], which are here; its own texts have test/contract/host/port-vlan.test.ts",
    ...Object.fromEntries(
      ["bond", "of[]", "primary"].map((part) => [
        `ports[].${part}`,
        "a link's name by the rule of ports[], which are here; its own texts have test/contract/host/port-bond.test.ts",
      ]),
    ),
    "trunkVlans[]": "a range such as 2-4094: digits and one - only (test/contract/host/vlan-filtering.test.ts)",
  },
  inputs: (say) => ({
    connection,
    name: say("name", "plainbr"),
    ports: [say("ports[]", "plainport")],
    addresses: {
      cidr: [say("addresses.cidr[]", "198.51.100.65/26")],
      gateway: say("addresses.gateway", "198.51.100.126"),
    },
    dns: [say("dns[]", "198.51.100.53"), "198.51.100.54"],
    stp: true,
    mtu: 1400,
    priority: 7,
  }),
  jobs: (checked: BridgeInputs) => {
    const inputs = completeBridge(checked);
    const network = networkOf(inputs);
    const made = { ...network, files: desiredFiles(network, inputs) };
    return [
      ...[network.system, ifupdown2, ifupdownNg, networkd, networkManager, ifcfg, wicked]
        .map((system) => ({ ...network, system }))
        .map((each) => bridge.switchJob(each, inputs, claiming)),
      // Until the next boot: out of the files, and back into them.
      ...[false, true].map((persistent) =>
        bridge.switchJob(
          toItsSystem(persistent ? passing(made, inputs) : made, { ...inputs, persistent }),
          { ...inputs, persistent },
          claiming,
        ),
      ),
      bridge.switchJob(passing(network, inputs), { ...inputs, persistent: false }, claiming),
      bridge.confirmJob(inputs.name, "ready"),
      bridge.settingsJob(made, { ...inputs, forwardDelaySeconds: 4, ageingSeconds: 7 }, claiming),
      bridge.removalJob(made, inputs, claiming),
      bridge.confirmJob(inputs.name, undefined),
      bridge.adoptionJob(network, inputs.name, claiming),
      bridge.claimJob(network, inputs.name, claiming),
      bridge.releaseJob(network, inputs.name, claiming),
    ];
  },
  questions: ({ name }: BridgeInputs) => [observeNetwork(name).script],
  onlyRead: {
    jobs: (checked: BridgeInputs) => {
      const inputs = completeBridge(checked);
      const begins = bridge.beginningSteps(networkOf(inputs), { ...inputs, nat: true, guestDhcp: DHCP });
      return [bridge.confirmJob(inputs.name, "ready", begins)];
    },
    reason: "networks and ranges are computed from addresses, and dnsmasq's own log holds a shell's words",
  },
  // Those of the other family stand in other stanzas (test/unit/host/network/take-over.test.ts).
  // Check writes another spelling in its normal form (test/unit/host/network/addresses.test.ts).
  fits: (path, text) =>
    path.startsWith("addresses") ? !text.includes(":") : path !== "dns[]" || normalAddress(text) === text,
  host: { "/etc/network/interfaces": INTERFACES },
};

/** With the bridge in a record until the next boot. */
function passing(network: ObservedNetwork, inputs: BridgeInputs): ObservedNetwork {
  const seen = { ...network, ...network.passing };
  return { ...seen, files: desiredFiles(seen, inputs), lasting: { ...network.lasting, facts: network.facts } };
}

function networkOf({ name, ports = [] }: BridgeInputs): ObservedNetwork {
  const links = [...ports, name].map((ifname) => ({
    ifname,
    address: "52:54:00:00:00:01",
    flags: ["UP"],
    ...(ifname === name ? { linkinfo: { info_kind: "bridge", info_data: {} } } : { master: name }),
  }));
  const network = seenNetwork(links, [], { [MAIN_FILE]: INTERFACES });
  return { ...network, facts: new Map([...network.facts, ["resolvconf", "yes"]]), phase: "ready" };
}

/** No host of a test has it. */
const VOLUME = "/dev/plainvg/guest1";
const seenVolume: StoredImage = {
  type: "block",
  isLink: true,
  sizeBytes: 2 ** 28,
  format: "lvm",
  looksLikeQcow2: false,
  isMade: false,
  identity: "IGcN7p-w0NN-yZ8x-N6Xp-bXi9-9wI2-rVKzKM",
  mountPoint: "/dev",
  mountPointWhenMade: undefined,
  folder: "/dev/plainvg",
  obstacle: undefined,
  freeBytes: 0,
  tools: [],
  deviceUse: "",
};

const snapshotSteps = (path: string, format: "qcow2" | "lvm"): Step[] =>
  snapshotChanges([{ name: "former" }], [{ name: "plainsnapshot" }], {
    isThere: true,
    place: placeOfImage(path),
    format,
  }).flatMap(({ steps = [] }) => steps);
const seenImage: ObservedImage = {
  ...seenVolume,
  sizeBytes: 2 ** 28,
  claim: undefined,
  phase: "ready",
  madeOf: undefined,
  users: [],
  configured: [],
  overlays: [],
};
const located = (path: string, format: "raw" | "lvm"): Located => ({
  claimId: RECORDED_ID,
  owner: "plain/owner::DiskImage::plain",
  path,
  format,
  moving: undefined,
});
const goingFrom = (path: string, format: "raw" | "lvm"): Going => ({
  path,
  format,
  seen: { ...seenImage, users: [], configured: [{ kind: "configured", name: "plain", file: "/etc/xen/plain.cfg" }] },
  target: seenImage,
  plan: [],
  guests: NO_GUESTS,
  isBegun: false,
});
const moving = (path: string, isSwitched: boolean): Moving => ({
  from: { path, format: "raw", folder: folderOfImage(path) },
  to: { path: VOLUME, format: "lvm", folder: folderOfImage(VOLUME) },
  isSwitched,
  askedBytes: 2 ** 28,
});

const OF_A_TABLE = Object.fromEntries(
  ["version", "variant"].map((member) => [member, "check takes only the words of our own table"]),
);
const BY_NAME = "a source by name: in the declaration of its own below";
/** Of the form only: no program reads it here. */
const KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nplainkey\n-----END PGP PUBLIC KEY BLOCK-----";
const below = (property: string, members: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(members).map(([member, why]) => [`${property}.${member}`, why]));

const diskImageDeclaration: Declaration = {
  kind: "disk-image",
  schema: diskImageSchema,
  stays: {
    "source.path": "a file of this machine: of it only the content travels (upload), by stdin",
    "source.image": "a path by the rule of path, which is here, and which stands in its place below",
    "backing.path": "a path by the rule of path, which is here, and which stands in its place below",
    "snapshots[].name": "a letter, then letters, digits, dots and dashes, none of which means anything to a shell",
    thinPool: "of a logical volume only: letters, digits and + _ . -, none of which means anything to a shell",
    ...below("source", { ...OF_A_TABLE, mirror: BY_NAME, key: BY_NAME }),
  },
  inputs: (say, root) => ({
    connection,
    path: say("path", "/plain/image.img", `${root}/xen`),
    sizeGiB: 0.25,
    source: { url: say("source.url", "http://plain.example/image"), sha256: say("source.sha256", "12".repeat(32)) },
  }),
  jobs: (checked: DiskImageInputs) => {
    const inputs = completeDiskImage(checked);
    const { source: _, ...empty } = inputs;
    const { first, then } = claims;
    const grow = growStep({ path: inputs.path, format: "raw", bytes: 2 ** 28 });
    const volume: DiskImageInputs = { ...empty, path: VOLUME, format: "lvm", thinPool: "pool0" };
    const device: DiskImageInputs = { connection, path: VOLUME, format: "block", readableByBootLoader: true };
    const growVolume = growStep({ path: volume.path, format: "lvm", bytes: 2 ** 28 });
    const growQcow2 = growStep({ path: inputs.path, format: "qcow2", preallocation: "falloc", bytes: 2 ** 28 });
    const growLaidOut = growStep({ path: inputs.path, format: "raw", preallocation: "full", bytes: 2 ** 28 });
    return [
      claimJob(inputs, { ...first, phase: "making" }),
      makeJob(inputs, { ...then, phase: "making" }),
      changeJob(inputs, { ...then, phase: "ready" }, { steps: [grow], adopted: undefined }),
      changeJob(inputs, { ...then, phase: "ready" }, { steps: [growQcow2], adopted: undefined }),
      changeJob(inputs, { ...then, phase: "ready" }, { steps: [growLaidOut], adopted: undefined }),
      makeJob({ ...empty, preallocation: "falloc" }, { ...then, phase: "making" }),
      makeJob({ ...inputs, preallocation: "full" }, { ...then, phase: "making" }),
      makeJob({ ...empty, format: "qcow2", preallocation: "full" }, { ...then, phase: "making" }),
      makeJob(empty, { ...then, phase: "making" }),
      makeJob({ ...inputs, format: "qcow2" }, { ...then, phase: "making" }),
      makeJob(
        { ...volume, ...(inputs.source === undefined ? {} : { source: inputs.source }) },
        { ...first, phase: "making" },
      ),
      makeJob(volume, { ...first, phase: "making" }),
      makeJob({ ...empty, format: "qcow2", source: { image: VOLUME, convert: true } }, { ...then, phase: "making" }),
      makeJob({ ...volume, source: { image: inputs.path, format: "qcow2" } }, { ...first, phase: "making" }),
      changeJob(volume, { ...then, phase: "ready" }, { steps: [growVolume], adopted: seenVolume }),
      makeJob(
        { ...empty, format: "qcow2", backing: { path: inputs.path, format: "raw" } },
        { ...then, phase: "making" },
      ),
      changeJob(
        device,
        { ...then, phase: "ready" },
        { steps: [letStep(VOLUME, true), letStep(VOLUME, false)], adopted: undefined },
      ),
      removeJob(device, RECORDED_ID, true),
      changeJob(
        { ...empty, format: "qcow2" },
        { ...then, phase: "ready" },
        { steps: snapshotSteps(inputs.path, "qcow2"), adopted: undefined },
      ),
      changeJob(volume, { ...then, phase: "ready" }, { steps: snapshotSteps(volume.path, "lvm"), adopted: undefined }),
      moveJob(volume, located(inputs.path, "raw"), goingFrom(inputs.path, "raw")),
      moveJob({ ...empty, format: "qcow2" }, located(VOLUME, "lvm"), goingFrom(VOLUME, "lvm")),
      settleMoveJob(located(inputs.path, "raw"), moving(inputs.path, false)),
      settleMoveJob(located(VOLUME, "lvm"), moving(inputs.path, true)),
      relocateJob(inputs, located(VOLUME, "lvm")),
      removeJob(volume, RECORDED_ID, false),
      removeJob(volume, RECORDED_ID, true),
      removeJob(inputs, RECORDED_ID, false),
      removeJob({ ...inputs, deleteAfterDays: 7 }, RECORDED_ID, false),
      removeJob({ ...volume, deleteAfterDays: 7 }, RECORDED_ID, false),
    ];
  },
  questions: ({ path }: DiskImageInputs) => [
    imageQuestion(path, "raw", true, VOLUME).script,
    imageQuestion(path, "qcow2", false).script,
    imageQuestion(VOLUME, "lvm", true).script,
    imageQuestion(VOLUME, "block", true).script,
    imageQuestion(path, "qcow2", true).script,
    spaceQuestion({ connection, path }).script,
    spaceQuestion({ connection, path: VOLUME, format: "lvm", thinPool: "pool0" }).script,
    releaseQuestion(path).script,
    whereQuestion({ claimId: RECORDED_ID, owner: "plain", formerPath: path }).script,
    guestsQuestion().script,
  ],
  derived: (text, path) => (path === "path" ? [folderNameOf(text)] : []),
};

const diskImageByName: Declaration = {
  kind: "disk-image",
  with: "a source by name",
  schema: diskImageSchema,
  stays: {
    ...Object.fromEntries(
      [...placesByPath(diskImageSchema).keys()]
        .filter((path) => !/^(path|source\.(mirror|key))$/.test(path))
        .map((path) => [path, "in the declaration above"]),
    ),
    ...below("source", OF_A_TABLE),
  },
  inputs: (say, root) => ({
    connection,
    path: say("path", "/plain/image.img", `${root}/xen`),
    format: "qcow2",
    sizeGiB: 3,
    source: {
      // It signs its sums.
      distribution: "ubuntu",
      version: "24.04",
      mirror: say("source.mirror", "https://plain.example/cloud"),
      key: say("source.key", KEY),
    },
  }),
  jobs: (checked: DiskImageInputs) => {
    const inputs = completeDiskImage(checked);
    return [
      claimJob(inputs, { ...claims.first, phase: "making" }),
      makeJob(inputs, { ...claims.then, phase: "making" }),
    ];
  },
  questions: ({ path }: DiskImageInputs) => [imageQuestion(path, "qcow2", true).script],
  derived: (text, path) => (path === "path" ? [folderNameOf(text)] : []),
};

const installMediaDeclaration: Declaration = {
  kind: "install-media",
  schema: installMediaSchema,
  stays: Object.fromEntries([
    ...["iso.path", "kernel.path", "ramdisk.path", "files{}.path"].map((path) => [
      path,
      "a file of this machine: only its content travels",
    ]),
    ...["iso.url", "ramdisk.url", "ramdisk.sha256"].map((path) => [path, "goes the way of kernel.url and its sum"]),
    ["kernel.inIso", "goes the way of ramdisk.inIso"],
    ...[...Object.keys(OF_A_TABLE), "mirror", "key", "sha256.kernel", "sha256.ramdisk"].map((member) => [
      `netboot.${member}`,
      BY_NAME,
    ]),
  ] as [string, string][]),
  inputs: (say, root) => ({
    connection,
    name: say("name", "plainmedia"),
    kernel: { url: say("kernel.url", "http://plain.example/kernel"), sha256: say("kernel.sha256", "34".repeat(32)) },
    iso: { hostPath: say("iso.hostPath", "/plain/cd.iso", `${root}/xen`), sha256: say("iso.sha256", "56".repeat(32)) },
    ramdisk: { inIso: say("ramdisk.inIso", "plainfolder/initrd.img") },
    tree: true,
    files: {
      [say("files{key}", "plainfile")]: {
        url: say("files{}.url", "http://plain.example/file"),
        sha256: say("files{}.sha256", "78".repeat(32)),
      },
    },
    serveOn: say("serveOn", "plainbridge"),
  }),
  jobs: (checked: InstallMediaInputs) => {
    const inputs = completeInstallMedia(checked);
    return [
      prepareMediaJob(inputs, claims.first),
      mediaJob(inputs, claims.then, mediaFiles(inputs)),
      claimMediaJob(inputs, claims.then),
      removeMediaJob(inputs.name, RECORDED_ID),
    ];
  },
  questions: (inputs: InstallMediaInputs) => [mediaQuestion(inputs).script],
  fits: (path, text) => path !== "files{key}" || FILE_NAME.test(text),
  fileNames: ["files{key}"],
};

const installMediaByName: Declaration = {
  kind: "install-media",
  with: "a source by name",
  schema: installMediaSchema,
  stays: {
    ...Object.fromEntries(
      [...placesByPath(installMediaSchema).keys()]
        .filter((path) => !path.startsWith("netboot."))
        .map((path) => [path, "in the declaration above"]),
    ),
    ...below("netboot", OF_A_TABLE),
  },
  inputs: (say) => ({
    connection,
    name: "plainmedia",
    netboot: {
      distribution: "debian",
      version: "12",
      mirror: say("netboot.mirror", "https://plain.example/debian"),
      key: say("netboot.key", KEY),
      sha256: {
        kernel: say("netboot.sha256.kernel", "34".repeat(32)),
        ramdisk: say("netboot.sha256.ramdisk", "56".repeat(32)),
      },
    },
  }),
  jobs: (checked: InstallMediaInputs) => {
    const inputs = completeInstallMedia(checked);
    return [prepareMediaJob(inputs, claims.first), mediaJob(inputs, claims.then, mediaFiles(inputs))];
  },
  questions: (inputs: InstallMediaInputs) => [mediaQuestion(inputs).script],
};

export const DECLARATIONS: readonly Declaration[] = [
  xenHostDeclaration,
  bridgeDeclaration,
  diskImageDeclaration,
  diskImageByName,
  installMediaDeclaration,
  installMediaByName,
  domuDeclaration,
];

export function staysHere(declaration: Declaration, path: string): string | undefined {
  return path.startsWith("connection.") ? CONNECTION : declaration.stays[path];
}
