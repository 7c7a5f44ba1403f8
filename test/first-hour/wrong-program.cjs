"use strict";
// node wrong-program.cjs NUMBER, in a project's folder: runs that program of wrong-inputs.cjs as a preview would, up to the checks, and
// prints what they say, a line each: `PROPERTY: SENTENCE`. The packages are those of the folder.
const { createRequire } = require("node:module");
const { join } = require("node:path");

const load = createRequire(join(process.cwd(), "index.js"));
const pulumi = load("@pulumi/pulumi");
const xen = load("pulumi-xen");
const { provider } = load("pulumi-xen/lifecycle");
const { program } = require("./wrong-inputs.cjs")[Number(process.argv[2])];

const SECRET = "4dabf18193072939515e22adb298388d";
const opened = (value) =>
  Array.isArray(value)
    ? value.map(opened)
    : typeof value !== "object" || value === null
      ? value
      : SECRET in value
        ? opened(value.value)
        : Object.fromEntries(Object.entries(value).map(([key, member]) => [key, opened(member)]));

const said = [];
pulumi.runtime.setMocks({
  async newResource({ name, inputs }) {
    const { __provider: text, ...plain } = opened(inputs);
    const [, kind] = /provider\("([^"]+)"\)/.exec(text);
    const { inputs: checked, failures = [] } = await provider(kind).check({}, { ...plain, __provider: text });
    for (const { property, reason } of failures) said.push(property ? `${property}: ${reason}` : reason);
    return { id: name, state: checked };
  },
  call: () => ({}),
});

const connection = { host: "198.51.100.7" };
(async () => {
  try {
    program(xen, { connection, disk: "/xen/vm/guest1.img" });
  } catch (error) {
    said.push(String(error.message));
  }
  await pulumi.runtime.disconnect();
  console.log(said.join("\n"));
})();
process.on("unhandledRejection", (error) => said.push(`crash: ${error.message}`));
