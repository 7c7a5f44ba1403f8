/**
 * Where a strike may fall: at each program that the host's scripts start and that writes, before it begins. The programs are found first
 * (PULUMI_XEN_PATH), tell what they are about to do, and wait there where a trial says so.
 *
 * A place is named by the program and by what it is about, and which time it is: `2 mv xen/g.img.pulumi-xen-source.part xen/…`.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Who writes or ends something, and who may take long. */
const PROGRAMS = [
  "cp",
  "curl",
  "dd",
  "fallocate",
  "gzip",
  "ln",
  "mkdir",
  "mv",
  "qemu-img",
  "rm",
  "rmdir",
  "sync",
  "truncate",
];

/** While the trial does not hold it, this one gives half of what it writes, and waits in the middle. */
const IN_THE_MIDDLE = ["gzip"];

/** When the run has said that it is done. */
export const THE_END = "the end";
/** In the middle of what a server sends. */
export const HALF_A_DOWNLOAD = "middle of a download";

export class Places {
  readonly #folder: string;

  constructor(place: string) {
    this.#folder = join(place, "places");
    mkdirSync(join(this.#folder, "bin"), { recursive: true });
    writeFileSync(join(this.#folder, "calls"), "");
    for (const program of PROGRAMS) this.#write(program);
  }

  get path(): string {
    return `${join(this.#folder, "bin")}:${USUAL_PATH}`;
  }

  /** All that were passed so far. */
  passed(): readonly string[] {
    const seen = new Map<string, number>();
    return readFileSync(join(this.#folder, "calls"), "utf8")
      .split("\n")
      .filter((call) => call !== "")
      .map((call) => {
        const time = (seen.get(call) ?? 0) + 1;
        seen.set(call, time);
        return `${String(time)} ${call}`;
      });
  }

  /** From now on: counted from here, and held at this place. */
  arm(place: string | undefined): void {
    writeFileSync(join(this.#folder, "calls"), "");
    if (place !== undefined) writeFileSync(join(this.#folder, "armed"), `${place}\n`);
  }

  isReached(): boolean {
    return existsSync(join(this.#folder, "reached"));
  }

  letGo(): void {
    writeFileSync(join(this.#folder, "go"), "");
  }

  get isOpen(): boolean {
    return existsSync(join(this.#folder, "go"));
  }

  /** For what is held in this process: the middle of a download. */
  reach(): void {
    writeFileSync(join(this.#folder, "reached"), "");
  }

  #write(program: string): void {
    const real = execFileSync("/bin/sh", ["-c", 'PATH=$2; command -v "$1"', "sh", program, USUAL_PATH], {
      encoding: "utf8",
    }).trim();
    const file = join(this.#folder, "bin", program);
    const middle = IN_THE_MIDDLE.includes(program)
      ? `if [ "$armed" = "middle of ${program}" ] && [ ! -e "$px_place/go" ] && [ -n "\${PX_JOB_MARK:-}" ] && ! mkdir "$px_place/head-was-read" 2>/dev/null; then
  ${real} "$@" | { head -c 1500000; : >"$px_place/reached"; while [ ! -e "$px_place/go" ]; do sleep 0.05; done; cat; }
  exit
fi`
      : "";
    // Of the words only those that name something on the disk: others are not the same each time. What a job's own machinery does is
    // the part of the other table.
    writeFileSync(
      file,
      `#!/bin/sh
PATH=${USUAL_PATH}
px_place=${this.#folder}
px_call=${program}; px_counts=${["cp", "curl", "gzip", "qemu-img"].includes(program) ? "yes" : "no"}
# Outside of a job it unpacks the program that answers questions.
if [ $px_call = gzip ] && [ -z "\${PX_JOB_MARK:-}" ]; then px_counts=no; fi
for px_word in "$@"; do
  case $px_word in
    /var/lib/pulumi-xen/jobs/*|of=/var/lib/pulumi-xen/jobs/*) ;;
    *.pulumi-xen.[0-9]*.[0-9]*) px_call="$px_call .pulumi-xen.N"; px_counts=yes ;;
    /var/lib/*) px_call="$px_call \${px_word#/var/lib/}"; px_counts=yes ;;
    of=/var/lib/*) px_call="$px_call of=\${px_word#of=/var/lib/}"; px_counts=yes ;;
    ./*) px_call="$px_call $px_word"; px_counts=yes ;;
  esac
done
armed=
if [ -e "$px_place/armed" ]; then IFS= read -r armed <"$px_place/armed"; fi
if [ $px_counts = yes ]; then
  printf '%s\\n' "$px_call" >>"$px_place/calls"
  if [ -n "$armed" ] && [ ! -e "$px_place/go" ]; then
    px_count=0
    while IFS= read -r px_each; do if [ "$px_each" = "$px_call" ]; then px_count=$((px_count + 1)); fi; done <"$px_place/calls"
    if [ "$px_count $px_call" = "$armed" ]; then
      : >"$px_place/reached"
      while [ ! -e "$px_place/go" ]; do sleep 0.05; done
    fi
  fi
fi
${middle}
exec ${real} "$@"
`,
    );
    chmodSync(file, 0o755);
  }
}
