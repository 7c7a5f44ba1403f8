/**
 * A process of its own that performs a job, to be killed: node -r typescript-loader.cjs perform.ts CONNECTION JOB (JSON).
 * With `readBack`, a script: it asks that once the job has failed or is no longer followed, before it tells how it ended.
 */
import { type Connection, openHost } from "../../../provider/remote";
import { sh } from "../../../provider/shell";

const [connection = "{}", job = "{}"] = process.argv.slice(2);
const { script, files, readBack } = JSON.parse(job) as {
  script: string;
  files: { name: string; content: string }[];
  readBack?: string;
};
const host = openHost(JSON.parse(connection) as Connection);

void host
  .perform(
    {
      object: "domu/guest1",
      title: "change guest1",
      files,
      steps: [{ name: "work", title: "work", effect: "none", script: sh`eval ${script}` }],
    },
    (line) => {
      console.log(line);
    },
  )
  .then(
    () => {
      console.log("performed");
      process.exit(0);
    },
    async (error: unknown) => {
      if (readBack !== undefined) {
        const question = { about: "what is there", script: sh`eval ${readBack}`, read: () => "answered" };
        console.log(await host.ask(question).catch(String));
      }
      console.log(String(error));
      process.exit(1);
    },
  );
