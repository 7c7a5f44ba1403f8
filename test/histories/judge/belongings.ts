/** Who made what on the host, and whether somebody else changed it. */
import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import type { PretendHost } from "../host/pretend-host";
import { readContent } from "../host/disk-content";

export class Belongings {
  readonly #owners = new Map<string, string>();
  readonly #host: PretendHost;
  /** By name (`/etc/xen/guest1.cfg`, `domain UUID`): what it was like. */
  #before = new Map<string, string>();

  constructor(host: PretendHost) {
    this.#host = host;
  }

  /** What happens from here on until `after` is the doing of those who are named there. */
  before(): void {
    this.#before = this.#look();
  }

  /** What is there now and was not before is theirs; changes of what is another's are told. */
  after(owners: readonly string[]): string[] {
    const now = this.#look();
    const touched: string[] = [];
    for (const [thing, was] of this.#before) {
      const whose = this.#owners.get(thing);
      const is = now.get(thing);
      if (whose === undefined || owners.includes(whose) || is === was) continue;
      touched.push(
        `${thing} of ${whose} was ${is === undefined ? "removed" : `changed (${was} -> ${is})`} by ${owners.join(" or ")}`,
      );
    }
    for (const [thing, is] of now) {
      const was = this.#before.get(thing);
      if (was === undefined)
        this.#owners.set(thing, this.#owners.get(thing) ?? this.#ownerOfConfigOf(thing) ?? this.#madeBy(thing, owners));
      // Of several who were at work one may have given it up, and another made its own of that name.
      else if (was !== is && owners.length > 1)
        this.#owners.set(thing, this.#madeBy(thing, owners, this.#owners.get(thing)));
    }
    for (const thing of this.#owners.keys()) if (!now.has(thing)) this.#owners.delete(thing);
    return touched;
  }

  ownerOf(thing: string): string | undefined {
    return this.#owners.get(thing);
  }

  /** A guest went by itself, or an operator's xl comes to its end only now: that is nobody's doing here. */
  excuse(uuid: string): void {
    this.#before.delete(`domain ${uuid}`);
  }

  /** The one whose claim stands on it: of several who were at work, and of a guest that came back by itself meanwhile. */
  #madeBy(thing: string, owners: readonly string[], former?: string): string {
    const [first = "nobody", ...others] = owners;
    if (others.length === 0 && !thing.startsWith("domain ")) return first;
    const name = /^\/etc\/xen\/(?:auto\/)?(.+?)(?:\.cfg)?$/.exec(thing)?.[1];
    const uuid = /^domain (.+)$/.exec(thing)?.[1];
    const root = "/var/lib/pulumi-xen";
    const claims = ["domu", "disk-image"].flatMap((kind) =>
      namesIn(this.#host.at(`${root}/${kind}`)).map((key) => ({
        key,
        text: this.#host.read(`${root}/${kind}/${key}/claim`) ?? "",
      })),
    );
    const claim = claims.find(({ key, text }) => key === uuid || text.includes(`\nof=${name ?? thing}\n`));
    return /^owner=\w+\/(\w+)::/m.exec(claim?.text ?? "")?.[1] ?? former ?? first;
  }

  /** A guest that a booting host or an operator starts from somebody's configuration is still that somebody's. */
  #ownerOfConfigOf(thing: string): string | undefined {
    const { root, xen } = this.#host;
    const domain = xen.all().find(({ uuid }) => thing === `domain ${uuid}`);
    return domain === undefined ? undefined : this.#owners.get(domain.configPath.replace(root, ""));
  }

  #look(): Map<string, string> {
    const things = new Map<string, string>();
    for (const folder of ["/etc/xen", "/etc/xen/auto", "/xen/vm"]) {
      for (const name of namesIn(this.#host.at(folder))) {
        const path = `${folder}/${name}`;
        const digest = digestOf(this.#host.at(path), folder === "/xen/vm");
        if (digest !== undefined && !/pulumi-xen-(new|old)/.test(name)) things.set(path, digest);
      }
    }
    for (const { uuid, name, memoryMiB, disks, vifs } of this.#host.xen.all()) {
      const parts = [
        name,
        memoryMiB,
        ...disks.map(({ vdev, target }) => `${vdev}=${target}`),
        ...vifs.map(({ mac }) => mac),
      ];
      things.set(`domain ${uuid}`, parts.join(" "));
    }
    return things;
  }
}

function digestOf(path: string, isImage: boolean): string | undefined {
  try {
    const info = lstatSync(path);
    if (info.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
    if (!info.isFile()) return undefined;
    // An image's mode may be widened for the boot loader, and its guest writes to it.
    return isImage ? `inode ${String(info.ino)} ${readContent(path).token ?? "empty"}` : readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
