import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JobError } from "../../../provider/errors";
import { closeHosts, openHost } from "../../../provider/remote";
import { type Job, type ShellText, sh } from "../../../provider/shell";
import { type SshServer, type SshServerOptions, startSshServer } from "../../support/ssh-server";
import { until } from "../../support/eventually";

const SHELLS = ["dash", "bash", "busybox sh"];
const SECRET = "canary-5f2e71";

// The machine that runs this may be busy with emulated hosts.
jest.setTimeout(60_000);

let servers: SshServer[] = [];

async function serve(options: SshServerOptions = {}): Promise<SshServer> {
  const server = await startSshServer(options);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await closeHosts();
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
});

function job(steps: Record<string, ShellText>, more: Partial<Job> = {}): Job {
  return {
    object: "domu/guest1",
    title: "change guest1",
    steps: Object.entries(steps).map(([name, script]) => ({ name, title: `do ${name}`, effect: "none", script })),
    ...more,
  };
}

function countLines(path: string): number {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

describe.each(SHELLS)("a job under %s", (shell) => {
  it("runs its steps in order, in one script, and tells what they print", async () => {
    const server = await serve({ shell });
    const told: string[] = [];
    const result = await openHost(server.connection).perform(
      job({ first: sh`echo one; cd /tmp; set -- x`, second: sh`pwd; [ $# -le 1 ] && echo two` }),
      (line) => told.push(line),
    );
    expect(told.map((line) => line.replace(/after \d+ s/, "after"))).toEqual([
      "==> first: do first",
      "one",
      "<== first: done after",
      "==> second: do second",
      "/",
      "two",
      "<== second: done after",
      "== job 1 ended with exit code 0",
    ]);
    expect(result.jobId).toBe("domu/guest1/1");
    expect(server.counts.scripts).toBe(1);
  });

  it("stops at the first command that fails and says which step, with the end of the log", async () => {
    const server = await serve({ shell });
    const failing = job({
      good: sh`:`,
      bad: sh`echo no such bridge; (exit 3); echo never >${join(server.root, "never")}`,
      late: sh`:`,
    });
    const error: unknown = await openHost(server.connection)
      .perform(failing)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(JobError);
    expect(error).toMatchObject({ step: "bad", exitCode: 3, logTail: "no such bridge" });
    expect(existsSync(join(server.root, "never"))).toBe(false);
  });

  it("is ended on the host when its time is over, with all it started", async () => {
    const server = await serve({ shell });
    const pidFile = join(server.root, "pid");
    const slow = job({ slow: sh`sleep 60 & echo $! >${pidFile}; wait` }, { timeoutSeconds: 1 });
    await expect(openHost(server.connection).perform(slow)).rejects.toThrow('step "slow" did not end within 1 s');
    const pid = readFileSync(pidFile, "utf8").trim();
    await until("the sleeping child has ended", () => !isRunning(pid));
  });

  it("brings files whole, keeps them from others, and leaves nothing of them behind", async () => {
    const server = await serve({ shell });
    const big = Buffer.alloc(1024 * 1024, 0);
    for (let index = 0; index < big.length; index += 1) big[index] = (index * 7919) % 256;
    const copy = join(server.root, "copy");
    await openHost(server.connection).perform(
      job(
        {
          use: sh`grep -q ${"canary"} "$JOB_FILES/secret.txt"; cp "$JOB_FILES/big" ${copy}; stat -c %a "$JOB_FILES/secret.txt"`,
        },
        {
          files: [
            { name: "secret.txt", content: SECRET },
            { name: "big", content: big },
          ],
        },
      ),
    );
    expect(readFileSync(copy).equals(big)).toBe(true);
    expect(readFileSync(join(server.root, "jobs/domu-guest1/1/log"), "utf8")).toContain("600");
    expect(filesHolding(SECRET, server.root)).toEqual([]);
    expect(existsSync(join(server.root, "jobs/domu-guest1/1/files"))).toBe(false);
  });

  it("goes on while the link is cut, and its one result comes over the next connection", async () => {
    const server = await serve({ shell });
    const done = join(server.root, "done");
    const told: string[] = [];
    const result = openHost(server.connection).perform(
      job({ work: sh`echo begin; sleep 1; echo x >>${done}; echo end` }),
      (line) => {
        told.push(line);
        if (line === "begin") server.cut();
      },
    );
    expect((await result).log).toContain("end");
    expect(countLines(done)).toBe(1);
    expect(told.filter((line) => line === "begin")).toHaveLength(1);
    expect(server.counts.connections).toBe(2);
  });

  it("serialises with another job on the same object, and each runs once", async () => {
    const server = await serve({ shell });
    const trace = join(server.root, "trace");
    const host = openHost(server.connection);
    const step = (name: string): ShellText =>
      sh`echo ${`${name} begins`} >>${trace}; sleep 0.5; echo ${`${name} ends`} >>${trace}`;
    await Promise.all([host.perform(job({ work: step("a") })), host.perform(job({ work: step("b") }))]);
    const [first, second, third, fourth] = readFileSync(trace, "utf8").trim().split("\n");
    expect([first?.slice(2), second?.slice(2), third?.slice(2), fourth?.slice(2)]).toEqual([
      "begins",
      "ends",
      "begins",
      "ends",
    ]);
    expect(first?.[0]).toBe(second?.[0]);
  });

  it("joins the same job where it already runs", async () => {
    const server = await serve({ shell });
    const trace = join(server.root, "trace");
    const host = openHost(server.connection);
    const same = job({ work: sh`echo x >>${trace}; sleep 0.7` });
    const results = await Promise.all([host.perform(same), host.perform(same), host.perform(same)]);
    expect(results.map((result) => result.jobId)).toEqual(["domu/guest1/1", "domu/guest1/1", "domu/guest1/1"]);
    expect(countLines(trace)).toBe(1);
  });

  it("waits for a section that a job of another object holds", async () => {
    const server = await serve({ shell });
    const trace = join(server.root, "trace");
    const host = openHost(server.connection);
    const work = (object: string): Job =>
      job(
        { work: sh`echo begin >>${trace}; sleep 0.5; echo end >>${trace}` },
        { object, sections: ["network", "boot"] },
      );
    await Promise.all([host.perform(work("bridge/a")), host.perform(work("bridge/b"))]);
    expect(readFileSync(trace, "utf8").trim().split("\n")).toEqual(["begin", "end", "begin", "end"]);
  });
});

describe("a host without setsid, flock or timeout", () => {
  it("runs jobs all the same, one at a time for an object, and ends an overdue one", async () => {
    const server = await serve();
    const bin = join(server.root, "bin");
    execFileSync("/bin/sh", [
      "-c",
      `mkdir ${bin}; for t in sh base64 cat tr mktemp rm mkdir rmdir mv ln chmod gzip date sleep grep tail dd mkfifo sed wc cp cmp dirname sync ls env; do ln -s "$(command -v $t)" ${bin}/$t; done`,
    ]);
    const poor = await serve({ environment: { PULUMI_XEN_PATH: bin, PULUMI_XEN_ROOT: server.root } });
    const host = openHost(poor.connection);
    const trace = join(server.root, "trace");
    const step = (name: string): ShellText => sh`echo ${name} >>${trace}; sleep 0.5; echo ${name} >>${trace}`;
    await Promise.all([host.perform(job({ work: step("a") })), host.perform(job({ work: step("b") }))]);
    const names = readFileSync(trace, "utf8").trim().split("\n");
    expect(names[0]).toBe(names[1]);
    const slow = job({ slow: sh`sleep 60 & echo $! >${trace}; wait` }, { timeoutSeconds: 1 });
    await expect(host.perform(slow)).rejects.toThrow("did not end within 1 s");
    const pid = readFileSync(trace, "utf8").trim();
    await until("the sleeping child has ended", () => !isRunning(pid));
  });
});

describe("following and forgetting", () => {
  it("says that no job runs where none does, and leaves a host untouched that is only asked", async () => {
    const server = await serve();
    rmSync(server.root, { recursive: true });
    expect(await openHost(server.connection).follow("domu/guest1")).toBeUndefined();
    expect(existsSync(server.root)).toBe(false);
  });

  it("leaves nothing on the host when its last object is forgotten", async () => {
    const server = await serve();
    const host = openHost(server.connection);
    await host.perform(job({ work: sh`:` }, { sections: ["boot", "packages"] }));
    await host.perform(job({ work: sh`:` }, { object: "bridge/br0" }));
    await host.forget("domu/guest1");
    expect(readdirSync(join(server.root, "jobs")).sort()).toEqual(["bridge-br0", "locks"]);
    await host.forget("bridge/br0");
    await host.forget("bridge/br0");
    expect(existsSync(server.root)).toBe(false);
  });

  it("goes on when another one's forgetting takes a folder from under it", async () => {
    const bin = mkdtempSync(join(tmpdir(), "pulumi-xen-bin-"));
    const taken = join(bin, "taken");
    // As it comes out between two of mkdir's own steps: what it has made is gone when it wants to build on it.
    writeFileSync(
      join(bin, "mkdir"),
      `#!/bin/sh
case $* in */jobs/locks)
  if [ ! -e ${taken} ]; then : >${taken}; echo "mkdir: No such file or directory" >&2; exit 1; fi ;;
esac
exec /bin/mkdir "$@"
`,
      { mode: 0o755 },
    );
    const server = await serve({ environment: { PULUMI_XEN_PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin` } });
    const host = openHost(server.connection);
    const told: string[] = [];
    await host.perform(job({ work: sh`echo done` }), (line) => told.push(line));
    expect(told).toContain("done");
    rmSync(taken);
    rmSync(join(server.root, "jobs/locks"), { recursive: true });
    await host.forget("domu/guest1");
    expect(existsSync(taken)).toBe(true);
    expect(existsSync(server.root)).toBe(false);
    rmSync(bin, { recursive: true });
  });

  it("keeps the folders of the last five jobs of an object", async () => {
    const server = await serve();
    const host = openHost(server.connection);
    for (let index = 0; index < 7; index += 1) await host.perform(job({ work: sh`echo ${index}` }));
    expect(readdirSync(join(server.root, "jobs/domu-guest1")).sort()).toEqual(["3", "4", "5", "6", "7"]);
  });

  it("says that the host was restarted where a job has no verdict and another boot runs", async () => {
    const server = await serve();
    const host = openHost(server.connection);
    const mark = join(server.root, "mark");
    const first = host.perform(job({ work: sh`echo x >>${mark}; sleep 3` }));
    await until("the job works", () => existsSync(mark));
    const folder = join(server.root, "jobs/domu-guest1/1");
    // First the other boot: who follows must not see them dead under this one.
    execFileSync("/bin/sh", [
      "-c",
      `dead=$(awk '{print $2}' ${folder}/processes); sed -i 's/[^ ]*$/another-boot/' ${folder}/processes; kill -9 $dead`,
    ]);
    await expect(first).rejects.toThrow('the host was restarted while step "work" ran');
    await host.perform(job({ work: sh`echo x >>${mark}` }));
    expect(countLines(mark)).toBe(2);
  });

  it("bounds the log of a step that floods it, and keeps its beginning and end", async () => {
    const server = await serve();
    const result = await openHost(server.connection).perform(
      job({ flood: sh`echo first line; head -c 40000000 /dev/zero | tr '\0' x; echo; echo last line` }),
    );
    expect(result.log).toContain("first line");
    expect(result.log).toContain("last line");
    expect(result.log.length).toBeLessThan(300_000);
  });
});

function isRunning(pid: string): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function filesHolding(text: string, folder: string): string[] {
  try {
    return execFileSync("grep", ["-rl", "--", text, folder], { encoding: "utf8" }).trim().split("\n");
  } catch {
    return [];
  }
}
