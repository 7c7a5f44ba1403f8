import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ShellText, lines, preamble, sh } from "../../../provider/shell";
import { xl } from "../../../provider/toolstack/xl/xl";

/** Answers as often as `answers` says, and then no more. What it was told is noted. */
const XL = `#!/bin/sh
cd "$PRETEND"
[ "$1" = list ] || { echo "$*" >>told; exit 0; }
left=$(cat answers); [ "$left" -gt 0 ] || { echo "xl: no xenstore" >&2; exit 1; }
echo $((left - 1)) >answers
echo "Name ID Mem VCPUs State Time(s)"
printf 'guest1 7 128 1 -b---- 10.0 %s - -\\n' "$UUID"
`;
const UUID = "11111111-2222-4333-8444-555555555555";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "life-"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "xl"), XL, { mode: 0o755 });
  writeFileSync(join(folder, "bin", "sleep"), "#!/bin/sh\n", { mode: 0o755 });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What the host's steps do once xl has answered so often. */
function run(answers: number, script: ShellText): { status: number | null; said: string } {
  writeFileSync(join(folder, "answers"), String(answers));
  const text = lines([
    preamble,
    sh`uuid=${UUID} guest=guest1
give_up() { die "$1 $2"; }`,
  ]).text;
  const env = { PULUMI_XEN_PATH: `${folder}/bin:/usr/bin:/bin`, PRETEND: folder, UUID };
  const input = `${text}\n${String(xl.library.content)}\n${script.text}\necho went on\n`;
  const { status, stdout, stderr } = spawnSync("dash", { input, encoding: "utf8", env, timeout: 60_000 });
  return { status, said: stdout + stderr };
}

describe("a toolstack that stops answering", () => {
  it.each([
    ["shutdown", xl.shutdown(60), [0, 1, 2]],
    ["shutdown or destroy", xl.shutdownOrDestroy(60), [0, 1, 2]],
    ["end", sh`destroy_domain || exit 1`, [0, 1, 2]],
    ["unpause", xl.unpause, [0, 1]],
  ] as const)("is no proof that the guest is gone: %s goes no further", (_name, script, looks) => {
    for (const answers of looks) {
      const { status, said } = run(answers, script);
      expect([answers, status, said]).toEqual([
        answers,
        1,
        expect.stringContaining("xl does not answer on this host."),
      ]);
      expect(said).not.toContain("went on");
      expect(said).not.toContain("is down");
    }
  });

  it("does not make the one who waited destroy a guest", () => {
    run(2, xl.shutdownOrDestroy(60));
    expect(existsSync(join(folder, "told"))).toBe(true);
    expect(
      spawnSync("grep", ["-c", "destroy", join(folder, "told")])
        .stdout.toString()
        .trim(),
    ).toBe("0");
  });
});
