/** What of a dom0's packages does not run yet, or is to be had: the warnings of a run. */
import { outputsOf } from "../../../../provider/resources/xen-host/xen-host.findings";
import type { Pending } from "../../../../provider/resources/xen-host/xen-host.pending";
import type { XenHostInputs } from "../../../../provider/resources/xen-host/xen-host.properties";
import { inputs, plainHost, xenHost } from "./observed";

const none: Pending = { hypervisor: undefined, kernel: undefined, upgrades: [] };
const NAME = "xen-hypervisor-4.17-amd64";
const upgrade = { name: NAME, installed: "4.17.5-1", candidate: "4.17.5-2", advisories: undefined };
const warnings = (pending: Partial<Pending>, declared: XenHostInputs = inputs): readonly string[] =>
  outputsOf({ ...xenHost, pending: { ...none, ...pending } }, declared, "machine-1").warnings;

test("a host that runs what is installed has no warning, and what waits for a reboot is no drift", () => {
  expect(warnings({})).toEqual([]);
  const waiting = { ...xenHost, pending: { ...none, kernel: "6.1.0-57-amd64" } };
  expect(outputsOf(waiting, inputs, "machine-1")).toMatchObject({ phase: "ready", rebootNeeded: false });
});

test("a hypervisor that came after the boot is named, with the advisories that its changelog names", () => {
  const file = "/boot/xen-4.17-amd64.gz";
  expect(warnings({ hypervisor: { file, advisories: ["XSA-475", "CVE-2026-58147"] } })).toEqual([
    "The hypervisor /boot/xen-4.17-amd64.gz was installed after Xen 4.17.7 booted, and runs from the next reboot on. Its changelog names XSA-475, CVE-2026-58147.",
  ]);
  expect(warnings({ hypervisor: { file, advisories: [] } })[0]).toMatch(/runs from the next reboot on\.$/);
  const many = Array.from({ length: 30 }, (_, at) => `XSA-${400 + at}`);
  expect(warnings({ hypervisor: { file, advisories: many } })[0]).toMatch(/XSA-419 and 10 more\.$/);
});

test("a kernel that came after the boot is named with the one that runs, or as another build of it", () => {
  expect(warnings({ kernel: "6.1.0-57-amd64" })).toEqual([
    "dom0's kernel 6.1.0-57-amd64 was installed after the boot, and runs from the next reboot on; 6.1.0-56-amd64 runs now.",
  ]);
  expect(warnings({ kernel: "6.1.0-56-amd64" })[0]).toContain("an older build of it runs now");
});

test("an upgrade that is to be had is named, with what it fixes as far as the host knows, unless the package is pinned", () => {
  expect(warnings({ upgrades: [upgrade] })[0]).toContain(
    `What it fixes is not on the host: see "apt-get changelog ${NAME}"`,
  );
  expect(warnings({ upgrades: [{ ...upgrade, advisories: ["XSA-475"] }] })[0]).toContain(
    "Its changelog names XSA-475.",
  );
  expect(warnings({ upgrades: [upgrade] }, { ...inputs, packages: [`${NAME}=4.17.5-1`] })).toEqual([]);
});

test("plain Linux has no such warning", () => {
  const pending = { ...none, kernel: "6.1.0-57-amd64" };
  expect(outputsOf({ ...plainHost, pending }, inputs, "machine-1").warnings).toEqual([]);
});

test("a host whose next kernel becomes its default says what to do, and is as declared", () => {
  expect(warnings({ kernelDefault: "/etc/sysconfig/kernel" })).toEqual([
    "The next kernel that is installed becomes what the host boots by default, without Xen (UPDATEDEFAULT=yes in /etc/sysconfig/kernel). Set it to no there, or run `pulumi up` after each new kernel.",
  ]);
});
