import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Toolstack } from "../../../provider/toolstack";
import { xl } from "../../../provider/toolstack/xl/xl";
import { xm } from "../../../provider/toolstack/xm/xm";
import { preamble, sh } from "../../../provider/shell";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dom0-memory-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Dom0 {
  readonly has: number;
  readonly available: number;
  /** What dom0's kernel does with what it is told: `all` or nothing of it; `refused`: the tool says no. */
  readonly follows: "all" | "nothing" | "refused";
}

/** A tool with a dom0 that is a file. */
function given(on: Toolstack, { has, available, follows }: Dom0): void {
  writeFileSync(join(folder, "kb"), `${has * 1024}\n`);
  writeFileSync(join(folder, "meminfo"), `MemTotal: 9 kB\nMemFree: 1 kB\nMemAvailable: ${available * 1024} kB\n`);
  const set = { all: `echo $((\${3%m} * 1024)) >${folder}/kb`, nothing: ":", refused: "echo no >&2; exit 1" }[follows];
  const table = `echo Name ID Mem; echo Domain-0 0 $(($(cat ${folder}/kb) / 1024))`;
  const tool = `#!/bin/sh\necho "$*" >>${folder}/told\ncase $1 in mem-set) ${set} ;; list) ${table} ;; esac\n`;
  writeFileSync(join(folder, on.name), tool, { mode: 0o755 });
  writeFileSync(join(folder, "sleep"), "#!/bin/sh\n", { mode: 0o755 });
}

function run(on: Toolstack, mebibytes: number): { status: number | null; said: string; told: string[] } {
  const script = `${preamble.text}${sh`meminfo=${join(folder, "meminfo")} balloon=${join(folder, "kb")}`.text}
${on.setDom0Memory(mebibytes).text}\n`;
  const env = { PULUMI_XEN_PATH: `${folder}:/usr/bin:/bin` };
  const { status, stdout, stderr } = spawnSync("dash", { input: script, encoding: "utf8", env, timeout: 60_000 });
  const told = readFileSync(join(folder, "told"), "utf8").trim().split("\n");
  return { status, said: stdout + stderr, told: told.filter((line) => line.startsWith("mem-set")) };
}

describe.each([
  { on: xl, unit: "m" },
  { on: xm, unit: "" },
])("dom0's memory under $on.name", ({ on, unit }) => {
  beforeEach(() => {
    writeFileSync(join(folder, "told"), "");
  });

  it("is set while dom0 runs, and counts as set when dom0 has it", () => {
    given(on, { has: 1024, available: 700, follows: "all" });
    expect(run(on, 768)).toEqual({ status: 0, said: "dom0 has 768 MiB\n", told: [`mem-set 0 768${unit}`] });
  });

  it("is not lowered below what dom0 uses at that moment", () => {
    given(on, { has: 1024, available: 300, follows: "all" });
    const { status, said, told } = run(on, 768);
    expect(status).toBe(1);
    expect(said).toContain("dom0 has 300 MiB free of its 1024 MiB: it cannot be shrunk to 768 MiB while it runs.");
    expect(told).toEqual([]);
  });

  it("is put back where dom0 does not follow, though the tool ends with 0", () => {
    given(on, { has: 1024, available: 700, follows: "nothing" });
    const { status, said, told } = run(on, 768);
    expect(status).toBe(1);
    expect(said).toContain("dom0 did not follow to 768 MiB: it has 1024 MiB, and was told to keep 1024 MiB.");
    expect(told).toEqual([`mem-set 0 768${unit}`, `mem-set 0 1024${unit}`]);
  });

  it("stays where the tool refuses it, and says what the tool said", () => {
    given(on, { has: 512, available: 300, follows: "refused" });
    const { status, said } = run(on, 1024);
    expect(status).toBe(1);
    expect(said).toContain("it has 512 MiB, and was told to keep 512 MiB. no");
  });
});
