import { hiddenDevices, hideArguments, hidesDevices, pciDevice } from "../../../../provider/host/boot/hidden-devices";
import { HYPERVISOR_ARGUMENT } from "../../../../provider/host/boot/hypervisor-arguments";
import {
  KERNEL_ARGUMENT,
  kernelArgument,
  kernelWord,
  kernelWords,
} from "../../../../provider/host/boot/kernel-arguments";

test.each([
  "quiet",
  "xen-pciback.hide=(03:00.0)(03:00.1)",
  'foo="a b"',
  '"foo=a b"',
  "memmap=64G$16G",
  'foo=""',
  "a;b|c&d<e>f{g}#h*?!`~",
])("%s may be an argument of the kernel", (argument) => expect(argument).toMatch(KERNEL_ARGUMENT));

test.each([
  "",
  "a b",
  'foo="a',
  'foo=a"b c"',
  'a=b="c d"',
  "it's",
  "back\\slash",
  "tab\there",
  'foo="a\nb"',
  'foo="a b"c',
  "ä",
])("%j may not: it would arrive as something else", (argument) => expect(argument).not.toMatch(KERNEL_ARGUMENT));

test.each([
  ["ivrs_ioapic[32]=00:14.0", true],
  ["x".repeat(127), true],
  // parse_params of Xen 4.17 drops what follows.
  ["x".repeat(128), false],
  // Xen's line knows no quotes.
  ['foo="a"', false],
  ["a b", false],
  ["back\\slash", false],
])("of the hypervisor %s is allowed: %s", (argument, isAllowed) => {
  expect(HYPERVISOR_ARGUMENT.test(argument)).toBe(isAllowed);
});

test("quotes around the value and around the whole argument are one, and what GRUB 2 makes of them is read back", () => {
  expect(['foo="a b"', '"foo=a b"', "foo=a"].map(kernelWord)).toEqual(["foo=a b", "foo=a b", "foo=a"]);
  expect(kernelWords('BOOT_IMAGE=/vmlinuz placeholder root=UUID=da6c "foo=a  b" bar="c d" quiet\n')).toEqual([
    "BOOT_IMAGE=/vmlinuz",
    "root=UUID=da6c",
    "foo=a  b",
    "bar=c d",
    "quiet",
  ]);
});

test("a word that is written as an argument is read as the same word", () => {
  for (const word of ["quiet", "foo=a b", "foo= a=b ", "x=(1)"])
    expect(kernelWords(`a ${kernelArgument(word)} b`)).toEqual(["a", word, "b"]);
});

test("devices are hidden by one argument, in the kernel's own writing and in one order", () => {
  expect(hideArguments([])).toEqual([]);
  expect(hideArguments(["0A:1F.7", "03:00.0", "0000:03:00.0"])).toEqual([
    "xen-pciback.hide=(0000:03:00.0)(0000:0a:1f.7)",
  ]);
  expect(hiddenDevices(["quiet", "xen-pciback.hide=(03:00.0)(0000:0a:1f.7)"])).toEqual([
    "0000:03:00.0",
    "0000:0a:1f.7",
  ]);
  expect(pciDevice("0001:0A:1F.7")).toBe("0001:0a:1f.7");
});

test("of two arguments that hide devices the last one counts, however its driver is spelled", () => {
  expect(hiddenDevices(["xen-pciback.hide=(03:00.0)", "xen_pciback.hide=(04:00.0)"])).toEqual(["0000:04:00.0"]);
  expect([hidesDevices("xen_pciback.hide=x"), hidesDevices("xen-pciback.permissive=1")]).toEqual([true, false]);
});
