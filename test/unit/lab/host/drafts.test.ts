import { mountsBelow } from "../../../../lab/host/drafts";

it("finds what is mounted below a folder, the innermost first, and nothing beside it", () => {
  const mounts = [
    "proc /proc proc rw 0 0",
    "proc /cache/x.building.7/root/proc proc ro 0 0",
    "tmpfs /cache/x.building.7/root/dev/shm tmpfs rw 0 0",
    "udev /cache/x.building.7/root/dev\\040files devtmpfs rw 0 0",
    "tmpfs /cache/x.building.77/root/dev tmpfs rw 0 0",
    "",
  ].join("\n");
  expect(mountsBelow("/cache/x.building.7", mounts)).toEqual([
    "/cache/x.building.7/root/dev files",
    "/cache/x.building.7/root/dev/shm",
    "/cache/x.building.7/root/proc",
  ]);
});
