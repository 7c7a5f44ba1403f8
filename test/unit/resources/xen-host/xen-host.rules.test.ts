import { UNKNOWN } from "../../../../provider/property";
import { xenHostChanges } from "../../../../provider/resources/xen-host/xen-host.findings";
import { xenHostInputs } from "../../../../provider/resources/xen-host/xen-host.properties";
import {
  completeXenHost,
  xenHostCreation,
  xenHostFaults,
} from "../../../../provider/resources/xen-host/xen-host.rules";

const connection = { host: "198.51.100.7" };
const unknown = UNKNOWN as never;

test("defaults are filled in, and a second time changes nothing", () => {
  const once = completeXenHost({ connection });
  expect(once).toMatchObject({ toolstack: "auto", reboot: "whenNeeded", onDelete: "keep" });
  expect(xenHostChanges(once, completeXenHost(once))).toEqual([]);
});

test("dom0 and arguments reboot the host, the rest touches nothing that runs", () => {
  const olds = completeXenHost({ connection, dom0: { memoryMiB: 512 } });
  const news = completeXenHost({
    connection,
    dom0: { memoryMiB: 1024 },
    kernelArgs: ["console=hvc0"],
    packages: ["htop"],
  });
  expect(xenHostChanges(olds, news).map(({ text, effect }) => `${text}: ${effect}`)).toEqual([
    "dom0.memoryMiB 512 -> 1024: reboot",
    'kernelArgs [] -> ["console=hvc0"]: reboot',
    'packages [] -> ["htop"]: none',
  ]);
});

test.each(["dom0", "hypervisorArgs", "kernelArgs", "packages", "repository", "reboot", "connection"])(
  "%s may be unknown",
  (property) => {
    const inputs = completeXenHost({ connection, [property]: unknown });
    expect(xenHostCreation(inputs).join("\n")).not.toContain(UNKNOWN);
    expect(
      xenHostChanges(completeXenHost({ connection }), inputs)
        .map(({ text }) => text)
        .join("\n"),
    ).not.toContain(UNKNOWN);
  },
);

test("a part of dom0 may be unknown", () => {
  const inputs = completeXenHost({ connection, dom0: { memoryMiB: unknown } });
  expect(xenHostCreation(inputs).join("\n")).toContain("memoryMiB [unknown]");
});

test("what dom0 says is not said a second time, and a panic must reboot", () => {
  const faults = xenHostFaults({ connection, hypervisorArgs: ["dom0_mem=1G", "xpti=no", "noreboot"] });
  expect(faults.map(({ property }) => property)).toEqual(["hypervisorArgs[0]", "hypervisorArgs[2]"]);
});

test.each([
  { dom0: { memoryMiB: 1.5 } },
  { dom0: { memory: 512 } },
  { hypervisorArgs: ["a b"] },
  { kernelArgs: ['x"; reboot; "'] },
  { kernelArgs: ["$(reboot)"] },
  { packages: ["xen --purge"] },
  { packages: ["-o"] },
  { repository: { name: "x/y", url: "http://example.org" } },
  { toolstack: "xe" },
])("%j is refused", (given) => {
  expect(xenHostInputs.safeParse({ connection, ...given }).success).toBe(false);
});

test("a secret size of dom0 shows in no text of a creation", () => {
  const inputs = completeXenHost({ connection, dom0: { memoryMiB: 4321 }, secretProperties: ["dom0"] });
  expect(xenHostCreation(inputs).join()).toContain("with dom0 memoryMiB [secret]");
});
