/** A mirror of a distribution on loopback: files over HTTP, lists of sums signed by a real gpg with a key of this test. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { type Server, createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why nothing can be signed or verified here; `undefined`: both can. */
export function noGpg(): string | undefined {
  const missing = ["gpg", "gpgv"].filter((tool) => spawnSync(tool, ["--version"]).status !== 0);
  return missing.length === 0 ? undefined : `no ${missing.join(", no ")} (Debian: the packages gpg and gpgv)`;
}

export class Signer {
  readonly #home = mkdtempSync(join(tmpdir(), "gpg-"));
  readonly fingerprint: string;
  /** The public key in armor. */
  readonly key: string;

  constructor(name = "Mirror") {
    this.#gpg(["--quick-generate-key", `${name} <mirror@example.test>`, "ed25519", "sign", "never"]);
    const listed = this.#gpg(["--with-colons", "--list-keys"]).toString();
    this.fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? "";
    this.key = this.#gpg(["--armor", "--export"]).toString();
  }

  /** Armored, detached. */
  signature(text: string | Buffer): Buffer {
    return this.#gpg(["--armor", "--detach-sign"], text);
  }

  clearSigned(text: string): Buffer {
    return this.#gpg(["--clear-sign"], text);
  }

  /** A message with its text inside, which some mistake for a signature of another file. */
  whole(text: string): Buffer {
    return this.#gpg(["--armor", "--sign"], text);
  }

  remove(): void {
    spawnSync("gpgconf", ["--homedir", this.#home, "--kill", "all"]);
    rmSync(this.#home, { recursive: true, force: true });
  }

  #gpg(args: readonly string[], input?: string | Buffer): Buffer {
    const all = [
      "--homedir",
      this.#home,
      "--batch",
      "--yes",
      "--pinentry-mode",
      "loopback",
      "--passphrase",
      "",
      ...args,
    ];
    return execFileSync("gpg", all, { input, stdio: ["pipe", "pipe", "ignore"] });
  }
}

export class Mirror {
  readonly files = new Map<string, Buffer>();
  readonly asked: string[] = [];
  #server: Server | undefined;
  url = "";

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const path = (request.url ?? "").replace(/^\/mirror\//, "");
      this.asked.push(path);
      const content = this.files.get(path);
      if (content === undefined) response.writeHead(404).end("not here");
      else response.writeHead(200, { "Content-Length": content.length }).end(content);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    this.url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/mirror`;
  }

  put(path: string, content: string | Buffer): void {
    this.files.set(path, Buffer.from(content));
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  }
}

export function sumOf(content: string | Buffer, kind: "sha256" | "sha512" = "sha256"): string {
  return createHash(kind).update(content).digest("hex");
}
