/** Copies of an image on a real file system that shares blocks: they take no space until they are written to, and are copies nevertheless. */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { openSync, closeSync, readFileSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { ResourceStack, type Saved } from "../../support/resource-stack";
import { SHARING, sharingFolder } from "../../support/sharing-judge";
import { ShellHost } from "../../support/shell-host";

let host: ShellHost;
jest.mock("../../../provider/remote", () => ({
  ...jest.requireActual<object>("../../../provider/remote"),
  openHost: () => host,
}));

jest.setTimeout(300_000);

const MIB = 1024 ** 2;
const CONTENT_MIB = 32;

it.each(SHARING)(
  "ten copies on %s share the blocks of their image, and what is written to one is in no other",
  async (type) => {
    const shell = new LocalShell();
    host = new ShellHost(shell);
    const folder = shell.at("shared");
    const place = sharingFolder(type, folder);
    if ("missing" in place) {
      note(`not run: copies that share blocks on ${type} (${place.missing})`);
      shell.remove();
      return;
    }
    try {
      const golden = `${folder}/golden.img`;
      writeFileSync(golden, randomBytes(CONTENT_MIB * MIB));
      truncateSync(golden, 2 * CONTENT_MIB * MIB);
      const sum = sumOf(golden);
      const before = place.used();
      const prod = new ResourceStack(diskImageKind);
      const copies: Saved[] = [];
      for (let number = 1; number <= 10; number += 1)
        copies.push(
          await prod.create(`web${number}`, {
            connection: { host: "198.51.100.7" },
            path: `${folder}/web${number}.img`,
            sizeGiB: 96 / 1024,
            source: { image: golden },
          }),
        );
      expect(host.told.filter((text) => text.includes("is shared, block by block"))).toHaveLength(10);
      // Ten copies would take 320 MiB.
      expect(place.used() - before).toBeLessThan(8 * MIB);
      // The kernel's own word.
      const extents = execFileSync("filefrag", ["-v", `${folder}/web10.img`]).toString();
      expect(extents).toContain("shared");
      const file = openSync(`${folder}/web1.img`, "r+");
      writeSync(file, "written by the guest of the first", 4 * MIB);
      closeSync(file);
      expect(sumOf(golden)).toBe(sum);
      const [first, second] = [1, 2].map((number) => readFileSync(`${folder}/web${number}.img`));
      expect(first?.subarray(4 * MIB, 4 * MIB + 10).toString()).toBe("written by");
      expect(
        createHash("sha256")
          .update(second?.subarray(0, 2 * CONTENT_MIB * MIB) ?? "")
          .digest("hex"),
      ).toBe(sum);
      expect(second?.length).toBe(96 * MIB);
      for (const saved of copies) await prod.delete(saved);
      expect(sumOf(golden)).toBe(sum);
    } finally {
      place.end();
      shell.remove();
    }
  },
);

function sumOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
