/** The hosts of test/suites/toolstack.ts: pretended ones, and one with the real xend that an operator has started by hand. */
import { execFileSync, spawn } from "node:child_process";
import { type Job, type Question, preamble } from "../../provider/shell";
import { pretendHost } from "./pretend-guest";
import type { PretendXen } from "./pretend-xen";
import { type Ran, ranOf, readAnswer, runInOrder } from "./ran";

export interface ToolstackHost extends Pick<PretendXen, "ask" | "perform"> {
  /** Types a command of the toolstack. @throws where it ends with another code than 0. */
  readonly operate: (...words: string[]) => string;
  readonly has: (path: string) => boolean;
  /** How the next installer ends: `reboot`, `poweroff`, `crash`. */
  readonly installerWill: (end: string) => void;
  readonly end: () => Promise<void>;
}

/** What must not be there any more when a guest1 is gone. */
export const OWN_FILES = ["/etc/xen/guest1.cfg", "/etc/xen/auto/guest1", "/var/lib/pulumi-xen/domu"];

export function pretendedHost(toolstack: "xl" | "xm"): ToolstackHost {
  const xen = pretendHost("dash", toolstack);
  return {
    ask: (question) => xen.ask(question),
    perform: (job) => xen.perform(job),
    operate: (...words) => xen.operate(...words),
    has: (path) => xen.has(path),
    installerWill: (end) => {
      xen.set("installer", end);
    },
    end: () => {
      xen.remove();
      return Promise.resolve();
    },
  };
}

/**
 * @param enter - a program that runs its arguments on a host on which xend runs, such as
 *   `nsenter --all --target PID`. A stand-in for its hypervisor ends an installer as /xen/installer says.
 */
export function enteredHost(enter: string): ToolstackHost {
  const run = (script: string): string => execFileSync(enter, ["sh", "-c", script], { encoding: "utf8" });
  run(`set -e; mkdir -p /xen/vm; rm -f /xen/vm/*; printf 'a system with its kernel' >/xen/vm/guest1.img; : >/xen/vm/data.img
truncate -s 4M /xen/vm/guest1.img /xen/vm/data.img; echo installer >/xen/vm/vmlinuz; echo installer >/xen/vm/initrd.gz; echo reboot >/xen/installer`);
  const ran = (text: string): Promise<Ran> => {
    const child = spawn(enter, ["sh", "-c", `${preamble.text}\n${text}\n`], { stdio: ["ignore", "pipe", "pipe"] });
    return ranOf(child, "exit");
  };
  return {
    ask: async <T>(question: Question<T>) => readAnswer(question, await ran(question.script.text)),
    perform: async (job: Job) => {
      const files = run("mktemp -d").trim();
      for (const { name, content } of job.files ?? []) {
        execFileSync(enter, ["sh", "-c", `cat >${files}/${name}`], { input: content });
      }
      const all = await runInOrder(job.steps, (step) => ran(`JOB_FILES=${files}\n${step.script.text}`));
      run(`rm -rf ${files}`);
      return all;
    },
    operate: (...words) =>
      execFileSync(enter, ["xm", ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
    has: (path) => run(`if [ -e ${path} ]; then echo yes; fi`) !== "",
    installerWill: (end) => {
      run(`echo ${end} >/xen/installer`);
    },
    end: () => {
      run(
        "for id in $(xm list | awk 'NR > 2 { print $2 }'); do xm destroy $id; done; rm -rf /var/lib/pulumi-xen /etc/xen/*.cfg /etc/xen/auto/*",
      );
      return Promise.resolve();
    },
  };
}
