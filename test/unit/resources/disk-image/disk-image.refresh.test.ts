/** What a refresh makes of an image that is not, or not yet, there. */
import { refreshed } from "../../../../provider/resources/disk-image/disk-image.lifecycle";
import { completeDiskImage } from "../../../../provider/resources/disk-image/disk-image.rules";
import { diskImageKind } from "../../../../provider/resources/disk-image/disk-image.lifecycle";
import { type Host, looked, made } from "../../../laws/disk-image/host";

const inputs = completeDiskImage({
  connection: { host: "h" },
  owner: "shop/prod::DiskImage::disk",
  path: "/xen/vm/g.img",
  sizeGiB: 10,
});
const host = made(inputs);
const outputs = { machineId: "machine-1", claimId: host.claim?.id ?? "", phase: "ready" as const };
const refresh = (now: Partial<Host>) => refreshed(looked({ ...host, ...now }), inputs, outputs);

test("an image whose file was lost while it grew is gone, not half-made", () => {
  expect(refresh({ file: undefined, phase: "growing" })).toBeUndefined();
});

test("an image that is only half-made has no size, so that a smaller one can be declared", () => {
  const seen = refresh({ file: undefined, phase: "making", made: undefined, madeOf: undefined });
  expect(seen?.outputs.phase).toBe("making");
  expect(seen?.inputs.sizeGiB).toBeUndefined();
  expect(diskImageKind.changes(seen?.inputs ?? inputs, { ...inputs, sizeGiB: 5 })).toMatchObject([
    { text: "sizeGiB unset -> 5", effect: "none" },
  ]);
});
