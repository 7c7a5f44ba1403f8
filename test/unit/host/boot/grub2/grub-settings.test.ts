import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  earlyDropIn,
  fallbackScript,
  readLateDropIn,
  renderLateDropIn,
} from "../../../../../provider/host/boot/grub2/grub-settings";

const LATE = renderLateDropIn(["dom0_mem=1024M,max:1024M", "xpti=no"], ["console=hvc0"]);

/** What grub-mkconfig would hold after it has read these files in their order. */
function evaluated(files: readonly string[], variable: string): string {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-test-"));
  try {
    const paths = files.map((text, at) => {
      const path = join(folder, `${at}.cfg`);
      writeFileSync(path, text);
      return path;
    });
    const script = `set -eu; for f in "$@"; do . "$f"; done; eval "printf %s \\"\\$${variable}\\""`;
    return spawnSync("dash", ["-c", script, "dash", ...paths], { encoding: "utf8" }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the late drop-in is read back as the arguments that it was made of", () => {
  const strange = {
    hypervisorArgs: ["ivrs_ioapic[32]=00:14.0", "x=$(reboot)`reboot`;|&<>{}#*?!"],
    kernelArgs: ["xen-pciback.hide=(0000:03:00.0)", "dyndbg=file  a.c +p", "memmap=64G$16G"],
  };
  expect(readLateDropIn(renderLateDropIn(strange.hypervisorArgs, strange.kernelArgs))).toEqual(strange);
  expect(readLateDropIn(renderLateDropIn([], []))).toEqual({ hypervisorArgs: [], kernelArgs: [] });
  expect(readLateDropIn("edited by hand")).toEqual({ hypervisorArgs: [], kernelArgs: [] });
});

test("the late drop-in reads like this", () => {
  expect(LATE).toBe(`# Written by pulumi-xen (XenHost); changes here are overwritten.
GRUB_DEFAULT=saved
GRUB_SAVEDEFAULT=false
XEN_OVERRIDE_GRUB_DEFAULT=0
GRUB_CMDLINE_XEN_DEFAULT="\${GRUB_CMDLINE_XEN_DEFAULT-} dom0_mem=1024M,max:1024M xpti=no"
GRUB_CMDLINE_LINUX_XEN_REPLACE="\${GRUB_CMDLINE_LINUX_XEN_REPLACE:-\${GRUB_CMDLINE_LINUX-}} console=hvc0 \\\${pulumi_xen_trial}"
`);
});

test("our arguments stand behind those of the administrator's own files, where they count", () => {
  const files = [earlyDropIn, 'GRUB_CMDLINE_XEN_DEFAULT="dom0_mem=512M"\nGRUB_CMDLINE_LINUX="net.ifnames=0"\n', LATE];
  expect(evaluated(files, "GRUB_CMDLINE_XEN_DEFAULT")).toBe("dom0_mem=512M dom0_mem=1024M,max:1024M xpti=no");
  expect(evaluated(files, "GRUB_CMDLINE_LINUX_XEN_REPLACE")).toBe("net.ifnames=0 console=hvc0 ${pulumi_xen_trial}");
});

test("an administrator's own replacement of dom0's arguments is kept", () => {
  const files = ['GRUB_CMDLINE_LINUX="a"\nGRUB_CMDLINE_LINUX_XEN_REPLACE="b"\n', LATE];
  expect(evaluated(files, "GRUB_CMDLINE_LINUX_XEN_REPLACE")).toBe("b console=hvc0 ${pulumi_xen_trial}");
});

test("neither installing the package nor another file makes Xen the default before it is proven", () => {
  expect(
    evaluated(
      [earlyDropIn, 'if [ "$XEN_OVERRIDE_GRUB_DEFAULT" = "" ]; then GRUB_DEFAULT=xen; fi\n', LATE],
      "GRUB_DEFAULT",
    ),
  ).toBe("saved");
});

test("GRUB's menu falls back by number, the only form that works", () => {
  expect(spawnSync("dash", ["-c", fallbackScript], { encoding: "utf8" }).stdout).toBe("set fallback=0\n");
});
