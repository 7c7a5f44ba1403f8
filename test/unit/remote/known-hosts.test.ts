import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knownHostName, matchesHost, parseKnownHosts } from "../../../provider/remote/connection/known-hosts";

const KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-xen-known-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function found(text: string, host: string, port: number): number[] {
  return parseKnownHosts(text)
    .filter((line) => matchesHost(line, host, port))
    .map((line) => line.line);
}

/** The oracle: the lines that `ssh-keygen -F` finds. */
function foundBySsh(text: string, host: string, port: number): number[] {
  const file = join(folder, "known");
  writeFileSync(file, text);
  const { stdout } = spawnSync("ssh-keygen", ["-F", knownHostName(host, port), "-f", file], { encoding: "utf8" });
  return [...stdout.matchAll(/found: line (\d+)/g)].map((match) => Number(match[1]));
}

const cases: readonly (readonly [string, string, number])[] = [
  ["plain.example", "plain.example", 22],
  ["plain.example", "plain.example", 2222],
  ["Plain.Example", "plain.EXAMPLE", 22],
  ["a.example,198.51.100.7", "198.51.100.7", 22],
  ["[a.example]:2222", "a.example", 2222],
  ["[a.example]:2222", "a.example", 22],
  ["*.lan,!bad.lan", "good.lan", 22],
  ["*.lan,!bad.lan", "bad.lan", 22],
  ["host?", "host1", 22],
  ["host?", "host12", 22],
  ["[*]:2222", "any", 2222],
  ["a.b", "axb", 22],
  ["2001:db8::1", "2001:db8::1", 22],
];

it.each(cases)("the entry %s is found for %s port %i exactly where ssh-keygen finds it", (hosts, host, port) => {
  const text = `# a comment\n\n${hosts} ssh-ed25519 ${KEY} comment\n`;
  expect(found(text, host, port)).toEqual(foundBySsh(text, host, port));
});

it("a hashed entry is found for its host and port only", () => {
  const file = join(folder, "hashed");
  writeFileSync(file, `secret.example ssh-ed25519 ${KEY}\n[secret.example]:2222 ssh-ed25519 ${KEY}\n`);
  execFileSync("ssh-keygen", ["-H", "-f", file], { stdio: "ignore" });
  const text = readFileSync(file, "utf8");
  expect(text).not.toContain("secret");
  expect(found(text, "secret.example", 22)).toEqual([1]);
  expect(found(text, "secret.example", 2222)).toEqual([2]);
  expect(found(text, "other.example", 22)).toEqual([]);
});

it("markers are read, and broken lines are none", () => {
  const text = `@revoked * ssh-ed25519 ${KEY}\n@cert-authority *.lan ssh-ed25519 ${KEY}\n@other x ssh-ed25519 ${KEY}\nonly-a-host\nx 1024 35 99\n`;
  expect(parseKnownHosts(text).map(({ line, marker }) => [line, marker])).toEqual([
    [1, "@revoked"],
    [2, "@cert-authority"],
  ]);
});
