/** Generated XenHosts, and a pretended host on which what is declared has been done: only what it shows tells of it. */
import fc from "fast-check";
import { parseGrubEntries } from "../../../../provider/host/boot/grub-config";
import { renderLateDropIn } from "../../../../provider/host/boot/grub-settings";
import { debian } from "../../../../provider/host/debian";
import { packageName, packageVersion } from "../../../../provider/host/host-family";
import { desiredHost } from "../../../../provider/resources/xen-host/xen-host.desired";
import type { ObservedHost } from "../../../../provider/resources/xen-host/xen-host.observe";
import type { XenHostInputs } from "../../../../provider/resources/xen-host/xen-host.properties";
import { completeXenHost, xenHostFaults } from "../../../../provider/resources/xen-host/xen-host.rules";
import { GRUB_CFG, OWNER, xenHost } from "./observed";

const KEYS = [
  "dom0",
  "hypervisorArgs",
  "kernelArgs",
  "packages",
  "repository",
  "toolstack",
  "reboot",
  "onDelete",
] as const;

const repositories = fc.record(
  {
    name: fc.constantFrom("lab", "other"),
    url: fc.constantFrom("http://example.org/debian", "http://example.net/xen"),
    suite: fc.constantFrom("bookworm", "trixie"),
    components: fc.subarray(["main", "contrib"], { minLength: 1 }),
    signedBy: fc.constant("/usr/share/keyrings/lab.gpg"),
    checkSignatures: fc.boolean(),
    cost: fc.constant(500),
  },
  { requiredKeys: ["name", "url"] },
);

/** As a program may write it: valid, not completed. */
export const declarations: fc.Arbitrary<XenHostInputs> = fc
  .record(
    {
      dom0: fc.record(
        { memoryMiB: fc.constantFrom(512, 1024), maxVcpus: fc.constantFrom(1, 2), pinVcpus: fc.boolean() },
        { requiredKeys: [] },
      ),
      hypervisorArgs: fc.uniqueArray(fc.constantFrom("xpti=no", "loglvl=all", "com1=115200,8n1"), { maxLength: 3 }),
      kernelArgs: fc.uniqueArray(fc.constantFrom("console=hvc0", "panic=7", "pulumi_xen_trial_not"), { maxLength: 3 }),
      packages: fc.uniqueArray(fc.constantFrom("htop", "curl", "curl=2.0", "xen-tools=4.9-1"), {
        maxLength: 3,
        selector: packageName,
      }),
      repository: repositories,
      toolstack: fc.constantFrom<"auto" | "xl">("auto", "xl"),
      reboot: fc.constantFrom<"whenNeeded" | "never">("whenNeeded", "never"),
      onDelete: fc.constantFrom<"keep" | "restore">("keep", "restore"),
    },
    { requiredKeys: [] },
  )
  .map((given) => ({ ...given, connection: { host: "198.51.100.7" }, owner: OWNER }))
  .filter((given) => xenHostFaults(given).length === 0);

/** Two programs that differ in a few properties, and in orders that mean nothing. Completed. */
export const edits: fc.Arbitrary<readonly [XenHostInputs, XenHostInputs]> = fc
  .tuple(declarations, declarations, fc.subarray([...KEYS], { maxLength: 4 }), fc.boolean())
  .map(([olds, other, keys, reorders]) => {
    const kept = Object.entries(olds).filter(([key]) => !(keys as readonly string[]).includes(key));
    const taken = Object.entries(other).filter(([key]) => (keys as readonly string[]).includes(key));
    const news = Object.fromEntries([...kept, ...taken]) as unknown as XenHostInputs;
    return [completeXenHost(olds), completeXenHost(reorders ? reordered(news) : news)] as const;
  });

function reordered(inputs: XenHostInputs): XenHostInputs {
  const { dom0, hypervisorArgs = [], kernelArgs = [], ...rest } = inputs;
  return {
    ...rest,
    // Not to pin is the same as to say nothing of it.
    dom0: dom0?.pinVcpus === undefined ? { ...dom0, pinVcpus: false } : dom0,
    hypervisorArgs: [...hypervisorArgs].reverse(),
    kernelArgs: [...kernelArgs].reverse(),
  };
}

/** What the host is like after this was done, an administrator's own words on its command lines. Completed inputs. */
export function madeOn(inputs: XenHostInputs): ObservedHost {
  const desired = desiredHost(inputs);
  const commandLine = ["placeholder", "guest_loglvl=all", ...desired.hypervisorArgs].join(" ");
  const kernelArgs = ["root=UUID=da6c", "ro", ...desired.kernelArgs];
  const menu = GRUB_CFG.replace(/placeholder {2}\S.*\$\{xen_rm_opts\}/, `${commandLine} \${xen_rm_opts}`).replace(
    /placeholder root=.*/,
    `placeholder ${kernelArgs.join(" ")} \${pulumi_xen_trial}`,
  );
  const { memoryMiB = 2000, maxVcpus = 2 } = desired.dom0;
  const repository = inputs.repository === undefined ? undefined : debian.repositoryFile(inputs.repository);
  return {
    ...xenHost,
    kernelArgs,
    xen: { ...xenHost.xen, commandLine, dom0MemoryMiB: memoryMiB, dom0Vcpus: maxVcpus } as NonNullable<
      ObservedHost["xen"]
    >,
    grub: {
      ...xenHost.grub,
      late: renderLateDropIn(desired.hypervisorArgs, desired.kernelArgs),
      entries: parseGrubEntries(menu),
    } as NonNullable<ObservedHost["grub"]>,
    packages: new Map(desired.packages.map((spec) => [packageName(spec), packageVersion(spec) ?? "1.0"] as const)),
    repositories: new Map(repository === undefined ? [] : [[repository.path, repository.content] as const]),
    asked: [...desired.hypervisorArgs.map((arg) => `xen ${arg}`), ...desired.kernelArgs.map((arg) => `linux ${arg}`)],
  };
}
