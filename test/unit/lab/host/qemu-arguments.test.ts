import {
  checkName,
  defaultShape,
  forwardRule,
  qemuArguments,
  type MachineOptions,
} from "../../../../lab/host/qemu-arguments";

const options: MachineOptions = {
  name: "web",
  shape: defaultShape,
  sshPort: 2201,
  pidFile: "/state/web/pid",
  forwards: [],
  isIncoming: false,
};

/** The values of every `-flag` in the list. */
function valuesOf(args: readonly string[], flag: string): string[] {
  return args.flatMap((arg, index) => (arg === flag ? [args[index + 1] ?? ""] : []));
}

describe("the command line of a lab host", () => {
  it("asks for emulation by name and never for KVM, under which Xen dies", () => {
    expect(valuesOf(qemuArguments(options), "-accel").map((value) => value.split(",")[0])).toEqual(["tcg"]);
  });

  it("has the same devices frozen, thawed, with forwards and on a link, since a frozen state fits no others", () => {
    const thawed = qemuArguments({
      ...options,
      isIncoming: true,
      forwards: [{ hostPort: 8080, guestAddress: "10.0.2.51", guestPort: 80 }],
      link: { localPort: 1, remotePort: 2 },
    });
    for (const flag of ["-device", "-machine", "-cpu", "-smp", "-m", "-drive"]) {
      expect(valuesOf(thawed, flag)).toEqual(valuesOf(qemuArguments(options), flag));
    }
  });

  it("has the same devices frozen and thawed with a boot disk, from which the firmware boots and which the host counts last", () => {
    const frozen = qemuArguments({ ...options, hasBootDisk: true });
    const thawed = qemuArguments({ ...options, hasBootDisk: true, isIncoming: true });
    for (const flag of ["-device", "-drive"]) expect(valuesOf(thawed, flag)).toEqual(valuesOf(frozen, flag));
    expect(valuesOf(frozen, "-device").filter((value) => value.includes("bootindex"))).toEqual([
      "virtio-blk-pci,drive=boot,bootindex=0,addr=0x10",
    ]);
  });

  it("waits for a state only when it is to be thawed", () => {
    expect(valuesOf(qemuArguments(options), "-incoming")).toEqual([]);
    expect(valuesOf(qemuArguments({ ...options, isIncoming: true }), "-incoming")).toEqual(["defer"]);
  });

  it("listens on loopback alone", () => {
    const args = qemuArguments({
      ...options,
      forwards: [{ hostPort: 8080, guestPort: 80 }],
      link: { localPort: 7001, remotePort: 7002 },
    });
    const [user, link] = valuesOf(args, "-netdev");
    expect(user).toBe(
      "user,id=n0,ipv6=off,hostfwd=tcp:127.0.0.1:2201-10.0.2.15:22,hostfwd=tcp:127.0.0.1:8080-10.0.2.15:80",
    );
    expect(link).toBe("socket,id=n1,udp=127.0.0.1:7002,localaddr=127.0.0.1:7001");
  });

  it("leaves the second card's cable unplugged where there is no link", () => {
    expect(valuesOf(qemuArguments(options), "-netdev")[1]).toBe("user,id=n1,restrict=on,ipv6=off");
  });

  it("forwards to a guest behind the host when asked", () => {
    expect(forwardRule({ hostPort: 8151, guestAddress: "10.0.2.51", guestPort: 80 })).toBe(
      "tcp:127.0.0.1:8151-10.0.2.51:80",
    );
  });
});

describe("a lab host's name", () => {
  it.each(["lab", "h1-xen", "a"])("may be %p", (name) => expect(() => checkName(name)).not.toThrow());

  it.each(["", "Lab", "1a", "-a", "a b", "a,b", "../x", "a".repeat(31)])(
    "may not be %p, and the message says what may",
    (name) => {
      expect(() => checkName(name)).toThrow(/lower-case letters, digits and dashes/);
    },
  );
});
