import { describeImageUsers, parseImageUsers } from "../../../provider/host/image-users";

test("users of an image are read line by line, names with spaces included", () => {
  expect(parseImageUsers("guest 3 vbd 51712 my guest\nloop /dev/loop0\nprocess 12 qemu-system-i38\n")).toEqual([
    { kind: "guest", domid: 3, backend: "vbd", device: "51712", name: "my guest" },
    { kind: "loop", device: "/dev/loop0" },
    { kind: "process", pid: 12, command: "qemu-system-i38" },
  ]);
  expect(parseImageUsers("")).toEqual([]);
});

test("the guest is named, not the loop device and the process that serve it", () => {
  expect(describeImageUsers(parseImageUsers("guest 3 vbd 51712 g\nloop /dev/loop0\nprocess 12 x"))).toBe(
    'guest "g" (domain 3)',
  );
  expect(describeImageUsers(parseImageUsers("guest 0 qdisk 51712 Domain-0"))).toBe("a boot loader of this host");
});
