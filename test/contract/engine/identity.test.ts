/**
 * Whose an image or a guest is, told by whole stacks over every engine this machine has, on a host behind a real sshd in
 * namespaces of its own. Its Xen is a pretended one: test/lab/identity.test.ts tells the guest's part on a real one.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackEngine } from "../../../lab/engine";
import { tryTool } from "../../../lab/host/tool";
import type { Connection } from "../../../provider/remote";
import { PretendHost, whyNoHost } from "../../histories/host/pretend-host";
import { sha256Of } from "../../histories/host/other-tools";
import { type IdentityGround, type StackName, type Thing, identity } from "../../stories/identity";
import { engineHere, engineNamesHere } from "../../support/engines";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";
import { there } from "../../support/there";

jest.setTimeout(300_000);

const isThere = whyNoHost() === undefined;
if (!isThere) note(`not run: stories about claims on a pretended host: ${String(whyNoHost())}`);

const nothing = (): void => undefined;
const events = {
  built: nothing,
  installing: nothing,
  wrote: nothing,
  ended: nothing,
  plugged: nothing,
  unplugged: nothing,
};

const image: Thing = {
  type: "DiskImage",
  name: "disk",
  args: { path: "/xen/vm/data.img", sizeGiB: 1 / 1024 },
  change: ["sizeGiB", 2 / 1024, 3 / 1024],
  others: [],
  claims: "/var/lib/pulumi-xen/disk-image/*/claim",
  use: "printf 'what a guest has written' | dd of=/xen/vm/data.img conv=notrunc status=none",
  look: "ls -A /xen/vm; stat -c %i /xen/vm/data.img; head -c 1048576 /xen/vm/data.img | sha256sum",
  lookAtChange: "stat -c %s /xen/vm/data.img",
};

const guest: Thing = {
  type: "DomU",
  name: "guest1",
  args: {
    name: "guest1",
    memoryMiB: 256,
    maxMemoryMiB: 512,
    disks: [{ image: "/xen/vm/g1.img" }],
    vifs: [{ bridge: "br0" }],
    autostart: true,
  },
  change: ["memoryMiB", 320, 384],
  others: [
    {
      type: "DiskImage",
      name: "disk",
      args: {
        path: "/xen/vm/g1.img",
        sizeGiB: 1 / 1024,
        source: { url: "http://media.test/system.img", sha256: sha256Of("/system.img") },
      },
    },
  ],
  claims: "/var/lib/pulumi-xen/domu/*/claim",
  look: "xl list | awk '{ print $1, $2 }'; ls -A /etc/xen /etc/xen/auto; grep -E '^(name|uuid|disk|vif)' /etc/xen/guest1.cfg; stat -c %i /xen/vm/g1.img",
  lookAtChange: "xl list | awk '{ print $1, $3 }'",
};

const told = isThere
  ? engineNamesHere().flatMap((engine) => [
      { engine, thing: image },
      { engine, thing: guest },
    ])
  : [];

if (!isThere) it("cannot be told here", () => expect(told).toEqual([]));

describe.each(told)("over the $engine engine, a $thing.type", ({ engine, thing }) => {
  let ground: IdentityGround | undefined;
  let host: PretendHost | undefined;
  let folder = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-xen-identity-"));
    host = await PretendHost.start(events);
    const engines = new Map<StackName, StackEngine>();
    for (const stack of ["first", "second"] as const) {
      mkdirSync(join(folder, stack));
      engines.set(stack, await engineHere(engine, join(folder, stack)));
    }
    const { connection } = host;
    ground = {
      cwd: join(projectRoot, "test/support/programs/identity"),
      config: { connection: JSON.stringify(connection) },
      engine: (stack) => there(engines.get(stack)),
      raw: (command) => rawOver(connection, command),
    };
  });
  afterAll(async () => {
    await host?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  identity(
    () => there(ground),
    () => thing,
  );
});

/** OpenSSH's own client, and a shell. */
async function rawOver({ host, port, user, privateKeyFile }: Connection, command: string): Promise<string> {
  const known = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes"];
  const { exitCode, stdout, stderr } = await tryTool("ssh", [
    ...["-F", "/dev/null", "-i", String(privateKeyFile), "-p", String(port)],
    ...known.flatMap((option) => ["-o", option]),
    `${String(user)}@${host}`,
    `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; ${command}`,
  ]);
  if (exitCode !== 0) throw new Error(`${command}: exit code ${exitCode}\n${stdout}${stderr}`);
  return stdout.trim();
}
