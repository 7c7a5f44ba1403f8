import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeHosts, openHost } from "../../../provider/remote";
import { type Answer, type Job, sh } from "../../../provider/shell";
import { startLinkProxy } from "../../support/link-proxy";
import { type Sshd, startSshd } from "../../support/sshd";
import { until } from "../../support/eventually";

// The machine that runs this may be busy with emulated hosts.
jest.setTimeout(60_000);

const SECRET = "canary-9c01d4";
let sshd: Sshd;

beforeEach(async () => {
  sshd = await startSshd();
});
afterEach(async () => {
  await closeHosts();
  await sshd.stop();
});

function work(script: string): Job {
  return {
    object: "domu/guest1",
    title: "change guest1",
    files: [{ name: "secret", content: SECRET }],
    steps: [{ name: "work", title: "work", effect: "none", script: sh`eval ${script}` }],
  };
}

interface Client {
  readonly process: ChildProcessWithoutNullStreams;
  readonly said: () => string;
}

function client(script: string, connection = sshd.connection, readBack?: string): Client {
  const child = spawn(process.execPath, [
    "-r",
    "./test/support/typescript-loader.cjs",
    "test/support/programs/perform.ts",
    JSON.stringify(connection),
    JSON.stringify({ script, files: [{ name: "secret", content: SECRET }], readBack }),
  ]);
  let said = "";
  child.stdout.on("data", (bytes: Buffer) => {
    said += bytes.toString("utf8");
  });
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString("utf8");
  });
  return { process: child, said: () => said };
}

/** Leaves one line in `trace`, then works until there is a file `go`. */
function untilThere(trace: string, go: string): string {
  return `echo x >>'${trace}'; echo begun; while [ ! -e '${go}' ]; do sleep 0.1; done; echo done`;
}

/** A client whose job has begun, and goes on until there is a file `go`. */
async function clientAtWork(
  connection = sshd.connection,
  readBack?: string,
): Promise<{ first: Client; script: string; trace: string; go: string }> {
  const [trace, go] = [join(sshd.folder, "trace"), join(sshd.folder, "go")];
  const script = untilThere(trace, go);
  const first = client(script, connection, readBack);
  await until("the job works", () => first.said().includes("begun"), 30_000);
  return { first, script, trace, go };
}

function logins(): number {
  return (sshd.log().match(/Accepted publickey/g) ?? []).length;
}

function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
}

it("a client killed while its job runs leaves it running, and the next one joins it: the work is done once", async () => {
  const { first, script, trace, go } = await clientAtWork();
  first.process.kill("SIGKILL");
  const told: string[] = [];
  const second = openHost(sshd.connection).perform(work(script), (line) => told.push(line));
  await until("the second one follows", () => told.includes("begun"));
  writeFileSync(go, "");
  const result = await second;
  expect(result.jobId).toBe("domu/guest1/1");
  expect(told).toContain("done");
  expect(linesOf(trace)).toEqual(["x"]);
});

it("a question about the object of a client that was killed is answered when its job has ended", async () => {
  const { first, go } = await clientAtWork();
  first.process.kill("SIGKILL");
  const host = openHost(sshd.connection);
  const question = {
    about: "the trace",
    script: sh`if [ -e ${go} ]; then say went yes; else say went no; fi`,
    read: (answer: Answer) => answer.need("went"),
  };
  let answer: string | undefined;
  const asked = host.askOnceSettled("domu/guest1", question).then((said) => (answer = said));
  // Beside it, and answered at once: so the other one has been asked as well.
  expect(await host.ask(question)).toBe("no");
  expect(answer).toBeUndefined();
  writeFileSync(go, "");
  expect(await asked).toBe("yes");
  expect(await host.askOnceSettled("domu/guest1", question)).toBe("yes");
});

it("a client told to end stops following, says that the job goes on, and the next one follows it to its end", async () => {
  const { first, trace, go } = await clientAtWork();
  first.process.kill("SIGINT");
  await until("the client has ended", () => first.process.exitCode !== null, 4_000);
  expect(first.said()).toContain('Stopped waiting for "change guest1"');
  expect(first.said()).toContain("job 1 goes on there");
  const told: string[] = [];
  const followed = openHost(sshd.connection).follow("domu/guest1", (line) => told.push(line));
  await until("the next one follows", () => told.includes("begun"));
  writeFileSync(go, "");
  const result = await followed;
  expect(result?.log).toContain("done");
  expect(linesOf(trace)).toEqual(["x"]);
});

it.each([
  ["answers soon", "sleep 1", "answered"],
  ["does not answer in time", "sleep 30", "Stopped before"],
])(
  "a client told to end looks once more at the host and says how far it came, where that %s",
  async (_what, readBack, said) => {
    const { first, go } = await clientAtWork(sshd.connection, readBack);
    first.process.kill("SIGINT");
    await until("the client has ended", () => first.process.exitCode !== null, 4_500);
    expect(first.said()).toContain(said);
    expect(first.said()).toContain("job 1 goes on there");
    writeFileSync(go, "");
    await openHost(sshd.connection).follow("domu/guest1");
  },
);

it("a client told to end while the host is away still says that the job goes on", async () => {
  const proxy = await startLinkProxy(sshd.port);
  try {
    const { first, go } = await clientAtWork({ ...sshd.connection, port: proxy.port });
    await proxy.vanish();
    first.process.kill("SIGINT");
    await until("the client has ended", () => first.process.exitCode !== null, 4_000);
    expect(first.said()).toContain("job 1 goes on there");
    writeFileSync(go, "");
    await openHost(sshd.connection).follow("domu/guest1");
  } finally {
    await proxy.stop();
  }
});

it("a client told twice to end is gone at once, and only the client", async () => {
  const { first, trace, go } = await clientAtWork();
  first.process.kill("SIGINT");
  await until("the first is heard", () => first.said().includes("Stopped waiting") || first.process.exitCode !== null);
  first.process.kill("SIGINT");
  await until(
    "the client has ended",
    () => first.process.exitCode !== null || first.process.signalCode !== null,
    2_000,
  );
  const told: string[] = [];
  const followed = openHost(sshd.connection).follow("domu/guest1", (line) => told.push(line));
  await until("the next one follows", () => told.includes("begun"));
  writeFileSync(go, "");
  expect((await followed)?.jobId).toBe("domu/guest1/1");
  expect(linesOf(trace)).toEqual(["x"]);
});

it("a client killed at any moment of the start leaves all or nothing: the next one does the work once more at most", async () => {
  for (const delayMs of [0, 20, 40, 80, 160, 320]) {
    const trace = join(sshd.folder, `trace-${String(delayMs)}`);
    const script = `echo "$$" >>'${trace}'; sleep 1`;
    const before = logins();
    const first = client(script);
    await until("it has logged in", () => logins() > before, 30_000);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    first.process.kill("SIGKILL");
    await openHost(sshd.connection).perform(work(script));
    const runs = readdirSync(join(sshd.root, "jobs/domu-guest1")).length;
    expect(runs).toBe(1);
    expect(linesOf(trace)).toHaveLength(1);
    await openHost(sshd.connection).forget("domu/guest1");
  }
});

it("no secret shows in process lists, logs or what is left in the job's folder", async () => {
  const seen: string[] = [];
  const sampler = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "latin1");
        if (command.includes(SECRET) || command.includes(Buffer.from(SECRET).toString("base64"))) seen.push(command);
      } catch {
        // It has ended.
      }
    }
  }, 10);
  try {
    await openHost(sshd.connection).perform(work('grep -c canary "$JOB_FILES/secret"; sleep 0.5'));
  } finally {
    clearInterval(sampler);
  }
  expect(seen).toEqual([]);
  const folder = join(sshd.root, "jobs/domu-guest1/1");
  const left = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  expect(left).not.toContain(SECRET);
  expect(left).not.toContain(Buffer.from(SECRET).toString("base64"));
});
