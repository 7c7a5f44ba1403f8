/** The original recipe on a host that answers like CentOS 6; what of that host is a fake, test/support/el6-host/el6-host.ts says. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { practiceEngine } from "../../../lab/engine";
import { El6Host } from "../../support/el6-host/el6-host";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";
import { type RecipeGround, originalRecipe } from "../../stories/original-recipe";

jest.setTimeout(1_200_000);

const CD = { vmlinuz: "an installer's kernel\n", "initrd.img": "an installer's ramdisk\n" };
const sum = (text: string): string => createHash("sha256").update(text).digest("hex");

let ground: RecipeGround | undefined;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-xen-recipe-"));
  const host = await El6Host.start();
  if ("missing" in host) return note(`not run: the original recipe on a host like CentOS 6: no ${host.missing}`);
  note(`original recipe: our programs under ${host.made.python}, network scripts: ${host.made.networkScripts}`);
  for (const [name, text] of Object.entries(CD)) writeFileSync(join(host.web, name), text);
  ground = {
    host,
    engine: practiceEngine({ stateFile: join(folder, "state.json"), why: "tests" }),
    cwd: join(projectRoot, "examples/original-recipe"),
    config: {
      connection: JSON.stringify(host.connection),
      xenRepository: "file:///srv/xen4",
      kernelUrl: "http://192.168.1.253/vmlinuz",
      kernelSha256: sum(CD.vmlinuz),
      ramdiskUrl: "http://192.168.1.253/initrd.img",
      ramdiskSha256: sum(CD["initrd.img"]),
      tree: "http://192.168.1.253/centos6",
      onDelete: "restore",
    },
  };
});
afterAll(async () => {
  await ground?.host.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("the original recipe", () => {
  originalRecipe(() => ground);
});
