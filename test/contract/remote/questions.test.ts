import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { CommandError } from "../../../provider/errors";
import { ConnectError, WrongHostError } from "../../../provider/errors";
import { closeHosts, openHost } from "../../../provider/remote";
import { type Question, type ShellText, sh } from "../../../provider/shell";
import { type SshServer, type SshServerOptions, startSshServer } from "../../support/ssh-server";
import { type Sshd, startSshd } from "../../support/sshd";
import { until } from "../../support/eventually";

// The machine that runs this may be busy with emulated hosts.
jest.setTimeout(60_000);

let stops: (() => Promise<void>)[] = [];

async function serve(options: SshServerOptions = {}): Promise<SshServer> {
  const server = await startSshServer(options);
  stops.push(server.stop);
  return server;
}

async function serveReally(config: readonly string[]): Promise<Sshd> {
  const sshd = await startSshd({ config });
  stops.push(sshd.stop);
  return sshd;
}

afterEach(async () => {
  await closeHosts();
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});

function value(script: ShellText, about = "a value"): Question<string> {
  return { about, script, read: (answer) => answer.need("value") };
}

/** Two processes, one below the other, that go on for long; their pids go to a file. */
function hanging(pids: string): ShellText {
  const program = `echo $$ >>'${pids}'; sh -c 'echo $$ >>"$1"; exec sleep 300' sh '${pids}'; :`;
  return sh`sh -c ${program}; say value late`;
}

function running(pids: string): string[] {
  if (!existsSync(pids)) return [];
  return readFileSync(pids, "utf8")
    .split("\n")
    .filter((pid) => pid !== "" && existsSync(`/proc/${pid}`));
}

describe.each(["dash", "bash", "busybox sh"])("questions to %s", (shell) => {
  it("of the same moment travel as one script, each with its own answer", async () => {
    const server = await serve({ shell });
    const host = openHost(server.connection);
    const numbers = Array.from({ length: 60 }, (_, index) => String(index));
    const answers = await Promise.all(numbers.map((number) => host.ask(value(sh`say value ${number}`))));
    expect(answers).toEqual(numbers);
    expect(server.counts.scripts).toBe(1);
    expect(server.counts.connections).toBe(1);
  });

  it("that fail, exit, read stdin or shout spoil no other answer", async () => {
    const server = await serve({ shell });
    const host = openHost(server.connection);
    const all = await Promise.allSettled([
      host.ask(value(sh`say value first`)),
      host.ask(value(sh`say value lost; echo no such thing >&2; false; say value never`, "the broken one")),
      host.ask(value(sh`exit 7`, "the leaving one")),
      host.ask(value(sh`cat; echo noise; echo 'value=*'; say value "after noise"`)),
      host.ask(value(sh`say other thing`, "the silent one")),
      host.ask(value(sh`say value ${"ä\n'$(x)` \\ %s ="}`)),
    ]);
    expect(all.map((one) => (one.status === "fulfilled" ? one.value : String(one.reason)))).toEqual([
      "first",
      `CommandError: root@127.0.0.1:${String(server.port)} did not answer on the broken one: exit code 1: no such thing`,
      `CommandError: root@127.0.0.1:${String(server.port)} did not answer on the leaving one: exit code 7.`,
      "after noise",
      'OutputParseError: The host\'s answer lacks "value".',
      "ä\n'$(x)` \\ %s =",
    ]);
  });

  it("say a command's output, exit code and complaint, and a file's bytes or nothing", async () => {
    const server = await serve({ shell });
    const file = join(server.root, "a file");
    writeFileSync(file, "line\nlast without end");
    const answer = await openHost(server.connection).ask({
      about: "several",
      script: sh`say_cmd list sh -c ${"echo out; echo err >&2; exit 3"}
say_file there ${file}
say_file gone ${`${file}.not`}`,
      read: (said) => [
        said.get("list"),
        said.get("list.rc"),
        said.get("list.err"),
        said.get("there"),
        said.get("gone"),
      ],
    });
    expect(answer).toEqual(["out\n", "3", "err\n", "line\nlast without end", undefined]);
  });

  it("that need the same of the host have it asked once, each gets all of it, and nothing of it stays", async () => {
    const temporary = mkdtempSync(join(tmpdir(), "px-questions-"));
    // The first one is of a killed shell; the others are not ours, or of a shell that this process table does not show.
    const old = "pulumi-xen.999999999.0123456789abcdef";
    const others = [
      "pulumi-xen.2024.backup",
      "pulumi-xen.999999998.0123456789abcdef",
      "pulumi-xen.notes.0123456789abcdef",
    ];
    for (const name of [old, ...others]) mkdirSync(join(temporary, name));
    const twoHoursAgo = Date.now() / 1000 - 7200;
    utimesSync(join(temporary, old), twoHoursAgo, twoHoursAgo);
    const server = await serve({ shell, environment: { TMPDIR: temporary } });
    const host = openHost(server.connection);
    const count = join(server.root, "count");
    const shared = (index: number): Question<readonly (string | undefined)[]> => ({
      about: "something shared",
      script: sh`say_once list sh -c ${`echo x >>'${count}'; echo "out ä"; echo err >&2; exit 3`}
say own ${index}`,
      read: (said) => [said.need("list"), said.need("list.rc"), said.need("list.err"), said.need("own")],
    });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => host.ask(shared(index))));
    expect(answers).toEqual(answers.map((_, index) => ["out ä\n", "3", "err\n", String(index)]));
    expect(readFileSync(count, "utf8")).toBe("x\n");
    await host.ask(shared(0));
    expect(readFileSync(count, "utf8")).toBe("x\nx\n");
    expect(readdirSync(temporary).sort()).toEqual(others);
    rmSync(temporary, { recursive: true });
  });

  it("that hang are ended on the host, and what stood behind them is asked again", async () => {
    const server = await serve({ shell });
    const host = openHost(server.connection);
    const pids = join(server.root, "pids");
    const [stuck, behind] = await Promise.allSettled([
      host.ask(value(hanging(pids), "the stuck one"), { timeoutSeconds: 1 }),
      host.ask(value(sh`say value behind`), { timeoutSeconds: 1 }),
    ]);
    expect(stuck.status === "rejected" && (stuck.reason as CommandError).code).toBe("command");
    expect(behind).toEqual({ status: "fulfilled", value: "behind" });
    await until("nothing of it runs", () => running(pids).length === 0);
  });

  it("whose connection ends are ended on the host with all they have started", async () => {
    const server = await serve({ shell });
    const pids = join(server.root, "pids");
    const asked = openHost(server.connection).ask(value(hanging(pids)), { timeoutSeconds: 3 });
    const failed = expect(asked).rejects.toThrow("within 3 s");
    await until("it runs", () => running(pids).length === 2);
    const first = running(pids);
    server.cut();
    await until("nothing of it runs", () => !running(pids).some((pid) => first.includes(pid)));
    // It was asked again meanwhile, over a new connection.
    await failed;
    await until("nothing of that runs", () => running(pids).length === 0);
  });
});

describe("answers", () => {
  it("are never older than their questions", async () => {
    const server = await serve();
    const host = openHost(server.connection);
    const file = join(server.root, "state");
    for (let index = 0; index < 20; index += 1) {
      writeFileSync(file, String(index));
      // Another question is on its way meanwhile: ours must not take a ride on it.
      const before = host.ask(value(sh`say value x; sleep 0.02`));
      writeFileSync(file, `${String(index)} new`);
      expect(await host.ask(value(sh`say value "$(cat ${file})"`))).toBe(`${String(index)} new`);
      await before;
    }
  });

  it("come after a lost link, because reading may be repeated", async () => {
    let cuts = 0;
    const server = await serve({
      onExec: (_command, _channel, self) => {
        if (cuts >= 2) return false;
        cuts += 1;
        self.cut();
        return true;
      },
    });
    expect(await openHost(server.connection).ask(value(sh`say value here`))).toBe("here");
  });

  it("of a host that always breaks off are a ConnectError, never absence", async () => {
    const server = await serve({
      onStdin: (_bytes, self) => {
        self.cut();
      },
    });
    await expect(openHost(server.connection).ask(value(sh`say value here`))).rejects.toThrow(ConnectError);
  });

  it("of a host that closes without an exit status count for nothing", async () => {
    const server = await serve({
      onExec: (_command, channel) => {
        channel.once("data", () => {
          channel.end("value=eA==\n");
        });
        return true;
      },
    });
    await expect(openHost(server.connection).ask(value(sh`say value x`))).rejects.toThrow(ConnectError);
  });

  it("that flood are cut off and named", async () => {
    const server = await serve();
    await expect(openHost(server.connection).ask(value(sh`cat /dev/zero | tr '\0' x`, "the flood"))).rejects.toThrow(
      "did not answer on the flood: it said more than 16 MiB",
    );
  });

  it("of another machine than the recorded one are refused", async () => {
    const server = await serve();
    const { machineId } = await openHost(server.connection).identity();
    expect(await openHost(server.connection, { machineId }).ask(value(sh`say value x`))).toBe("x");
    const other = openHost(server.connection, { machineId: "0123456789abcdef0123456789abcdef" });
    await expect(other.ask(value(sh`say value x`))).rejects.toThrow(WrongHostError);
    const touched = join(server.root, "touched");
    const job = {
      object: "domu/x",
      title: "touch",
      steps: [{ name: "touch", title: "touch", effect: "none" as const, script: sh`: >${touched}` }],
    };
    await expect(other.perform(job)).rejects.toThrow(WrongHostError);
    expect(() => readFileSync(touched)).toThrow("ENOENT");
  });
});

describe("a refresh of 120 objects", () => {
  it.each([10, 32, 64])(
    "asked %i at a time is one script or two at the server, and each answer is as young as its question",
    async (parallelism) => {
      const server = await serve();
      const host = openHost(server.connection);
      const clock = join(server.root, "clock");
      writeFileSync(clock, "0");
      let asked = 0;
      const oneAfterTheOther = async (): Promise<void> => {
        while (asked < 120) {
          asked += 1;
          const now = String(asked);
          writeFileSync(clock, now);
          const seen = await host.ask(value(sh`say value "$(cat ${clock})"`));
          expect(Number(seen)).toBeGreaterThanOrEqual(Number(now));
        }
      };
      await Promise.all(Array.from({ length: parallelism }, oneAfterTheOther));
      expect(server.counts.scripts).toBeLessThanOrEqual(2);
      expect(server.counts.connections).toBe(1);
    },
  );

  it("goes on beside one question that hangs", async () => {
    const server = await serve();
    const host = openHost(server.connection);
    const go = join(server.root, "go");
    const hanging = host.ask(value(sh`while [ ! -e ${go} ]; do sleep 0.05; done; say value late`));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const others = Array.from({ length: 30 }, (_, index) => host.ask(value(sh`say value ${index}`)));
    expect(await Promise.all(others)).toHaveLength(30);
    writeFileSync(go, "");
    expect(await hanging).toBe("late");
    expect(server.counts.scripts).toBe(2);
  });
});

describe("a host that allows one session at a time", () => {
  it("gets a file after questions, and questions after a file", async () => {
    const sshd = await serveReally(["MaxSessions 1"]);
    const host = openHost(sshd.connection);
    const path = join(sshd.root, "file");
    const content = Buffer.from("content");
    for (let round = 0; round < 3; round += 1) {
      expect(await host.ask(value(sh`say value x`))).toBe("x");
      await host.upload(Readable.from([content]), {
        path,
        mode: "600",
        sha256: createHash("sha256").update(content).digest("hex"),
        sizeBytes: content.length,
      });
    }
    expect(readFileSync(path, "utf8")).toBe("content");
  });
});

describe("jobs that run for long on a host that allows few sessions", () => {
  it.each([1, 2])("keep nobody waiting for their end (MaxSessions %i)", async (maxSessions) => {
    const sshd = await serveReally([`MaxSessions ${String(maxSessions)}`]);
    const host = openHost(sshd.connection);
    const go = join(sshd.root, "go");
    const told: string[] = [];
    const waiting = Array.from({ length: maxSessions }, (_, index) =>
      host.perform(
        {
          object: `domu/guest${String(index)}`,
          title: "wait",
          steps: [
            {
              name: "wait",
              title: "wait",
              effect: "none",
              script: sh`echo begun; while [ ! -e ${go} ]; do sleep 0.1; done; echo done`,
            },
          ],
        },
        (line) => told.push(line),
      ),
    );
    await until("they have begun", () => told.filter((line) => line === "begun").length === maxSessions);
    expect(await host.ask(value(sh`say value answered`))).toBe("answered");
    await host.perform({
      object: "domu/other",
      title: "let them go",
      steps: [{ name: "go", title: "go", effect: "none", script: sh`: >${go}` }],
    });
    await Promise.all(waiting);
    expect(told.filter((line) => line === "begun")).toHaveLength(maxSessions);
    expect(told.filter((line) => line === "done")).toHaveLength(maxSessions);
  });
});

describe("many at once against a real sshd", () => {
  it.each([["MaxSessions 10"], ["MaxSessions 1"], ["MaxSessions 2"]])(
    "all succeed with %s",
    async (setting) => {
      const sshd = await serveReally([setting, "MaxStartups 10:30:100"]);
      const host = openHost(sshd.connection);
      const jobs = Array.from({ length: 12 }, (_, index) =>
        host.perform({
          object: `domu/guest${String(index)}`,
          title: "work",
          steps: [{ name: "work", title: "work", effect: "none", script: sh`echo ${index}` }],
        }),
      );
      const asks = Array.from({ length: 50 }, (_, index) => host.ask(value(sh`say value ${index}`)));
      expect(await Promise.all(asks)).toEqual(asks.map((_, index) => String(index)));
      expect(await Promise.all(jobs)).toHaveLength(12);
      expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(1);
    },
    60_000,
  );
});
