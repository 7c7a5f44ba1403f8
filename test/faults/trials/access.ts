/** Getting there: sessions are few, the host's key is wrong, the login is refused, sudo asks, the server falls silent. */
import { execFileSync } from "node:child_process";
import { chmodSync, renameSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Connection } from "../../../provider/remote";
import { type Sshd, startSshd } from "../../support/sshd";
import { type Hold, STEPS } from "../steps";
import { type Trial, heldAt, throughout } from "../trial";
import type { World, WorldOptions } from "../world";

/** Where a cut is followed by another dial, which meets the fault. An upload is not begun again by itself. */
const DIALS_AGAIN: readonly Hold[] = ["start", "launch", "lock", "run", "write", "follow", "result", "clean"];

const sessions: Trial[] = [
  ...["MaxSessions 1", "MaxSessions 2", "MaxSessions 10"].map((setting) =>
    throughout(STEPS, {
      fault: "sessions",
      variant: setting,
      isSample: setting === "MaxSessions 1",
      world: { config: [setting] },
      expected: { codes: [] },
    }),
  ),
  throughout(["connect"], {
    fault: "sessions",
    variant: "MaxStartups 3 used up by others for 2 s",
    isSample: true,
    world: { config: ["MaxStartups 3:100:3"] },
    expected: { codes: [] },
    prepare: (world) => {
      const others = [1, 2, 3].map(() => connect({ host: "127.0.0.1", port: world.sshd.port }));
      for (const socket of others) socket.on("error", () => undefined);
      void pause(2_000).then(() => {
        for (const socket of others) socket.destroy();
      });
    },
  }),
];

const stranger = (world: World): string => {
  const file = join(world.folder, "stranger");
  execFileSync("/bin/sh", ["-c", 'test -e "$1" || ssh-keygen -q -t ed25519 -N "" -f "$1"', "sh", file]);
  return file;
};
const publicKey = (file: string): string =>
  execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" }).split(" ").slice(0, 2).join(" ").trim();

/** A connection that is wrong in one way until it is healed. */
function wrong(how: (right: Connection, world: World) => Partial<Connection>) {
  return {
    connection: (right: Connection, world: World): Connection =>
      world.isHealed ? right : { ...right, ...how(right, world) },
  };
}

const hostKeys: Trial[] = [
  throughout(["connect"], {
    fault: "hostKey",
    variant: "wrong",
    isSample: true,
    world: wrong((_right, world) => ({ hostKey: publicKey(stranger(world)) })),
    expected: { codes: ["host-key"], mustFail: true, says: /another host key.*SHA256/ },
  }),
  throughout(["connect"], {
    fault: "hostKey",
    variant: "of a type that the host does not have",
    world: wrong((_right, world) => {
      const file = join(world.folder, "ecdsa");
      execFileSync("/bin/sh", ["-c", 'test -e "$1" || ssh-keygen -q -t ecdsa -N "" -f "$1"', "sh", file]);
      return { hostKey: publicKey(file) };
    }),
    expected: { codes: ["host-key"], mustFail: true },
  }),
  ...DIALS_AGAIN.map((hold) =>
    heldAt(hold, {
      fault: "hostKey",
      variant: "another machine answers after a cut",
      isSample: hold === "run",
      expected: { codes: ["host-key"], mustFail: true, says: /another host key.*SHA256/ },
      strike: async (world) => {
        const impostor = await startSshd();
        impostors.set(world, impostor);
        world.proxy.leadTo(impostor.port);
        world.proxy.cut("rst");
      },
      letGo: "when the run has ended",
      heal: async (world) => {
        world.proxy.leadTo(world.sshd.port);
        await impostors.get(world)?.stop();
      },
    }),
  ),
];
const impostors = new WeakMap<World, Sshd>();

const logins: Trial[] = [
  throughout(["connect"], {
    fault: "login",
    variant: "a key that the host does not take",
    isSample: true,
    world: wrong((_right, world) => ({ privateKeyFile: stranger(world) })),
    expected: { codes: ["authentication"], mustFail: true, says: /authorized_keys/ },
  }),
  throughout(["connect"], {
    fault: "login",
    variant: "no agent",
    world: {
      connection: (right, world) => {
        if (world.isHealed) return right;
        const { privateKeyFile: _file, ...rest } = right;
        process.env["SSH_AUTH_SOCK"] = join(world.folder, "no-agent");
        return rest;
      },
    },
    expected: { codes: ["authentication"], mustFail: true, says: /agent/ },
  }),
  throughout(["connect"], {
    fault: "login",
    variant: "a wrong passphrase",
    world: wrong((_right, world) => {
      const file = join(world.folder, "locked");
      execFileSync("/bin/sh", ["-c", 'test -e "$1" || ssh-keygen -q -a 1 -t ed25519 -N open -f "$1"', "sh", file]);
      return { privateKeyFile: file, passphrase: world.secret };
    }),
    expected: { codes: ["authentication"], mustFail: true, says: /passphrase/, overOpenssh: { says: /encrypted key/ } },
  }),
  throughout(["connect"], {
    fault: "login",
    variant: "a wrong password",
    world: { inProcess: { password: "right" }, ...wrong((_right, world) => ({ password: world.secret })) },
    expected: { codes: ["authentication"], mustFail: true, says: /the password/ },
  }),
  ...DIALS_AGAIN.map((hold) =>
    heldAt(hold, {
      fault: "login",
      variant: "refused after a cut",
      expected: { codes: ["authentication"], mustFail: true },
      strike: (world) => {
        execFileSync("mv", [join(world.sshd.folder, "authorized_keys"), join(world.sshd.folder, "taken")]);
        world.proxy.cut("rst");
      },
      letGo: "when the run has ended",
      heal: (world) => {
        execFileSync("mv", [join(world.sshd.folder, "taken"), join(world.sshd.folder, "authorized_keys")]);
      },
    }),
  ),
];

/** sudo as the login finds it: it works, or it says this and refuses. */
function writeSudo(world: World, refusal: string | undefined): void {
  const works = '[ "$1 $2" = "-n --" ] || exit 9\nshift 2\nexec "$@"';
  const file = join(world.logins, "sudo");
  // Beside it, and then in its place: the former one may be running just then.
  writeFileSync(`${file}.new`, `#!/bin/sh\n${refusal === undefined ? works : `echo "sudo: ${refusal}" >&2\nexit 1`}\n`);
  chmodSync(`${file}.new`, 0o755);
  renameSync(`${file}.new`, file);
}

const viaSudo: WorldOptions = { inProcess: {}, connection: (right) => ({ ...right, sudo: true }) };

const sudos: Trial[] = [
  throughout(STEPS, {
    fault: "sudo",
    variant: "that works",
    world: viaSudo,
    expected: { codes: [] },
    prepare: (world) => {
      writeSudo(world, undefined);
    },
  }),
  ...["a password is required", "sorry, you must have a tty to run sudo"].map((refusal) =>
    throughout(["connect"], {
      fault: "sudo",
      variant: refusal,
      isSample: true,
      world: viaSudo,
      expected: { codes: ["authentication"], mustFail: true, says: /NOPASSWD/ },
      prepare: (world) => {
        writeSudo(world, refusal);
      },
      heal: (world) => {
        writeSudo(world, undefined);
      },
    }),
  ),
  ...DIALS_AGAIN.map((hold) =>
    heldAt(hold, {
      fault: "sudo",
      variant: "asks since a cut",
      world: viaSudo,
      prepare: (world) => {
        writeSudo(world, undefined);
      },
      expected: { codes: ["authentication"], mustFail: true, says: /NOPASSWD/ },
      strike: (world) => {
        writeSudo(world, "a password is required");
        world.server.cut();
      },
      letGo: "when the run has ended",
      heal: (world) => {
        writeSudo(world, undefined);
      },
    }),
  ),
];

const silent: Trial[] = [
  ...(
    [
      ["banner", 0],
      ["key exchange", 60],
    ] as const
  ).map(([phase, bytes]) =>
    throughout(["connect"], {
      fault: "silent",
      variant: `at the ${phase}, for ever`,
      expected: {
        codes: ["connect"],
        mustFail: true,
        says: /no (greeting|end of the key exchange)/,
        overOpenssh: { says: /timed out/ },
        seconds: 150,
      },
      prepare: (world) => {
        world.proxy.trigger({ from: "host", bytes, act: "dark" }, { each: true });
      },
      heal: (world) => {
        world.proxy.trigger(undefined);
      },
    }),
  ),
  ...(["login", "channel", "command"] as const).flatMap((phase) => [
    throughout(["connect"], {
      fault: "silent",
      variant: `at the ${phase}, for ever`,
      world: { inProcess: {} },
      expected: { codes: ["connect"], mustFail: true, seconds: 150 },
      prepare: (world) => {
        world.server.fallSilent(phase);
      },
      heal: (world) => {
        world.server.fallSilent(undefined);
      },
    }),
    ...DIALS_AGAIN.map((hold) =>
      heldAt(hold, {
        fault: "silent",
        variant: `at the ${phase} for 15 s after a cut`,
        world: { inProcess: {} },
        expected: { codes: [], seconds: 120 },
        strike: (world) => {
          world.server.fallSilent(phase);
          world.server.cut();
          void pause(15_000).then(() => {
            world.server.fallSilent(undefined);
          });
        },
      }),
    ),
  ]),
];

export const accessTrials: readonly Trial[] = [...sessions, ...hostKeys, ...logins, ...sudos, ...silent];
