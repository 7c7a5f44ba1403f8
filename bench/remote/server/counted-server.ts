/** An sshd that counts what it was asked to run. See count-scripts.sh. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchFile } from "../bench-file";
import type { SlowLink } from "../link/slow-link";
import type { Server } from "./sshd";

interface SessionCounts {
  /** Exec requests: sessions that began, by sshd's own log. */
  readonly sessions: number;
  /** Of these, shells that were sent something. */
  readonly scripts: number;
}

export interface CountedServer extends Server {
  /** Since this was asked last. */
  readonly counts: () => SessionCounts;
}

export async function countedServer(link: SlowLink): Promise<CountedServer> {
  const file = join(link.folder, "counts");
  writeFileSync(file, "");
  const server = await link.serve({
    config: [`ForceCommand sh ${benchFile("server/count-scripts.sh")}`],
    environment: { BENCH_COUNTS: file },
  });
  let before = { sessions: 0, scripts: 0 };
  return {
    ...server,
    counts: () => {
      const now = {
        sessions: server.log().match(/Starting session: /g)?.length ?? 0,
        scripts: existsSync(file) ? (readFileSync(file, "utf8").match(/^script$/gm)?.length ?? 0) : 0,
      };
      const since = { sessions: now.sessions - before.sessions, scripts: now.scripts - before.scripts };
      before = now;
      return since;
    },
  };
}
