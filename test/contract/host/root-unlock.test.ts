/** Who opens the root file system at a boot, as a shell sees it in the kernel's folders and in crypttab(5). */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { readRootUnlock, sayRootUnlock } from "../../../provider/host/boot/root-unlock";
import { LocalShell } from "../../support/local-shell";

jest.setTimeout(120_000);

let shell: LocalShell;
beforeEach(() => {
  shell = new LocalShell();
});
afterEach(() => shell.remove());

/** A block device as /sys/class/block has it. */
function block(
  name: string,
  number: string,
  { slaves = [], uuid, mapping = name }: { slaves?: string[]; uuid?: string; mapping?: string } = {},
): void {
  mkdirSync(shell.at("block", name, "slaves"), { recursive: true });
  writeFileSync(shell.at("block", name, "dev"), `${number}\n`);
  for (const slave of slaves) symlinkSync("/", shell.at("block", name, "slaves", slave));
  if (uuid === undefined) return;
  mkdirSync(shell.at("block", name, "dm"));
  writeFileSync(shell.at("block", name, "dm", "uuid"), `${uuid}\n`);
  writeFileSync(shell.at("block", name, "dm", "name"), `${mapping}\n`);
}

async function waitsFor(
  crypttab: string | undefined,
  root = "254:1 / / rw - ext4 /dev/mapper/vg-root rw",
): Promise<string[]> {
  writeFileSync(
    shell.at("mountinfo"),
    `20 1 0:5 / /proc rw - proc proc rw\n25 1 ${root}\n30 25 8:1 / /boot rw - ext4 /dev/sda1 rw\n`,
  );
  if (crypttab !== undefined) writeFileSync(shell.at("crypttab"), crypttab);
  const places = { mountinfo: shell.at("mountinfo"), blocks: shell.at("block"), crypttab: shell.at("crypttab") };
  return shell.ask({ about: "the root file system", script: sayRootUnlock(places), read: readRootUnlock });
}

describe("a root file system on LVM on dm-crypt", () => {
  beforeEach(() => {
    block("sda1", "8:1");
    block("sda2", "8:2");
    block("dm-0", "254:0", { slaves: ["sda2"], uuid: "CRYPT-LUKS2-0123-sda2_crypt", mapping: "sda2_crypt" });
    block("dm-1", "254:1", { slaves: ["dm-0"], uuid: "LVM-0123", mapping: "vg-root" });
  });

  it.each([
    [
      "as the installer writes it",
      "# <target> <source> <key> <options>\nsda2_crypt UUID=0123 none luks,discard\n",
      ["sda2_crypt"],
    ],
    ["without options and a line's end", "sda2_crypt UUID=0123", ["sda2_crypt"]],
    ["without a line of its own, where the kernel's line tells of it (dracut)", undefined, ["sda2_crypt"]],
    ["with another device's key file", "data UUID=4567 /etc/key luks\nsda2_crypt UUID=0123 - luks\n", ["sda2_crypt"]],
    ["with a key file", "sda2_crypt UUID=0123 /boot/key luks\n", []],
    ["with a key script", "sda2_crypt UUID=0123 none luks,keyscript=decrypt_derived\n", []],
    ["with a TPM", "sda2_crypt UUID=0123 none luks,tpm2-device=auto\n", []],
  ])("%s, waits for a passphrase where nothing else opens it", async (_how, crypttab, expected) => {
    expect(await waitsFor(crypttab)).toEqual(expected);
  });

  it("is found by its source where the file system has a device number of its own", async () => {
    expect(await waitsFor(undefined, `0:29 /@ / rw - btrfs ${shell.at("block", "dm-1")} rw`)).toEqual(["sda2_crypt"]);
  });

  it("is no matter where only another file system lies on it", async () => {
    expect(await waitsFor(undefined, "8:1 / / rw - ext4 /dev/sda1 rw")).toEqual([]);
  });
});

it("a root file system of no device at all waits for nothing", async () => {
  mkdirSync(shell.at("block"));
  expect(await waitsFor(undefined, "0:50 / / rw - overlay overlay rw")).toEqual([]);
});
