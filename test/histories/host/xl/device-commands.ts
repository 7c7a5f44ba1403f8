/** xl's commands for disks and interfaces of a running domain. */
import { existsSync } from "node:fs";
import { type Command, by, done } from "./command";
import { readDisk, readVif } from "./domain";
import { XlError } from "./hypervisor";

export const deviceCommands: Readonly<Record<string, Command>> = {
  "block-attach"(xen, [name = "", ...words], asked) {
    const domain = xen.find(name);
    const disk = readDisk(words.join(","));
    if (domain.disks.some(({ vdev }) => vdev === disk.vdev))
      throw new XlError(1, "libxl: error: device already exists in xenstore");
    if (!existsSync(xen.at(disk.target)))
      throw new XlError(
        1,
        `libxl: error: Disk vdev=${disk.vdev} failed to stat: ${disk.target}: No such file or directory`,
      );
    // The same raw file for the second time: not a word.
    xen.events.plugged(domain, disk, by(asked), xen.all());
    domain.disks.push(disk);
    xen.files.showLoops();
    xen.plugged(disk);
    return done;
  },
  "block-detach"(xen, [name = "", vdev = ""], asked) {
    const domain = xen.find(name);
    const disk = domain.disks.find((one) => one.vdev === vdev);
    if (disk === undefined) throw new XlError(1, `Error: Device ${vdev} not connected.`);
    // In use or not: it is gone at once, and what is written to it is lost.
    domain.disks = domain.disks.filter((one) => one !== disk);
    xen.events.unplugged(domain, disk, by(asked));
    xen.files.showLoops();
    return done;
  },
  "network-attach"(xen, [name = "", ...words], asked) {
    const domain = xen.find(name);
    const devid = Math.max(-1, ...domain.vifs.map((vif) => vif.devid)) + 1;
    const vif = readVif(words.join(","), devid);
    if (!existsSync(xen.at(`/sys/class/net/${vif.bridge}/bridge`))) {
      domain.vifs.push({ ...vif, isDead: true });
      throw new XlError(1, `libxl: error: script: Could not find bridge device ${vif.bridge}`);
    }
    xen.events.plugged(domain, { mac: vif.mac }, by(asked), xen.all());
    domain.vifs.push(vif);
    return done;
  },
  "network-detach"(xen, [name = "", which = ""], asked) {
    const domain = xen.find(name);
    const vif = domain.vifs.find(({ devid, mac }) => String(devid) === which || mac === which.toLowerCase());
    if (vif === undefined) throw new XlError(1, `Unknown device ${which}.`);
    domain.vifs = domain.vifs.filter((one) => one !== vif);
    if (vif.isDead !== true) xen.events.unplugged(domain, { mac: vif.mac }, by(asked));
    return done;
  },
};
