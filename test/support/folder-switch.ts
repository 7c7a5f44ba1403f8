/** A change of a network whose files lie in a folder, with the folder where its job's files are: for tests of what is restored. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ifupdown } from "../../provider/host/network/ifupdown/ifupdown";
import { type NetworkSwitch, switchFiles } from "../../provider/host/network/network-switch";

/** `root`/interfaces is changed, `root`/made comes new, and the files of the job are in `root`/job. */
export function folderSwitch(root: string, newPorts: readonly string[]): NetworkSwitch {
  const change: NetworkSwitch = {
    system: ifupdown,
    // No link of this name is here: what would touch one would fail.
    bridge: "px-no-such",
    ports: ["px-none0"],
    vlans: { made: [], gone: [] },
    bonds: { all: [], cards: [], made: [] },
    aliases: [],
    newPorts,
    mtus: [],
    fixedAddresses: ["198.51.100.2/24"],
    files: [
      { path: join(root, "interfaces"), content: "new\n" },
      { path: join(root, "made"), content: "made\n" },
    ],
    folder: join(root, "bridge"),
    guestsAtBoot: true,
    isRemoval: false,
    isForBoot: true,
  };
  writeFileSync(join(root, "interfaces"), "old\n");
  mkdirSync(join(root, "job"));
  for (const { name, content } of switchFiles(change)) writeFileSync(join(root, "job", name), content);
  return change;
}

/** As after the change itself. */
export function makeSwitched(root: string): void {
  writeFileSync(join(root, "interfaces"), "new\n");
  writeFileSync(join(root, "made"), "made\n");
}
