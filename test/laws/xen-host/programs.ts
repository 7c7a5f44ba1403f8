/** Random programs of a Xen host, as the constructor sends them, and edits of them. */
import * as fc from "fast-check";
import { hidesDevices } from "../../../provider/host/boot/hidden-devices";
import { packageName } from "../../../provider/host/packages/package-manager";
import type { XenHostInputs } from "../../../provider/resources/xen-host/xen-host.properties";
import { type Edit, type Editable, afterEdit, editsOf } from "../edits";

const of = <const T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const hypervisorArgs = of("xpti=no", "loglvl=all", "com1=115200,8n1", "console=com1,vga", "ivrs_ioapic[32]=00:14.0");
const kernelArgs = of(
  "console=hvc0",
  "panic=7",
  "pulumi_xen_trial_not",
  "quiet",
  'dyndbg="file a.c +p"',
  '"dyndbg=file a.c +p"',
  "memmap=64G$16G",
  "xen-pciback.hide=(03:00.0)",
  "xen-pciback.hide=(0000:03:00.0)",
);
const passthrough = of("03:00.0", "0000:03:00.0", "03:00.1", "0000:0a:1f.7", "0A:1F.7");
const packages = of("htop", "curl", "curl=2.0", "xen-tools=4.9-1", "xen-tools=4.9-2");
const repositories = fc.record(
  {
    name: of("lab", "other"),
    url: of("http://mirror.example/debian", "http://mirror.example/xen"),
    suite: of("bookworm", "trixie"),
    components: fc.subarray(["main", "contrib"], { minLength: 1 }),
    signedBy: of("/usr/share/keyrings/lab.gpg"),
    checkSignatures: fc.boolean(),
  },
  { requiredKeys: ["name", "url"] },
);

type Lists = "hypervisorArgs" | "kernelArgs" | "passthrough" | "packages";

export type XenHostEdit = Edit<Lists>;

const host: Editable<XenHostInputs, Lists> = {
  values: {
    dom0: fc.record(
      { memoryMiB: of(512, 768, 1024), maxVcpus: of(1, 2), pinVcpus: fc.boolean() },
      { requiredKeys: [] },
    ),
    hypervisorArgs: fc.array(hypervisorArgs, { maxLength: 3 }),
    kernelArgs: fc.array(kernelArgs, { maxLength: 3 }),
    passthrough: fc.array(passthrough, { maxLength: 3 }),
    packages: fc.array(packages, { maxLength: 3 }),
    repository: repositories,
    toolstack: of("auto", "xl"),
    reboot: of("whenNeeded", "whenNeeded", "never"),
    onHostReboot: of("refuse", "save", "shutdown"),
    onDelete: of("keep", "keep", "restore"),
    adopt: of(true, false, false),
    secretProperties: fc.subarray(["dom0", "hypervisorArgs", "kernelArgs", "passthrough", "packages", "repository"]),
  },
  required: [],
  lists: {
    hypervisorArgs: { entries: hypervisorArgs },
    kernelArgs: { entries: kernelArgs },
    passthrough: { entries: passthrough },
    packages: { entries: packages },
  },
  settled,
};

export const edits: fc.Arbitrary<XenHostEdit> = editsOf(host);

export function edited(program: XenHostInputs, edit: XenHostEdit): XenHostInputs {
  return afterEdit(host, program, edit);
}

export const programs: fc.Arbitrary<XenHostInputs> = fc
  .record(host.values as Record<keyof XenHostInputs, fc.Arbitrary<never>>, { requiredKeys: [] })
  .map((values) =>
    settled({
      ...values,
      connection: { host: "198.51.100.7" },
      owner: "shop/prod::XenHost::dom0",
      allow: ["reboot"],
    }),
  );

/** A package is named once, devices are hidden by one property, and an adopted host is not made plain Linux. */
function settled(program: XenHostInputs): XenHostInputs {
  const { packages: given, passthrough: hidden = [], kernelArgs: args, onDelete, adopt } = program;
  const names = given?.map(packageName);
  return {
    ...program,
    ...(adopt === true && onDelete === "restore" ? { adopt: false } : {}),
    ...(given === undefined ? {} : { packages: given.filter((_, at) => names?.indexOf(names[at] ?? "") === at) }),
    ...(args === undefined || hidden.length === 0 ? {} : { kernelArgs: args.filter((arg) => !hidesDevices(arg)) }),
  };
}
