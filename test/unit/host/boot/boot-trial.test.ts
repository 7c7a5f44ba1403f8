import { armTrial } from "../../../../provider/host/boot/boot-trial";

describe("a boot on trial", () => {
  it("is ended by what the kernel itself tells, whether or not Xen's services ever start", () => {
    const { text } = armTrial("/var/lib/pulumi-xen/host/self", { attended: true });
    const command = /^ExecStart=.*$/m.exec(text)?.[0] ?? "";
    expect(command).toContain("/sys/hypervisor/type");
    expect(command).not.toContain("/proc/xen");
  });

  it("is not ended by a timer where nobody waits for it", () => {
    expect(armTrial("/var/lib/pulumi-xen/host/self", { attended: false }).text).not.toContain("OnBootSec");
  });
});
