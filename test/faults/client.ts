/** The reference plan as a process of its own, to be killed: node -r typescript-loader.cjs client.ts SPEC (JSON). */
import { type PlanSpec, runPlan } from "./reference-plan";

const [spec = "{}"] = process.argv.slice(2);

void runPlan(JSON.parse(spec) as PlanSpec, (line) => {
  console.log(line);
}).then(
  () => process.exit(0),
  (error: unknown) => {
    const { code, message } = error as { code?: string; message?: string };
    console.log(`ERROR ${JSON.stringify({ code, message })}`);
    process.exit(1);
  },
);
