import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UnfinishedError } from "../../../../provider/pulumi";
import { completeDomU } from "../../../../provider/resources/domu/domu.rules";
import { secretTexts, secretsFile, veiled, withoutSecrets } from "../../../../provider/resources/domu/domu.secrets";
import { projectRoot } from "../../../support/project-root";
import { guest } from "./guest";

const inputs = completeDomU(
  guest({
    secretProperties: ["disks", "extra", "vifs"],
    disks: [{ path: "/hush/a.img" }, { path: "/hush/a.img.2", format: "qcow2", device: "xvdb" }],
    extra: "a 'secret' \\ \"word\" * ${HOME} ä",
    vifs: [{ bridge: "br0", ip: "198.51.100.81" }],
  }),
);

describe("a text that people see", () => {
  it("shows no part of a secret, also where one secret begins as another does", () => {
    const text = veiled(`/hush/a.img.2 and /hush/a.img: ${String(inputs.extra)}, at 198.51.100.81`, inputs);
    expect(text).toBe("[secret] and [secret]: [secret], at [secret]");
  });

  it("keeps words of ours that a secret property holds too", () => {
    expect(veiled("the qcow2 image, device xvdb", inputs)).toBe("the qcow2 image, device xvdb");
    expect(secretTexts(guest())).toEqual([]);
    expect(secretsFile(guest())).toEqual([]);
  });

  it("is the message of whatever was thrown, unfinished or not", async () => {
    const thrown = new UnfinishedError("id", {}, new Error("/hush/a.img is a disk of web1"));
    const error = await withoutSecrets([inputs], () => Promise.reject(thrown)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UnfinishedError);
    expect((error as Error).message).toBe("[secret] is a disk of web1");
  });
});

describe.each(["dash", "bash", "busybox sh"])("a step's text under %s", (shell) => {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-veil-"));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const veil = (text: string): string => {
    const [program = "", ...args] = shell.split(" ");
    const library = join(projectRoot, "provider/resources/domu/library/guest.sh");
    const script = 'set -eu; folder=/nonexistent; . "$1"; veil "$2"';
    return spawnSync(program, [...args, "-c", script, "sh", library, text], {
      encoding: "utf8",
      env: { ...process.env, JOB_FILES: folder, LC_ALL: "C" },
    }).stdout;
  };

  it("shows no part of a secret, whatever characters it is made of", () => {
    for (const { name, content } of secretsFile(inputs)) writeFileSync(join(folder, name), content);
    const text = `1 /hush/a.img.2 2 ${String(inputs.extra)} 3 /hush/a.img\n/hush/a.img 4`;
    expect(veil(text)).toBe("1 [secret] 2 [secret] 3 [secret]\n[secret] 4\n");
  });

  it("stays as it is where nothing is secret", () => {
    rmSync(join(folder, "secrets"), { force: true });
    expect(veil("a * \\ text")).toBe("a * \\ text\n");
  });
});
