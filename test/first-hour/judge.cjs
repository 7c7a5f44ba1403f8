"use strict";
// Runs the wrong programs in the folder of a project, and judges every word that they were told.
const { execFile } = require("node:child_process");
const { realpathSync } = require("node:fs");
const { join } = require("node:path");
const wrongInputs = require("./wrong-inputs.cjs");

/**
 * @param {string} folder - where pulumi-xen and @pulumi/pulumi are found. In the sentences it is called FOLDER.
 * @returns {Promise<{ what: string, fault: string | undefined }[]>} a fault names what was said instead
 */
async function judge(folder) {
  const { output, said } = await run(folder);
  return wrongInputs.map(({ what, says }, index) => {
    const lines = said.get(index)?.map((line) => line.replaceAll(realpathSync(folder), "FOLDER"));
    if (lines === undefined)
      return { what, fault: `must say ${says.join(" / ")}, but the run ended before it: ${output}` };
    const isTold = lines.length === says.length && lines.every((line, at) => line === says[at]);
    return {
      what,
      fault: isTold ? undefined : `must say\n${says.join("\n")}\nbut says\n${lines.join("\n") || "nothing"}`,
    };
  });
}

function run(cwd) {
  const args = [join(__dirname, "wrong-program.cjs"), ...wrongInputs.keys()].map(String);
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, timeout: 120_000 }, (_error, stdout, stderr) => {
      const said = new Map();
      for (const line of stdout.split("\n").filter((text) => text.startsWith("{"))) {
        const { index, said: lines } = JSON.parse(line);
        said.set(index, lines);
      }
      resolve({ output: `${stdout}${stderr}`.slice(-2000), said });
    });
  });
}

module.exports = { judge, count: wrongInputs.length };
