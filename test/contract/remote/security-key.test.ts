/** Logging in with a FIDO key: the system's ssh can, ssh2 cannot. The key is one in software (test/support/security-key). */
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeHosts, openHost } from "../../../provider/remote";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";
import { type Sshd, startSshd } from "../../support/sshd";

jest.setTimeout(60_000);

let sshd: Sshd;
const path = process.env["PATH"];

beforeAll(async () => {
  sshd = await startSshd({ transport: "openssh" });
});
afterAll(async () => {
  process.env["PATH"] = path;
  await closeHosts();
  await sshd.stop();
});

/** The provider that ssh loads, and the file of a key made with it; `undefined` where it cannot be compiled. */
function securityKey(): { provider: string; file: string } | undefined {
  const [provider, file] = [join(sshd.folder, "software-key.so"), join(sshd.folder, "id_ed25519_sk")];
  const source = join(projectRoot, "test/support/security-key/software-key.c");
  const compiled = spawnSync("cc", ["-shared", "-fPIC", "-o", provider, source, "-lcrypto"], { encoding: "utf8" });
  if (compiled.status !== 0) {
    note("not run: a login with a FIDO key over transport openssh (no C compiler with OpenSSL's headers)");
    return undefined;
  }
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519-sk", "-w", provider, "-N", "", "-C", "fido", "-f", file]);
  writeFileSync(join(sshd.folder, "authorized_keys"), readFileSync(`${file}.pub`));
  return { provider, file };
}

it("a FIDO key named in ~/.ssh/config logs in over openssh; over ssh2 it is refused with the way to go", async () => {
  const key = securityKey();
  if (key === undefined) return;
  const config = join(sshd.folder, "ssh_config");
  appendFileSync(
    config,
    `Host rack-7\n  HostName 127.0.0.1\n  Port ${String(sshd.port)}\n  IdentityFile ${key.file}\n`,
  );
  appendFileSync(config, `  IdentitiesOnly yes\n  SecurityKeyProvider ${key.provider}\n`);
  // ssh takes the home folder from the user database: only so can a test bring another ~/.ssh/config.
  const program = join(sshd.folder, "ssh");
  writeFileSync(program, `#!/bin/sh\nexec /usr/bin/ssh -F '${config}' "$@"\n`);
  chmodSync(program, 0o755);
  process.env["PATH"] = `${sshd.folder}:${path ?? ""}`;

  const { privateKeyFile: _, ...known } = sshd.connection;
  const { port: __, ...alias } = known;
  const host = openHost({ ...alias, host: "rack-7" });
  await expect(host.identity()).resolves.toHaveProperty("machineId");
  expect(sshd.log()).toMatch(/Accepted publickey for \S+ from 127\.0\.0\.1 port \d+ ssh2: ED25519-SK/);

  const over = openHost({ ...known, privateKeyFile: key.file, transport: "ssh2" });
  await expect(over.identity()).rejects.toMatchObject({
    message: expect.stringContaining('transport: "openssh"') as string,
  });
});
