/**
 * What is measured: each thing once as the product does it, and once as somebody does it by hand, with a login by ssh for each command: the
 * product has one connection, and looks, claims and verifies over it. Both leave the same image, whose content is compared; of a file from elsewhere both compare the SHA-256 and write it to the disk (sync).
 */
import type { Images, Made } from "./images";

export interface Scenario {
  readonly key: string;
  readonly title: string;
  /** Typed on the machine of the program (`$image`, `$file`, `$url`, `$sum`; `$ssh host` is a login). */
  readonly typed: string;
  /** What has to be there before, by the product and by hand. */
  readonly before?: { readonly declared: object; readonly typed: string };
  readonly ours: (images: Images, path: string, before: Made | undefined) => Promise<Made>;
  /** Both are compared with the source. */
  readonly isFilled?: boolean;
  /** A program that the typed one needs. */
  readonly needs?: string;
}

export interface Source {
  readonly file: string;
  readonly url: string;
  readonly sha256: string;
  readonly sizeMiB: number;
}

const GIB = 1024;

export function scenarios({ file, url, sha256, sizeMiB }: Source): readonly Scenario[] {
  const sizeGiB = sizeMiB / GIB;
  return [
    {
      key: "create_raw",
      title: "create, raw, 10 GiB, beside ssh and truncate",
      typed: '$ssh host "truncate -s 10G $image && chmod 600 $image && sync $image"',
      ours: (images, path) => images.create({ path, sizeGiB: 10 }),
    },
    {
      key: "create_qcow2",
      title: "create, qcow2, 10 GiB, beside ssh and qemu-img",
      typed: '$ssh host "qemu-img create -q -f qcow2 $image 10G && chmod 600 $image && sync $image"',
      ours: (images, path) => images.create({ path, sizeGiB: 10, format: "qcow2" }),
      needs: "qemu-img",
    },
    {
      key: "grow_raw",
      title: "grow, raw, 10 to 20 GiB, beside ssh and truncate",
      before: { declared: { sizeGiB: 10 }, typed: "truncate -s 10G $image" },
      typed: '$ssh host "truncate -s 20G $image && sync $image"',
      ours: (images, _path, before) => images.change(before as Made, { sizeGiB: 20 }),
    },
    {
      key: "grow_qcow2",
      title: "grow, qcow2, 10 to 20 GiB, beside ssh and qemu-img",
      before: { declared: { sizeGiB: 10, format: "qcow2" }, typed: "qemu-img create -q -f qcow2 $image 10G" },
      typed: '$ssh host "qemu-img resize -q -f qcow2 $image 20G && sync $image"',
      ours: (images, _path, before) => images.change(before as Made, { sizeGiB: 20 }),
      needs: "qemu-img",
    },
    {
      key: "clone",
      title: "copy of another image, beside ssh and cp",
      typed: '$ssh host "cp --reflink=auto --sparse=always $file $image && chmod 600 $image && sync $image"',
      ours: (images, path) => images.create({ path, sizeGiB, source: { image: file } }),
      isFilled: true,
    },
    {
      key: "download",
      title: "download by HTTP, beside curl and sha256sum",
      typed:
        '$ssh host "curl -sf -o $image $url && echo $sum  $image | sha256sum -c --quiet && chmod 600 $image && sync $image"',
      ours: (images, path) => images.create({ path, sizeGiB, source: { url, sha256 } }),
      isFilled: true,
      needs: "curl",
    },
    {
      key: "upload",
      title: "upload over SSH, beside rsync --sparse and sha256sum",
      typed:
        'rsync --sparse --chmod=600 -e "$ssh" $file host:$image && $ssh host "echo $sum  $image | sha256sum -c --quiet && sync $image"',
      ours: (images, path) => images.create({ path, sizeGiB, source: { path: file, sha256 } }),
      isFilled: true,
      needs: "rsync",
    },
  ];
}
