/** The programs of a pretended host beside xl: xenstore's, loop devices', and the web as curl sees it. */
import { existsSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { INSTALLER_KERNEL, systemHead } from "./disk-content";
import type { Answered, Asked } from "./tool-server";
import type { Hypervisor } from "./xl/hypervisor";
import { deviceNumber } from "./xl/show";

const nothing: Answered = { code: 1 };

export function otherTool(xen: Hypervisor, { tool, args, input }: Asked): Answered {
  switch (tool) {
    case "xenstore-ls":
      return { code: 0, out: backends(xen) };
    case "xenstore-read":
      return read(xen, args.at(-1) ?? "");
    case "losetup":
      return losetup(xen, args);
    case "blockdev": {
      const loop = xen.files.loops().find(({ name }) => `/dev/${name}` === args.at(-1));
      return loop === undefined ? nothing : { code: 0, out: `${String(sizeOf(xen, loop.target))}\n` };
    }
    case "curl":
      return fetched(args, input);
    default:
      return { code: 127, err: `${tool}: not found\n` };
  }
}

function backends(xen: Hypervisor): string {
  return xen
    .all()
    .flatMap(({ domid, disks }) =>
      disks.flatMap(({ vdev, target }) => {
        const node = `/local/domain/0/backend/vbd/${String(domid)}/${String(deviceNumber(vdev))}`;
        return [`${node}/params = "${target}"\n`, `${node}/state = "4"\n`];
      }),
    )
    .join("");
}

function read(xen: Hypervisor, node: string): Answered {
  const [, domid, rest = ""] = /^\/local\/domain\/(\d+)\/(.*)$/.exec(node) ?? [];
  if (domid === "0") {
    const [, of, number, key] = /^backend\/vbd\/(\d+)\/(\d+)\/(\w+)$/.exec(rest) ?? [];
    const disk = xen.domains.get(Number(of))?.disks.find(({ vdev }) => String(deviceNumber(vdev)) === number);
    if (disk === undefined) return nothing;
    if (key === "state") return { code: 0, out: "4\n" };
    return key === "sectors" ? { code: 0, out: `${String(sizeOf(xen, disk.target) / 512)}\n` } : nothing;
  }
  const domain = xen.domains.get(Number(domid));
  if (domain === undefined) return nothing;
  if (rest === "name") return { code: 0, out: `${domain.name}\n` };
  return rest === "console/vnc-port" && domain.build.vfb !== undefined ? { code: 0, out: "5900\n" } : nothing;
}

function losetup(xen: Hypervisor, args: readonly string[]): Answered {
  if (args[0] === "-c") return { code: 0 };
  const lines = xen.files.loops().map(({ name, target }) => `/dev/${name}: [65025]:2 (${target})\n`);
  return { code: 0, out: lines.join("") };
}

/** A loop device takes its file's size at once here: that it must be told is shown on real Xen (test/lab). */
function sizeOf(xen: Hypervisor, target: string): number {
  return existsSync(xen.at(target)) ? statSync(xen.at(target)).size : 0;
}

/** What there is on the pretended web: a system's image, an installer's kernel and ramdisk. */
const WEB: Readonly<Record<string, Buffer>> = {
  "/system.img": systemHead(undefined),
  "/vmlinuz": Buffer.from(INSTALLER_KERNEL),
  "/initrd.gz": Buffer.from("an installer's ramdisk\n"),
};

export function sha256Of(path: string): string {
  return createHash("sha256")
    .update(WEB[path] ?? "")
    .digest("hex");
}

function fetched(args: readonly string[], input: string): Answered {
  const url = /^url = "(.*)"$/m.exec(input)?.[1] ?? args.at(-1) ?? "";
  const content = URL.canParse(url) ? WEB[new URL(url).pathname] : undefined;
  const to = args[args.indexOf("-o") + 1];
  if (content === undefined || to === undefined)
    return { code: 22, err: "curl: (22) The requested URL returned error: 404\n" };
  return { code: 0, file: { path: to, content } };
}
