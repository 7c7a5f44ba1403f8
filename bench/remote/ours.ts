/** The product as the benchmark uses it: through the public side of provider/remote, and nothing else of it. */
import { type Connection, type RemoteHost, openHost } from "../../provider/remote";
import { type Job, type Question, sh } from "../../provider/shell";
import type { Server } from "./server/sshd";

export { closeHosts } from "../../provider/remote";

export function hostOf(server: Server): RemoteHost {
  const connection: Connection = {
    host: server.address,
    port: server.port,
    user: server.user,
    hostKey: server.hostKey,
    privateKeyFile: server.privateKeyFile,
  };
  return openHost(connection);
}

/** A small operation: the shell says a word. */
export async function askSmall(host: RemoteHost, number: number): Promise<void> {
  const word = `operation-${String(number)}`;
  const question: Question<string> = {
    about: word,
    script: sh`say word ${word}`,
    read: (answer) => answer.need("word"),
  };
  if ((await host.ask(question)) !== word) throw new Error(`The host gave another answer than ${word}.`);
}

/** A plan of so many small steps; each leaves a line in `file`, so that it can be seen to have run once. */
export function smallPlan(object: string, steps: number, file: string): Job {
  return {
    object,
    title: `${String(steps)} steps`,
    steps: Array.from({ length: steps }, (_, index) => ({
      name: `step-${String(index)}`,
      title: `step ${String(index)}`,
      effect: "none" as const,
      script: sh`echo ${index} >>${file}`,
    })),
  };
}
