import { assertPrograms, missingPrograms } from "../../../../lab/host/programs";

describe("the programs of the lab", () => {
  it("are missed by their package's name, without what only the tests need", () => {
    const packages = missingPrograms(() => false, true).map((program) => program.package);
    expect(packages).toContain("qemu-system-x86");
    expect(packages).not.toContain("dash");
    expect(packages).not.toContain("fakeroot");
    expect(missingPrograms(() => false, false).map((program) => program.package)).toContain("fakeroot");
  });

  it("are named with their use and the command that installs them", () => {
    const missing = missingPrograms((sign) => !sign.includes("qemu"), true);
    expect(() => assertPrograms(missing)).toThrow(
      "The emulated host needs programs that are missing on this machine (Debian's names):\n" +
        "  qemu-system-x86  the emulated Xen host\n" +
        "  qemu-utils       its disks\n" +
        "On Debian and its relatives this installs them: sudo apt-get install --no-install-recommends qemu-system-x86 qemu-utils",
    );
    expect(() => assertPrograms([])).not.toThrow();
  });
});
