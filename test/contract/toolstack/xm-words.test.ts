/** The pretended xm says what the real xm and xend 4.2.5 said to the same commands in the same order, failures included. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../support/eventually";
import { PretendXen } from "../../support/pretend-xen";
import { XM_GOLDEN, dialogues } from "../../support/xm-words";

// Eighty small programs, one after the other.
jest.setTimeout(600_000);

/** What differs from run to run, or needs another's text: a device's own uuid, the clock, the manual in the usage. */
function plain(text: string): string {
  return text
    .replaceAll(/^( {12}\(uuid ).*$/gm, "$1…)")
    .replaceAll(/^( +\(start_time ).*$/gm, "$1…)")
    .replaceAll(/^( +\(location ).*$/gm, "$1…)")
    .replaceAll(/^ {4}\(cpus\n[^]*?^ {4}\)$/gm, "    (cpus …)")
    .replaceAll(/^ {4}\(cpus .*\)$/gm, "    (cpus …)")
    .replace(/^Usage: xm (create|sched-credit)[^]*$/m, "Usage: …\n");
}

const MEDIA = ["/media/i/installer", "/media/i/initrd.img"];

test("the pretended xm answers each recorded command with the recorded words", async () => {
  const xen = new PretendXen(["dash"], "xm");
  const here = (text: string): string =>
    MEDIA.reduce((local, path) => local.replaceAll(path, `${xen.root}${path}`), xen.localized(text));
  try {
    // The installer that is looked at must not end meanwhile.
    xen.set("installer.seconds", "3600");
    for (const name of ["a", "b"]) xen.write(`/xen/vm/${name}.img`, "a kernel");
    xen.write("/xen/vm/c.img", "");
    for (const path of MEDIA) xen.write(path, "");
    for (const name of ["g1", "n1", "n2", "i1"]) {
      xen.write(`/etc/xen/${name}.cfg`, here(readFileSync(join(XM_GOLDEN, `${name}.cfg`), "utf8")));
    }
    const env = { ...process.env, PATH: `${xen.root}/bin:${String(process.env["PATH"])}`, ...xen.environment() };
    const ask = (command: string): { stdout: string; stderr: string; exitCode: number | null } => {
      const { stdout, stderr, status } = spawnSync("sh", ["-c", here(command)], { encoding: "utf8", env });
      const back = (text: string): string => plain(text.replaceAll(xen.root, ""));
      return { stdout: back(stdout), stderr: back(stderr), exitCode: status };
    };
    for (const { command, stdout, stderr, exitCode } of dialogues()) {
      const [, broken] = /^Error: Unable to connect to xend: (.*?)\. Is xend/.exec(stderr) ?? [];
      if (broken !== undefined) xen.set("broken", broken);
      // A shutdown is only written down; how long a guest takes for it is its own matter.
      if (command === "sleep 3") await until("g2 is down", () => !ask("xm list").stdout.includes("g2 "));
      else if (!command.startsWith("sleep")) {
        expect({ command, ...ask(command) }).toEqual({ command, stdout: plain(stdout), stderr, exitCode });
      }
    }
  } finally {
    xen.remove();
  }
});
