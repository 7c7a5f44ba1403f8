/** A process of its own that performs a job, to be killed: node -r typescript-loader.cjs perform.ts CONNECTION JOB (JSON). */
import { type Connection, openHost } from "../../../provider/remote";
import { sh } from "../../../provider/shell";

const [connection = "{}", job = "{}"] = process.argv.slice(2);
const { script, files } = JSON.parse(job) as { script: string; files: { name: string; content: string }[] };

void openHost(JSON.parse(connection) as Connection)
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
    (error: unknown) => {
      console.log(String(error));
      process.exit(1);
    },
  );
