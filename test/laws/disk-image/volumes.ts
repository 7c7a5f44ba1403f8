/** What LVM does and says of the one volume of the model host (host.ts). */

/** Of a volume group. */
export const EXTENT = 4 * 1024 ** 2;

interface Volume {
  readonly path: string;
  readonly file:
    | { readonly inode: number; readonly snapshots?: readonly string[]; readonly isThin?: boolean }
    | undefined;
  readonly asked: number | undefined;
}

/** LVM gives whole extents. */
export function inExtents(bytes: number): number {
  return Math.ceil(bytes / EXTENT) * EXTENT;
}

const GROUP = "Nc7lKf-d0Ye-J4K4-4foJ-1a0N-G5yT-XnOgKi";
export const uuidOf = (number: number): string => `IGcN7p-w0NN-yZ8x-N6Xp-bXi9-9wI2-${String(number).padStart(6, "0")}`;

/** What vgs and lvs say. */
export function saidByLvm({ path, file, asked }: Volume): [string, string][] {
  const [, , group = "", name = ""] = path.split("/");
  return [
    ["lvm", "yes"],
    ["lvm.groups", `${GROUP}|${group}|wz--n-|${EXTENT}|16777216\n`],
    [
      "lvm.volumes",
      [
        ...(file === undefined
          ? []
          : [
              `${uuidOf(file.inode)}|${GROUP}|${group}|${name}|${attributesOf(file)}|||pulumi-xen`,
              ...(file.snapshots ?? []).map(
                (snapshot, at) =>
                  `${uuidOf(800_000 + at)}|${GROUP}|${group}|${name}.snap-${snapshot}|swi-a-s---|${name}||pulumi-xen-snapshot`,
              ),
            ]),
        ...["pool0", "pool1"].map((pool, at) => `${uuidOf(900_000 + at)}|${GROUP}|${group}|${pool}|twi-aotz--|||`),
      ].join("\n"),
    ],
    ["group", `${GROUP}\n`],
    ...(asked === undefined ? [] : [["asked", `${asked}\n`] as [string, string]]),
  ];
}

function attributesOf({ snapshots = [], isThin }: NonNullable<Volume["file"]>): string {
  if (isThin === true) return "Vwi-a-tz--";
  return snapshots.length > 0 ? "owi-a-s---" : "-wi-a-----";
}
