/** One call of the provider as a process of its own, to be killed: node -r typescript-loader.cjs actor.ts ACT (JSON) */
import { type Act, act } from "./act";

const [what = "{}"] = process.argv.slice(2);

void act(JSON.parse(what) as Act).then((acted) => {
  console.log(`ACTED ${JSON.stringify(acted)}`);
  process.exit(0);
});
