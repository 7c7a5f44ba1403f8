import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DownGuest } from "../../../../provider/resources/xen-host/xen-host.guest-ways";
import { bringBackStep, takeDownStep } from "../../../../provider/resources/xen-host/xen-host.guests";
import { type Step, preamble, sh } from "../../../../provider/shell";
import { xl } from "../../../../provider/toolstack/xl/xl";

/**
 * xl over a folder with a file for each domain: NAME UUID MEMORY. One named in `stubborn` neither suspends nor shuts down, one in `held` stays
 * behind, dying, one whose file ends in "building" is being restored by somebody; a file `torn` makes a save fail that ends the guest.
 */
const XL = `#!/bin/sh
cd "$PRETEND"
name_of() { read -r name uuid memory <"domains/$1"; }
row() { state=-b---- size=$3 time=10.0; case $2 in *dying) state=--ps-d ;; *building) state=--p--- size=0 time=0.0 ;; esac
  id=\${2%dying}
  printf '%-40s %5s %5s     1     %s      %s %s        -                -\\n' "$1" "\${id%building}" "$size" "$state" "$time" "$4"; }
[ ! -e broken ] || [ "$1" = restore ] || { echo "xl: no" >&2; exit 1; }
case $1 in
  list)
    echo "Name ID Mem VCPUs State Time(s)"
    printf '%-40s     0  1024     2     r-----     100.0 %s - -\\n' Domain-0 00000000-0000-0000-0000-000000000000
    for file in domains/*; do [ ! -e "$file" ] || { name_of "\${file#domains/}"; row "$name" "\${file#domains/}" "$memory" "$uuid"; }; done ;;
  save | shutdown)
    name_of "$2"
    if [ "$(cat stubborn 2>/dev/null)" = "$name" ]; then [ "$1" = shutdown ] || echo useless >"$3"; echo "did not acknowledge"; exit 0; fi
    [ "$1" = shutdown ] || cat "domains/$2" >"$3"
    if [ "$(cat held 2>/dev/null)" = "$name" ]; then mv "domains/$2" "domains/$2dying"; else rm "domains/$2"; fi
    [ ! -e torn ] || { echo "no space left"; exit 1; } ;;
  restore | create)
    [ "$1" = restore ] || shift
    [ "$(cat refused 2>/dev/null)" != "$2" ] || { echo "cannot: $2" >&2; exit 3; }
    number=$(($(cat next) + 1)); echo "$number" >next; cat "$2" >"domains/$number" ;;
  *) exit 2 ;;
esac
`;

let folder: string;
let save: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "guests-"));
  save = join(folder, "save");
  for (const name of ["bin", "domains", "files"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "next"), "10\n");
  writeFileSync(join(folder, "bin", "xl"), XL, { mode: 0o755 });
  writeFileSync(join(folder, "bin", "sleep"), "#!/bin/sh\n", { mode: 0o755 });
  // An hour goes by with each look.
  const clock = `#!/bin/sh\nn=$(cat ${folder}/clock 2>/dev/null || echo 0); n=$((n + 60)); echo $n >${folder}/clock; echo $n\n`;
  writeFileSync(join(folder, "bin", "date"), clock, { mode: 0o755 });
  writeFileSync(join(folder, "files", "toolstack.sh"), String(xl.library.content));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const uuidOf = (number: number): string => `00000000-0000-4000-8000-00000000000${number}`;
const runs = (number: number, name: string): void => {
  writeFileSync(join(folder, "domains", String(number)), `${name} ${uuidOf(number)} 128\n`);
};
const guest = (number: number, name: string, how: DownGuest["how"]): DownGuest => ({
  uuid: uuidOf(number),
  how,
  name,
  file: how === "save" ? join(save, name) : join(folder, `${name}.cfg`),
});
const names = (): string[] =>
  readdirSync(join(folder, "domains")).map(
    (id) => readFileSync(join(folder, "domains", id), "utf8").split(" ")[0] ?? "",
  );
const list = (): string | undefined =>
  existsSync(join(folder, "guests")) ? readFileSync(join(folder, "guests"), "utf8") : undefined;
const say = (name: string, text: string): void => {
  writeFileSync(join(folder, name), text);
};

function run({ script }: Step): { status: number | null; said: string } {
  const env = { PULUMI_XEN_PATH: `${folder}/bin:/usr/bin:/bin`, PRETEND: folder, JOB_FILES: join(folder, "files") };
  const input = `${preamble.text}${script.text}\n`;
  const { status, stdout, stderr } = spawnSync("dash", { input, encoding: "utf8", env, timeout: 60_000 });
  return { status, said: stdout + stderr };
}

const takeDown = (...down: DownGuest[]): Step => takeDownStep(folder, down, sh`touch ${join(folder, "disarmed")}`);

describe("guests of a host that is rebooted", () => {
  it("are saved, and restored after the boot; what they were saved to goes once they run", () => {
    runs(1, "web1");
    runs(2, "db1");
    expect(run(takeDown(guest(1, "web1", "save"), guest(2, "db1", "save")))).toMatchObject({ status: 0 });
    expect(names()).toEqual([]);
    expect(readdirSync(save).sort()).toEqual(["db1", "web1"]);
    expect(run(bringBackStep(folder))).toMatchObject({ status: 0 });
    expect(names().sort()).toEqual(["db1", "web1"]);
    expect([readdirSync(save), list()]).toEqual([[], undefined]);
  });

  it("are shut down, and started from their files after the boot", () => {
    runs(1, "web1");
    say("web1.cfg", `web1 ${uuidOf(1)} 128\n`);
    expect(run(takeDown(guest(1, "web1", "shutdown")))).toMatchObject({ status: 0 });
    expect(names()).toEqual([]);
    expect(run(bringBackStep(folder))).toMatchObject({ status: 0 });
    expect(names()).toEqual(["web1"]);
    expect(existsSync(join(folder, "web1.cfg"))).toBe(true);
  });

  it.each(["save", "shutdown"] as const)(
    "come back where one of them stays (%s), and the host is not rebooted",
    (how) => {
      runs(1, "web1");
      runs(2, "db1");
      say("web1.cfg", `web1 ${uuidOf(1)} 128\n`);
      say("stubborn", "db1");
      const { status, said } = run(takeDown(guest(1, "web1", how), guest(2, "db1", how)));
      expect(status).toBe(1);
      expect(said).toMatch(
        /The host was not rebooted. db1 (was not saved: did not acknowledge|did not shut down within)/,
      );
      expect(names().sort()).toEqual(["db1", "web1"]);
      expect(existsSync(join(folder, "disarmed"))).toBe(true);
      expect(list()).toBeUndefined();
      if (how === "save") expect(readdirSync(save)).toEqual([]);
    },
  );

  it("count as running where the toolstack does not answer: the host is not rebooted", () => {
    runs(1, "web1");
    say("broken", "");
    const { status, said } = run(takeDown(guest(1, "web1", "save")));
    expect(status).toBe(1);
    expect(said).toContain("The host was not rebooted. xl does not answer.");
    expect(list()).toContain("web1");
  });

  it("are all that may run: one that was started a second ago is not taken down with the host", () => {
    runs(1, "web1");
    runs(3, "late");
    const { status, said } = run(takeDown(guest(1, "web1", "save")));
    expect(status).toBe(1);
    expect(said).toContain("These guests were started since it was looked at: late");
    expect(names().sort()).toEqual(["late", "web1"]);
  });

  it("that have ended since they were looked at are not started again, and those that an earlier run took down are", () => {
    runs(1, "web1");
    say("web1.cfg", `web1 ${uuidOf(1)} 128\n`);
    say("db1.cfg", `db1 ${uuidOf(2)} 128\n`);
    const gone = run(takeDown(guest(1, "web1", "shutdown"), guest(2, "db1", "shutdown")));
    expect(gone).toMatchObject({ status: 0 });
    expect(gone.said).toContain("db1 does not run any more: it is not started again after the reboot");
    // The run was ended before the reboot, and is repeated.
    expect(run(takeDown(guest(1, "web1", "shutdown")))).toMatchObject({ status: 0 });
    expect(run(bringBackStep(folder))).toMatchObject({ status: 0 });
    expect(names()).toEqual(["web1"]);
  });

  it("are left to xendomains where that brought them back", () => {
    runs(1, "web1");
    run(takeDown(guest(1, "web1", "save")));
    rmSync(join(save, "web1"));
    runs(1, "web1");
    expect(run(bringBackStep(folder))).toMatchObject({ status: 0 });
    expect([names(), list()]).toEqual([["web1"], undefined]);
  });

  it("keep what they were saved to where they do not come back, and the next run tries again", () => {
    runs(1, "web1");
    run(takeDown(guest(1, "web1", "save")));
    say("refused", join(save, "web1"));
    const { status, said } = run(bringBackStep(folder));
    expect(status).toBe(1);
    expect(said).toContain("web1 is not back: cannot:");
    expect([readdirSync(save), list()]).toEqual([["web1"], expect.stringContaining("web1") as string]);
    rmSync(join(folder, "refused"));
    expect(run(bringBackStep(folder))).toMatchObject({ status: 0 });
    expect([names(), readdirSync(save), list()]).toEqual([["web1"], [], undefined]);
  });

  it("are not forgotten where the power failed before what they were saved to had its name", () => {
    runs(1, "web1");
    run(takeDown(guest(1, "web1", "save")));
    renameSync(join(save, "web1"), join(save, ".web1.pulumi-xen-new"));
    const { status, said } = run(bringBackStep(folder));
    expect(status).toBe(1);
    expect(said).toContain(`its save was cut off: try "xl restore ${save}/.web1.pulumi-xen-new"`);
    expect([readdirSync(save), list()]).toEqual([[".web1.pulumi-xen-new"], expect.stringContaining("web1") as string]);
  });

  it("are saved where a back end still holds what is left of the domain, and are not back while it does", () => {
    runs(1, "web1");
    say("held", "web1");
    expect(run(takeDown(guest(1, "web1", "save")))).toMatchObject({ status: 0 });
    expect(readdirSync(save)).toEqual(["web1"]);
    const { status, said } = run(bringBackStep(folder));
    expect(status).toBe(1);
    expect(said).toContain("web1 is not back: the host still holds what is left of its former domain");
    expect([readdirSync(save), list()]).toEqual([["web1"], expect.stringContaining("web1") as string]);
  });

  it("that somebody is just restoring are left to him, with what they were saved to", () => {
    runs(1, "web1");
    run(takeDown(guest(1, "web1", "save")));
    writeFileSync(join(folder, "domains", "7building"), `web1 ${uuidOf(1)} 0\n`);
    const { status, said } = run(bringBackStep(folder));
    expect(status).toBe(1);
    expect(said).toContain(
      "web1 is not back: the host still holds what is left of its former domain, or is just building it",
    );
    expect([names(), readdirSync(save)]).toEqual([["web1"], ["web1"]]);
    // When that has come to its end, nothing is restored a second time.
    renameSync(join(folder, "domains", "7building"), join(folder, "domains", "7"));
    rmSync(join(save, "web1"));
    expect(run(bringBackStep(folder))).toMatchObject({ status: 0 });
    expect([names(), list()]).toEqual([["web1"], undefined]);
  });

  it("are waited for while the host's own xendomains is still starting them", () => {
    runs(1, "web1");
    run(takeDown(guest(1, "web1", "save")));
    const started = join(folder, "started");
    // The looks must not be over before it is.
    writeFileSync(join(folder, "bin", "sleep"), "#!/bin/sh\nexec /bin/sleep 0.05\n", { mode: 0o755 });
    // It restores the guest only at its end.
    const xendomains = `/bin/sleep 2; mv "${save}/web1" "${folder}/domains/9"; : >"${started}"`;
    spawn("/bin/sh", ["-c", xendomains, "xendomains", "start"], { stdio: "ignore" });
    expect(run(bringBackStep(folder))).toMatchObject({ status: 0 });
    expect([existsSync(started), names(), list()]).toEqual([true, ["web1"], undefined]);
  });

  it("are not counted as saved by what a save has left that failed", () => {
    runs(1, "web1");
    say("torn", "");
    const { status, said } = run(takeDown(guest(1, "web1", "save")));
    expect(status).toBe(1);
    expect(said).toContain("web1 does not run any more, and its save failed: no space left");
    expect([readdirSync(save), list()]).toEqual([[".web1.pulumi-xen-new"], expect.stringContaining("web1") as string]);
  });

  it("that were made of a file without a uuid are back under their name", () => {
    runs(1, "web1");
    say("web1.cfg", `web1 ${uuidOf(9)} 128\n`);
    run(takeDown(guest(1, "web1", "shutdown")));
    expect(run(bringBackStep(folder))).toMatchObject({ status: 0 });
    expect([names(), list()]).toEqual([["web1"], undefined]);
  });

  it("are not restored over one that runs, and nothing of theirs is removed", () => {
    runs(1, "web1");
    run(takeDown(guest(1, "web1", "save")));
    runs(1, "web1");
    const { status, said } = run(bringBackStep(folder));
    expect(status).toBe(1);
    expect(said).toContain("web1 runs, and what it was saved to is still there; it was not removed");
    expect(readdirSync(save)).toEqual(["web1"]);
  });
});
