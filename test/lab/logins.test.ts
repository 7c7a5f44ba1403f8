/**
 * A user who is not root, on a real Debian: with the real sudo and just the lines of docs/sudoers.md, and with login shells
 * that read no POSIX sh.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type LabHost, ensureFrozen, findHost, thaw } from "../../lab/host";
import { type Connection, closeHosts, openHost } from "../../provider/remote";
import { sh } from "../../provider/shell";
import { projectRoot } from "../support/project-root";

jest.setTimeout(10 * 60_000);

const SECRET = "canary-5d20c1";
/** Package and program of each login shell. */
const SHELLS = [
  ["dash", "/bin/dash"],
  ["tcsh", "/bin/tcsh"],
  ["fish", "/usr/bin/fish"],
  ["zsh", "/bin/zsh"],
] as const;

let host: LabHost | undefined;
const there = (): LabHost => {
  if (host === undefined) throw new Error("no host");
  return host;
};

async function raw(command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await there().run(command, { timeoutSeconds: 300 });
  if (exitCode !== 0) throw new Error(`${command}: exit code ${exitCode}\n${stdout}${stderr}`);
  return stdout.trim();
}

/** The lines that the page tells people to write, for a user of another name. */
function documentedLines(user: string): string {
  const page = readFileSync(join(projectRoot, "docs/sudoers.md"), "utf8");
  const [, block = ""] = /```sudoers\n([^`]*)```/.exec(page) ?? [];
  expect(block).toContain("operator ALL=");
  return block.replaceAll(/\boperator\b/g, user);
}

beforeAll(async () => {
  const frozen = await ensureFrozen({ kind: "plain", suite: "bookworm" });
  await findHost("logins")?.stop();
  host = await thaw(frozen, { name: "logins" });
  const packages = ["sudo", ...SHELLS.map(([name]) => name)].join(" ");
  await raw(
    `apt-get -q update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends ${packages}`,
  );
  for (const [name, program] of SHELLS) {
    const user = `user-${name}`;
    await raw(`useradd -m -s ${program} ${user} && mkdir -p /home/${user}/.ssh &&
cp /root/.ssh/authorized_keys /home/${user}/.ssh/ && chown -R ${user}: /home/${user}/.ssh
cat >/etc/sudoers.d/${user} <<'END'
${documentedLines(user)}
END
chmod 440 /etc/sudoers.d/${user} && visudo -cf /etc/sudoers.d/${user}`);
  }
  await raw(
    "useradd -m -s /bin/bash user-none && cp -r /home/user-dash/.ssh /home/user-none/ && chown -R user-none: /home/user-none/.ssh",
  );
});
afterAll(async () => {
  await closeHosts();
  await host?.stop();
});

function as(username: string, transport: "ssh2" | "openssh"): Connection {
  const { sshPort: port, privateKeyFile, hostKey } = there();
  return { host: "127.0.0.1", port, privateKeyFile, hostKey, user: username, sudo: true, transport };
}

describe.each(["ssh2", "openssh"] as const)("over %s", (transport) => {
  it.each(SHELLS.map(([name]) => name))(
    "a user with sudo and %s as login shell asks, does and brings what root would",
    async (name) => {
      const remote = openHost(as(`user-${name}`, transport));
      expect((await remote.identity()).machineId).toBe(await raw("cat /etc/machine-id"));
      const who = { about: "who we are", script: sh`say uid "$(id -u)"; say text ${'it\'s $HOME, `x` \\ "y" äö'}` };
      expect(await remote.ask({ ...who, read: (answer) => [answer.get("uid"), answer.get("text")] })).toEqual([
        "0",
        'it\'s $HOME, `x` \\ "y" äö',
      ]);
      const target = `/root/made-by-${name}-${transport}`;
      const { log } = await remote.perform({
        object: `login/${name}`,
        title: "write a file",
        files: [{ name: "content", content: SECRET }],
        steps: [
          {
            name: "write",
            title: "write it",
            effect: "none",
            script: sh`cp "$JOB_FILES/content" ${target}; echo written`,
          },
        ],
      });
      expect(log).toContain("written");
      expect(await raw(`stat -c %U ${target} && cat ${target}`)).toBe(`root\n${SECRET}`);
      const content = Buffer.from(`${SECRET} content`);
      await remote.upload(Readable.from([content]), {
        path: `${target}.brought`,
        mode: "0600",
        sha256: createHash("sha256").update(content).digest("hex"),
        sizeBytes: content.length,
      });
      expect(await raw(`cat ${target}.brought`)).toBe(content.toString());
      await remote.forget(`login/${name}`);
      expect(await raw("ls /var/lib/pulumi-xen 2>/dev/null || echo nothing")).toBe("nothing");
    },
  );

  it("a user whom sudo does not know is told so, and where the lines are", async () => {
    await expect(openHost(as("user-none", transport)).identity()).rejects.toMatchObject({
      name: "AuthenticationError",
      message: expect.stringContaining("sudo does not let user-none@127.0.0.1") as string,
      hint: expect.stringContaining("docs/sudoers.md") as string,
    });
  });
});

it("sudo's log tells of a shell each time, and of nothing that was said to it", async () => {
  const log = await raw("journalctl -o cat -t sudo");
  expect(log).toMatch(/user-fish : .*COMMAND=\/bin\/sh/);
  for (const secret of [SECRET, Buffer.from(SECRET).toString("base64")]) expect(log).not.toContain(secret);
});
