import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuthenticationError } from "../../../provider/errors";
import { closeHosts, openHost } from "../../../provider/remote";
import { sh } from "../../../provider/shell";
import { startSshServer } from "../../support/ssh-server";

// The machine that runs this may be busy with emulated hosts.
jest.setTimeout(60_000);

let stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  await closeHosts();
  for (const stop of stops) await stop();
  stops = [];
});

async function serveWithSudo(program: string): Promise<Awaited<ReturnType<typeof startSshServer>>> {
  const bin = mkdtempSync(join(tmpdir(), "pulumi-xen-sudo-"));
  writeFileSync(join(bin, "sudo"), `#!/bin/sh\n${program}\n`);
  chmodSync(join(bin, "sudo"), 0o755);
  const server = await startSshServer({ environment: { PATH: `${bin}:${process.env["PATH"] ?? ""}` } });
  stops.push(server.stop, () => {
    rmSync(bin, { recursive: true });
  });
  return server;
}

it("sudo: each command goes through sudo -n, questions, jobs and files alike", async () => {
  const server = await serveWithSudo(
    '[ "$1 $2" = "-n --" ] || exit 9; shift 2; VIA_SUDO=yes; export VIA_SUDO; exec "$@"',
  );
  const host = openHost({ ...server.connection, sudo: true });
  const via = await host.ask({ about: "x", script: sh`say via "$VIA_SUDO"`, read: (answer) => answer.need("via") });
  expect(via).toBe("yes");
  const job = {
    object: "domu/x",
    title: "x",
    steps: [{ name: "x", title: "x", effect: "none" as const, script: sh`echo "via $VIA_SUDO"` }],
  };
  expect((await host.perform(job)).log).toContain("via yes");
});

it("sudo that asks for a password is an error of its own, with the remedy", async () => {
  const server = await serveWithSudo('echo "sudo: a password is required" >&2; exit 1');
  const host = openHost({ ...server.connection, sudo: true });
  await expect(host.identity()).rejects.toThrow(AuthenticationError);
  await expect(host.identity()).rejects.toThrow(/a password is required[^]*NOPASSWD/);
  const job = {
    object: "domu/x",
    title: "x",
    steps: [{ name: "x", title: "x", effect: "none" as const, script: sh`:` }],
  };
  await expect(host.perform(job)).rejects.toThrow(AuthenticationError);
});

it("a host without sudo is told in a sentence, without the shell's own words", async () => {
  const programs = mkdtempSync(join(tmpdir(), "pulumi-xen-no-sudo-"));
  for (const name of readdirSync("/usr/bin"))
    if (name !== "sudo") symlinkSync(`/usr/bin/${name}`, join(programs, name));
  const server = await startSshServer({ environment: { PATH: programs } });
  stops.push(server.stop, () => {
    rmSync(programs, { recursive: true });
  });
  const host = openHost({ ...server.connection, sudo: true });
  await expect(host.identity()).rejects.toThrow(
    /^root@127\.0\.0\.1:\d+ has no program sudo, and the connection asks for it\.\nInstall sudo there/,
  );
});

it("a program that has asked a host ends when it is done, and leaves no connection open", async () => {
  const server = await startSshServer();
  stops.push(server.stop);
  const program = `require("./provider/remote").openHost(${JSON.stringify(server.connection)}).identity().then((who) => console.log(Object.keys(who).join()))`;
  const child = spawn(process.execPath, ["-r", "./test/support/typescript-loader.cjs", "-e", program]);
  let said = "";
  child.stdout.on("data", (bytes: Buffer) => {
    said += bytes.toString("utf8");
  });
  let saidAt = 0;
  child.stdout.once("data", () => {
    saidAt = Date.now();
  });
  await new Promise((resolve) => child.once("close", resolve));
  expect(said.trim()).toBe("machineId,bootId");
  expect(Date.now() - saidAt).toBeLessThan(5_000);
});
