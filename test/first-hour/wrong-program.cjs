"use strict";
// node wrong-program.cjs NUMBER…, in a project's folder: runs these programs of wrong-inputs.cjs as a preview would, up to the checks,
// and prints what they say, a line of JSON each: {"index":0,"said":["PROPERTY: SENTENCE"]}. The packages are those of the folder.
const { createRequire } = require("node:module");
const { join } = require("node:path");

const load = createRequire(join(process.cwd(), "index.js"));
const pulumi = load("@pulumi/pulumi");
const xen = load("pulumi-xen");
const { provider } = load("pulumi-xen/lifecycle");
const wrongInputs = require("./wrong-inputs.cjs");

const SECRET = "4dabf18193072939515e22adb298388d";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** As an engine sends values to a provider. */
const opened = (value) => {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return opened(value.value);
  // The marker that setMocks makes of what is not known yet.
  if (value.__pulumiUnknown === true) return UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, opened(member)]));
};

let said = [];
process.on("unhandledRejection", (error) => said.push(`crash: ${error.message}`));
// Without an engine a warning goes nowhere.
pulumi.log.warn = async (text) => void said.push(`warning: ${text}`);

function newProgram() {
  const lines = (said = []);
  const mocks = {
    async newResource({ inputs }) {
      const { __provider: text, ...plain } = opened(inputs);
      const [, kind] = /provider\("([^"]+)"\)/.exec(text);
      const { inputs: checked, failures = [] } = await provider(kind).check({}, { ...plain, __provider: text });
      for (const { property, reason } of failures) lines.push(property ? `${property}: ${reason}` : reason);
      // Of what is not there yet a preview knows no id.
      return { id: undefined, state: checked };
    },
    call: () => ({}),
  };
  pulumi.runtime.setMocks(mocks, "first-hour", "dev", true);
  return lines;
}

(async () => {
  for (const index of process.argv.slice(2).map(Number)) {
    const lines = newProgram();
    try {
      wrongInputs[index].program(xen, { host: { host: "198.51.100.7" }, disk: "/xen/vm/guest1.img" }, pulumi);
    } catch (error) {
      lines.push(String(error.message));
    }
    await pulumi.runtime.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 5));
    console.log(JSON.stringify({ index, said: lines.flatMap((line) => line.split("\n")) }));
  }
})();
