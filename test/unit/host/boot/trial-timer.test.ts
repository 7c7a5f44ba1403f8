import { armTrialTimer } from "../../../../provider/host/boot/trial-timer";

describe("a boot on trial", () => {
  const { text } = armTrialTimer("/var/lib/pulumi-xen/host/self");

  it("is ended by what the kernel itself tells, whether or not Xen's services ever start", () => {
    const commands = [/^ExecStart=.*$/m.exec(text)?.[0] ?? "", /^setsid .*$/m.exec(text)?.[0] ?? ""];
    for (const command of commands) {
      expect(command).toContain("/sys/hypervisor/type");
      expect(command).not.toContain("/proc/xen");
    }
  });

  it("is watched where init scripts start the host, by one that has its place in each level", () => {
    expect(text).toMatch(/^# chkconfig: 2345 99 01$/m);
    expect(text).toContain("/etc/rc3.d/S99pulumi-xen-trial");
  });
});
