/** What guests wrote, and whether it is still there. */
import { readdirSync } from "node:fs";
import type { PretendHost } from "../host/pretend-host";
import { readContent } from "../host/disk-content";

export class DiskBook {
  /** By token: where it was written. */
  readonly #written = new Map<string, string>();
  readonly #host: PretendHost;

  constructor(host: PretendHost) {
    this.#host = host;
  }

  wrote(target: string, token: string): void {
    this.#written.set(token, target);
  }

  /** Tokens that are gone since the last look, each once. */
  lost(): { token: string; path: string }[] {
    const folder = this.#host.at("/xen/vm");
    const there = new Map(filesIn(folder).map((name) => [readContent(`${folder}/${name}`).token, `/xen/vm/${name}`]));
    // An image that has moved is at its new path from now on.
    for (const token of this.#written.keys())
      this.#written.set(token, there.get(token) ?? this.#written.get(token) ?? "");
    const gone = [...this.#written].filter(([token]) => !there.has(token)).map(([token, path]) => ({ token, path }));
    for (const { token } of gone) this.#written.delete(token);
    return gone;
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
