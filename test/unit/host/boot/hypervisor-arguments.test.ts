import fc from "fast-check";
import {
  hypervisorArguments,
  missingArguments,
  parseHypervisorArguments,
  splitArguments,
} from "../../../../provider/host/boot/hypervisor-arguments";

test("dom0's memory is said as size and maximum, so that dom0 cannot grow into the guests' memory", () => {
  expect(hypervisorArguments({ memoryMiB: 1024, maxVcpus: 2, pinVcpus: true }, ["xpti=no"])).toEqual([
    "dom0_mem=1024M,max:1024M",
    "dom0_max_vcpus=2",
    "dom0_vcpus_pin",
    "xpti=no",
  ]);
});

test("what is left out is not said", () => {
  expect(hypervisorArguments({}, [])).toEqual([]);
  expect(hypervisorArguments({ pinVcpus: false }, [])).toEqual([]);
});

test("desired values come back from their arguments", () => {
  fc.assert(
    fc.property(
      fc.record(
        {
          memoryMiB: fc.integer({ min: 64, max: 1e6 }),
          maxVcpus: fc.integer({ min: 1, max: 512 }),
          pinVcpus: fc.constant(true),
        },
        { requiredKeys: [] },
      ),
      fc.array(fc.constantFrom("console=com1", "xpti=no", "loglvl=all")),
      (dom0, others) => {
        expect(parseHypervisorArguments(hypervisorArguments(dom0, others))).toEqual({ dom0, others });
      },
    ),
  );
});

test.each([
  ["dom0_mem=1024M,max:1024M", "dom0_mem=1G,max:1G", []],
  ["dom0_mem=1024M,max:1024M", "dom0_mem=1048576,max:1048576", []],
  ["dom0_mem=1024M,max:1024M", "dom0_mem=512M,max:512M", ["dom0_mem=1024M,max:1024M"]],
  ["dom0_mem=1024M,max:1024M", "dom0_mem=1024M", ["dom0_mem=1024M,max:1024M"]],
  ["dom0_mem=1024M,max:1024M", "dom0_mem=512M,max:512M dom0_mem=1024M,max:1024M", []],
  ["dom0_mem=1024M,max:1024M", "dom0_mem=1024M,max:1024M dom0_mem=512M,max:512M", ["dom0_mem=1024M,max:1024M"]],
  ["xpti=no", "spec-ctrl=no", ["xpti=no"]],
  ["dom0_max_vcpus=2", "dom0_max_vcpus=20", ["dom0_max_vcpus=2"]],
])("of %s, a hypervisor started with %s lacks %j", (wanted, running, missing) => {
  expect(missingArguments([wanted], splitArguments(`placeholder ${running}`))).toEqual(missing);
});
