/**
 * "Could not ask" is never "is not there": every reader of every resource, through the functions that Pulumi calls,
 * under every way in which a question can go wrong between its script and us. None may report that something is gone,
 * none may touch the host, none may report success.
 *
 * PROOFS_DEEP=1 sweeps wider.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { utils } from "ssh2";
import { closeHosts } from "../../../provider/remote";
import { saidIn } from "../../../provider/shell";
import { type Bend, type BentHost, type Said, honest, startBentHost } from "../../support/proofs/bent-host";
import { OPERATIONS, type Operation, type Result, machineIdOf, operate } from "../../support/proofs/operations";
import { type Case, allCases } from "../../support/proofs/worlds";

// Thousands of small answers, on a machine that may be busy with emulated hosts.
jest.setTimeout(600_000);

const isDeep = process.env["PROOFS_DEEP"] === "1";

interface Ground extends Case {
  /** Asked by read, update and delete. */
  readonly presentHost: BentHost;
  /** Asked by create. */
  readonly absentHost: BentHost;
}

let grounds: Ground[] = [];
let machineId = "";

beforeAll(async () => {
  grounds = await Promise.all(
    allCases().map(async (one) => ({
      ...one,
      presentHost: await startBentHost(one.present),
      absentHost: await startBentHost(one.absent),
    })),
  );
  const [first] = grounds;
  if (first !== undefined) machineId = await machineIdOf(first.presentHost.connection);
});

afterEach(() => {
  jest.restoreAllMocks();
  for (const { presentHost, absentHost } of grounds) presentHost.bend = absentHost.bend = honest;
});

afterAll(async () => {
  await closeHosts();
  for (const { presentHost, absentHost, present, absent } of grounds) {
    await Promise.all([presentHost.stop(), absentHost.stop()]);
    present.remove();
    absent.remove();
  }
});

function hostOf(ground: Ground, operation: Operation): BentHost {
  return operation === "create" ? ground.absentHost : ground.presentHost;
}

/** One operation under a bend. */
async function under(ground: Ground, operation: Operation, bend: Bend): Promise<Result> {
  const host = hostOf(ground, operation);
  host.bend = bend;
  return operate(ground, operation, host, machineId);
}

/** What a careless reader would have made of it; empty when nothing. */
function believed(what: string, { reported, message, touches }: Result): string[] {
  return reported === "failed" && touches.length === 0
    ? []
    : [`${what}: reported ${reported}, touched ${touches.join(" ") || "nothing"} ${message}`];
}

/** All resources at once: most of the time is waiting. */
async function sweep(each: (ground: Ground) => Promise<string[]>): Promise<string[]> {
  return (await Promise.all(grounds.map(each))).flat();
}

/** Bends the answers to questions; whether a job runs is answered honestly. */
function asks(bend: (said: Said) => Said): Bend {
  return (heard, said) => (heard === "ask" ? bend(said) : said);
}

const always =
  (bend: (said: Said) => Said): Bend =>
  (_heard, said) =>
    bend(said);

/** Where the last question's end is told: what is cut before it is no answer. */
function endOf(said: Said): number {
  return said.stdout.lastIndexOf("\n@", said.stdout.lastIndexOf(" end "));
}

function cutAt(said: Said, bytes: number, ending: Said["ending"]): Said {
  return { ...said, stdout: said.stdout.subarray(0, bytes), ending };
}

describe("where the host answers honestly", () => {
  it("what is there is reported as there, and what is not as gone", async () => {
    const told = await sweep(async (ground) => {
      const there = await operate(ground, "read", ground.presentHost, machineId);
      const gone = await operate(ground, "read", ground.absentHost, machineId);
      return [`${ground.kind}: ${there.reported}, ${ground.canBeAbsent ? gone.reported : "gone"} ${there.message}`];
    });
    expect(told).toEqual(grounds.map(({ kind }) => `${kind}: there, gone `));
  });

  it("create, update and delete begin to work on it, which shows that they could be seen to", async () => {
    const told = await sweep(async (ground) => {
      const results: string[] = [];
      for (const operation of ["create", "update", "delete"] as const) {
        const { touches, message } = await operate(ground, operation, hostOf(ground, operation), machineId);
        if (!touches.includes("start")) results.push(`${ground.kind} ${operation}: ${touches.join(" ")} ${message}`);
      }
      return results;
    });
    expect(told).toEqual([]);
  });

  it("what is gone already is deleted without a complaint", async () => {
    const told = await sweep(async (ground) => {
      const { reported, message } = await operate(ground, "delete", ground.absentHost, machineId);
      return reported === "done" ? [] : [`${ground.kind}: ${message}`];
    });
    expect(told).toEqual([]);
  });
});

describe("an answer that does not come, or not whole", () => {
  const flood = Buffer.alloc(17 * 1024 * 1024, "x");
  const silent = Buffer.alloc(0);
  /** These end the connection's patience at once: also the question whether a job runs is bent. */
  const refusals: Record<string, (said: Said) => Said> = {
    ...Object.fromEntries(
      [1, 2, 124, 126, 127, 137, 255].flatMap((code) => [
        [`exit code ${code}, nothing said`, (said: Said) => ({ ...said, stdout: silent, ending: code })],
        [`exit code ${code} in the middle`, (said: Said) => cutAt(said, Math.floor(endOf(said) * 0.6), code)],
      ]),
    ),
    "exit code 0, nothing said": (said) => ({ ...said, stdout: silent, stderr: "", ending: 0 }),
    "exit code 0 in the middle": (said) => cutAt(said, Math.floor(endOf(said) * 0.6), 0),
    "killed in the middle": (said) => cutAt(said, Math.floor(endOf(said) * 0.6), "KILL"),
    "sudo wants a password": () => ({ stdout: silent, stderr: "sudo: a password is required\n", ending: 1 }),
    "no login shell": () => ({
      stdout: Buffer.from("This account is currently not available.\n"),
      stderr: "",
      ending: 1,
    }),
    "sh is missing": () => ({ stdout: silent, stderr: "sh: /bin/sh: not found\n", ending: 127 }),
    "a banner in place of an answer": () => ({ stdout: Buffer.from("Welcome!\nrc=MA==\n"), stderr: "", ending: 0 }),
    "lines of another's answer": (said) => ({
      ...said,
      stdout: Buffer.from(said.stdout.toString("latin1").replaceAll(/@[0-9a-f]{16}/g, "@0123456789abcdef")),
    }),
    "NUL bytes": (said) => ({ ...said, stdout: Buffer.alloc(said.stdout.length) }),
  };
  /** A link that is lost is looked for again, three times for a question. */
  const losses: Record<string, (said: Said) => Said> = {
    "closed without a status, nothing said": (said) => cutAt(said, 0, "none"),
    "closed without a status in the middle": (said) => cutAt(said, Math.floor(endOf(said) / 2), "none"),
    "closed without a status before the end": (said) => cutAt(said, endOf(said), "none"),
    "link cut, nothing said": (said) => cutAt(said, 0, "cut"),
    "link cut in the middle": (said) => cutAt(said, Math.floor(endOf(said) / 2), "cut"),
    "a flood": (said) => ({
      ...said,
      stdout: Buffer.concat([said.stdout.subarray(0, Math.floor(endOf(said) / 2)), flood]),
    }),
  };

  it.each([
    ["refused, ended or nonsense", refusals, always],
    ["lost or flooded", losses, asks],
  ] as const)("is never taken for absence or success: %s", async (_title, faults, bending) => {
    hasten();
    let cells = 0;
    const wrong = await sweep(async (ground) => {
      const found: string[] = [];
      for (const [name, fault] of Object.entries(faults)) {
        for (const operation of OPERATIONS) {
          cells += 1;
          found.push(
            ...believed(`${ground.kind} ${operation}, ${name}`, await under(ground, operation, bending(fault))),
          );
        }
      }
      return found;
    });
    expect(wrong).toEqual([]);
    expect(cells).toBeGreaterThanOrEqual(Object.keys(faults).length * OPERATIONS.length * 5);
  });

  it("is never taken for absence or success where only the question whether a job runs fails", async () => {
    const wrong = await sweep(async (ground) => {
      const found: string[] = [];
      for (const operation of ["create", "update", "delete"] as const) {
        for (const ending of [127, 255, "KILL"] as const) {
          // The look says that one may run; whether it does, nobody answers.
          const bend: Bend = (heard, said) =>
            heard === "follow"
              ? { ...said, stdout: silent, ending }
              : {
                  ...said,
                  stdout: Buffer.from(
                    said.stdout.toString("latin1").replaceAll("px_former=~no", "px_former=~yes"),
                    "latin1",
                  ),
                };
          found.push(
            ...believed(
              `${ground.kind} ${operation}, no answer on a former job (${ending})`,
              await under(ground, operation, bend),
            ),
          );
        }
      }
      return found;
    });
    expect(wrong).toEqual([]);
  });

  it("is never taken for absence or success wherever it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), async (share) => {
        const wrong = await sweep(async (ground) => {
          const bend = asks((said) => cutAt(said, Math.floor(endOf(said) * share), 255));
          return [
            ...believed(`${ground.kind} read, cut at ${share}`, await under(ground, "read", bend)),
            ...believed(`${ground.kind} update, cut at ${share}`, await under(ground, "update", bend)),
          ];
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: isDeep ? 1000 : 20, endOnFailure: true },
    );
  });

  it("is never taken for absence or success when the host falls silent", async () => {
    hasten();
    const wrong = await sweep(async (ground) => {
      const found: string[] = [];
      for (const operation of OPERATIONS) {
        const bend = asks((said) => cutAt(said, Math.floor(endOf(said) / 2), "silence"));
        found.push(...believed(`${ground.kind} ${operation}, silence`, await under(ground, operation, bend)));
      }
      return found;
    });
    expect(wrong).toEqual([]);
  });
});

describe("an answer that lacks something", () => {
  const keysOf = (said: Said): string[] =>
    said.stdout
      .toString("latin1")
      .split("\n")
      .filter((line) => !line.startsWith("@"))
      .flatMap((line) => saidIn(line)?.key ?? []);

  const withKey = (said: Said, key: string, change: (base64: string) => string | undefined): Said => ({
    ...said,
    stdout: Buffer.from(
      said.stdout
        .toString("latin1")
        .split("\n")
        .flatMap((line) => {
          if (!line.startsWith(`${key}=`)) return [line];
          const changed = change(Buffer.from(saidIn(line)?.value ?? "").toString("base64"));
          return changed === undefined ? [] : [`${key}=${changed}`];
        })
        .join("\n"),
      "latin1",
    ),
  });
  const half = (base64: string): string => {
    const text = Buffer.from(base64, "base64");
    return text.subarray(0, Math.floor(text.length / 2)).toString("base64");
  };
  const halfBase64 = (base64: string): string => base64.slice(0, Math.floor(base64.length / 2)).replace(/=+$/, "");
  const spoilings: Record<string, (base64: string) => string | undefined> = {
    lost: () => undefined,
    empty: () => "",
    "cut to its half": half,
    ...(isDeep
      ? {
          "cut in its base64": halfBase64,
          "turned into noise": (base64: string) => Buffer.from([...base64].reverse().join("")).toString("base64"),
        }
      : {}),
  };

  /** What the honest answers of both states of the host say: their keys. */
  async function keysSeen(ground: Ground): Promise<{ there: Set<string>; gone: Set<string> }> {
    const listen = async (host: BentHost): Promise<Set<string>> => {
      const seen = new Set<string>();
      host.bend = (heard, said) => {
        if (heard === "ask") for (const key of keysOf(said)) seen.add(key);
        return said;
      };
      await operate(ground, "read", host, machineId);
      host.bend = honest;
      return seen;
    };
    return { there: await listen(ground.presentHost), gone: await listen(ground.absentHost) };
  }

  it("never makes what is there look gone, whatever it lacks, and no operation succeed", async () => {
    let cells = 0;
    const wrong = await sweep(async (ground) => {
      const found: string[] = [];
      for (const key of (await keysSeen(ground)).there) {
        for (const [name, change] of Object.entries(spoilings)) {
          const bend = asks((said) => withKey(said, key, change));
          const read = await under(ground, "read", bend);
          if (read.reported === "gone") found.push(`${ground.kind} read, ${key} ${name}`);
          for (const operation of ["update", "delete"] as const) {
            if (ground.asks?.[operation]?.test(key) === false) continue;
            const { reported } = await under(ground, operation, bend);
            if (reported === "done") found.push(`${ground.kind} ${operation}, ${key} ${name}`);
          }
          cells += 1;
        }
      }
      return found;
    });
    expect(wrong).toEqual([]);
    expect(cells).toBeGreaterThan(60);
  });

  it("counts for nothing without a key that every host says", async () => {
    const wrong = await sweep(async (ground) => {
      const { there, gone } = await keysSeen(ground);
      const found: string[] = [];
      for (const key of [...there].filter((candidate) => gone.has(candidate) && !OPTIONAL.test(candidate))) {
        const bend = asks((said) => withKey(said, key, () => undefined));
        for (const operation of OPERATIONS) {
          if (ground.asks?.[operation]?.test(key) === false) continue;
          found.push(...believed(`${ground.kind} ${operation} without ${key}`, await under(ground, operation, bend)));
        }
      }
      return found;
    });
    expect(wrong).toEqual([]);
  });
});

/**
 * Files that both of our pretended hosts happen to have and another may not; complaints; GRUB's words about its disk; kernels.
 * `users`: who uses an image is only asked before a change.
 */
const OPTIONAL =
  /\.err$|^file\.|^os-release$|^grub2\.(cfg|on|on\.rc|fs|fs\.rc)$|^dom0-kernel|^ifupdown\.(there|bridge-utils)$/;

describe("a host whose tools do not work", () => {
  /** Names that a reader's script holds as words. */
  const mentioned = async (ground: Ground): Promise<string[]> => {
    const words = new Set<string>();
    ground.present.onScript = (script) => {
      for (const word of script.split(/[^A-Za-z0-9_-]+/)) words.add(word);
    };
    await operate(ground, "read", ground.presentHost, machineId);
    ground.present.onScript = undefined;
    return ground.present.tools().filter((tool) => words.has(tool));
  };
  const MISSED = ["base64", "cat", "find", "ip", "ls", "sha256sum", "stat", "tr", "xl"];
  const waysOf = (tool: string): [string, string | undefined][] => [
    ["is killed", "kill -9 $$"],
    ...(isDeep || MISSED.includes(tool) ? [["is missing", undefined] as [string, undefined]] : []),
    ...(isDeep
      ? ([
          ["fails without a word", "exit 1"],
          ["says nothing and is content", "exit 0"],
        ] as [string, string][])
      : []),
  ];

  it("never looks as if something were gone", async () => {
    let cells = 0;
    const wrong = await sweep(async (ground) => {
      const found: string[] = [];
      for (const tool of await mentioned(ground)) {
        for (const [name, text] of waysOf(tool)) {
          ground.present.spoil(tool, text);
          const read = await operate(ground, "read", ground.presentHost, machineId);
          if (read.reported === "gone") found.push(`${ground.kind} read, ${tool} ${name}`);
          ground.present.mend();
          cells += 1;
        }
      }
      return found;
    });
    expect(wrong).toEqual([]);
    expect(cells).toBeGreaterThan(50);
  });

  // Word for word as Xen 4.17 says it (dom0 without a running xenstored, no root, no hypervisor).
  it.each([
    "xencall: error: Could not obtain handle on privileged command interface: No such file or directory",
    "libxl: error: libxl.c:102:libxl_ctx_alloc: cannot open libxc handle: No such file or directory\ncannot init xl context",
    "libxl: error: libxl_domain.c:313:libxl_list_domain: getting domain info list: Permission denied\nlibxl_list_domain failed.",
    "xs_open failed: No such file or directory",
  ])("never takes a complaint of xl's for a guest that is gone: %s", async (complaint) => {
    const ground = grounds.find(({ kind }) => kind === "domu");
    if (ground === undefined) throw new Error("no guest");
    const host = ground.presentHost;
    for (const exitCode of [0, 1, 255]) {
      ground.present.spoil("xl", `printf '%s\\n' '${complaint}' >&2; exit ${exitCode}`);
      for (const operation of ["read", "update", "delete"] as const) {
        const result = await operate(ground, operation, host, machineId);
        expect(believed(`${operation}, exit code ${exitCode}`, result)).toEqual([]);
      }
      ground.present.mend();
    }
  });

  it("does not let a folder that the login may not enter look empty", async () => {
    const wrong = await sweep(async (ground) => {
      if (process.getuid?.() !== 0 || ground.kind === "xen-host") return [];
      for (const folder of ["/xen-proofs", "/var/lib/pulumi-xen"]) {
        ground.present.folder(folder);
        ground.present.close(folder);
      }
      ground.present.runAs(65534);
      const { reported } = await operate(ground, "read", ground.presentHost, machineId);
      ground.present.runAs(undefined);
      return reported === "gone" ? [ground.kind] : [];
    });
    expect(wrong).toEqual([]);
  });
});

describe("a host that cannot be reached, or is not the one", () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  async function tcp(serve: (socket: Socket) => void): Promise<number> {
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      serve(socket);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  /** All operations of all resources with another connection. */
  async function withConnection(name: string, change: object, expectedMachine = machineId): Promise<string[]> {
    return sweep(async (ground) => {
      const results = await Promise.all(
        OPERATIONS.map(async (operation): Promise<string[]> => {
          // A create knows no machine yet.
          if (expectedMachine !== machineId && operation === "create") return [];
          const { connection, touches } = hostOf(ground, operation);
          const heard: BentHost["heard"] = [];
          const host = { connection: { ...connection, ...change }, heard, touches };
          const before = touches().length;
          const { reported, message } = await operate(ground, operation, host, expectedMachine);
          const isTouched = touches().length > before;
          return reported === "failed" && !isTouched
            ? []
            : [`${ground.kind} ${operation}, ${name}: ${reported} ${message}`];
        }),
      );
      return results.flat();
    });
  }

  it("never makes anything look gone or done: refused, unknown name, hung up on, no SSH", async () => {
    hasten();
    const refused = await tcp(() => undefined);
    servers.pop()?.close();
    const hangsUp = await tcp((socket) => socket.destroy());
    const noSsh = await tcp((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const wrong = await Promise.all([
      withConnection("refused", { port: refused }),
      withConnection("no such name", { host: "nowhere.invalid" }),
      withConnection("hangs up", { port: hangsUp }),
      withConnection("no SSH", { port: noSsh }),
    ]);
    expect(wrong.flat()).toEqual([]);
  });

  it("never makes anything look gone or done: silence after the TCP connection", async () => {
    const port = await tcp(() => undefined);
    hasten();
    expect(await withConnection("silent", { port })).toEqual([]);
  });

  it("never makes anything look gone or done: login refused, key changed, another machine", async () => {
    const stranger = utils.generateKeyPairSync("ed25519");
    const hostKey = stranger.public.split(" ").slice(0, 2).join(" ");
    const wrong = [
      ...(await withConnection("login refused", { privateKey: stranger.private })),
      ...(await withConnection("no key", { privateKey: undefined, privateKeyFile: "/nonexistent" })),
      ...(await withConnection("host key changed", { hostKey })),
      ...(await withConnection("another machine", { user: "other" }, "0123456789abcdef0123456789abcdef")),
    ];
    expect(wrong).toEqual([]);
  });
});

/** Until the test's end pauses pass 20 times as fast, and the patience with a question, of minutes, 400 times. */
function hasten(): void {
  const real = globalThis.setTimeout;
  const factor = (ms: number): number => (ms >= 60_000 ? 400 : ms >= 100 ? 20 : 1);
  const hastened = (run: () => void, ms = 0): NodeJS.Timeout => real(run, ms / factor(ms));
  jest.spyOn(globalThis, "setTimeout").mockImplementation(hastened);
}
