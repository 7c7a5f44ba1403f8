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

test.each(["dom0", "hypervisorArgs", "kernelArgs", "passthrough", "packages", "repository", "reboot", "connection"])(
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
  const faults = xenHostFaults({ connection, hypervisorArgs: ["dom0_mem=1G", "xpti=no", "noreboot", "reboot=n,a"] });
  expect(faults.map(({ property }) => property)).toEqual([
    "hypervisorArgs[0]",
    "hypervisorArgs[2]",
    "hypervisorArgs[3]",
  ]);
});

test("an argument that ends the line is refused, and a second one that hides devices", () => {
  const given = { hypervisorArgs: ["--"], kernelArgs: ["quiet", "--", "xen-pciback.hide=(03:00.0)"] };
  const faults = xenHostFaults({ connection, ...given, passthrough: ["04:00.0"] });
  expect(faults.map(({ property }) => property)).toEqual(["hypervisorArgs[0]", "kernelArgs[1]", "kernelArgs[2]"]);
  expect(xenHostFaults({ connection, kernelArgs: ["xen-pciback.hide=(03:00.0)"] })).toEqual([]);
});

test("the same argument in another writing is no change, nor is the same device", () => {
  const olds = completeXenHost({ connection, kernelArgs: ['foo="a b"'], passthrough: ["03:00.0", "0A:00.1"] });
  const news = { ...olds, kernelArgs: ['"foo=a b"'], passthrough: ["0000:0a:00.1", "0000:03:00.0"] };
  expect(xenHostChanges(olds, news)).toEqual([]);
  expect(
    xenHostChanges(olds, { ...olds, passthrough: ["03:00.0"] }).map(({ text, effect }) => `${text}: ${effect}`),
  ).toEqual(['passthrough ["03:00.0","0000:0a:00.1"] -> ["03:00.0"]: reboot']);
});

test.each([
  { dom0: { memoryMiB: 1.5 } },
  { dom0: { memory: 512 } },
  { hypervisorArgs: ["a b"] },
  { hypervisorArgs: ['foo="a"'] },
  { kernelArgs: ['x"; reboot; "'] },
  { kernelArgs: ["a b"] },
  { passthrough: ["3:0.0"] },
  { passthrough: ["03:20.0"] },
  { passthrough: ["eth0"] },
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
