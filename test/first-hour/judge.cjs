"use strict";
// Runs each wrong program in a process of its own, in the folder of a project, and judges what it was told.
const { execFile } = require("node:child_process");
const { join } = require("node:path");
const wrongInputs = require("./wrong-inputs.cjs");

/**
 * @param {string} folder - where pulumi-xen and @pulumi/pulumi are found.
 * @param {(index: number) => boolean} isWanted
 * @returns {Promise<{ what: string, fault: string | undefined }[]>} a fault names what was said instead
 */
async function judge(folder, isWanted = () => true) {
  const results = [];
  const queue = wrongInputs.map((input, index) => ({ input, index })).filter(({ index }) => isWanted(index));
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { input, index } = next;
      const said = await run(folder, index);
      const isTold = said.split("\n").some((line) => line.startsWith(input.at) && input.says.test(line));
      const fault = isTold
        ? undefined
        : `must say ${input.at}: … ${String(input.says)}, but says: ${said || "nothing"}`;
      results.push({ index, what: input.what, fault });
    }
  };
  await Promise.all([worker(), worker()]);
  return results.sort((a, b) => a.index - b.index).map(({ what, fault }) => ({ what, fault }));
}

function run(cwd, index) {
  const args = [join(__dirname, "wrong-program.cjs"), String(index)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, timeout: 60_000 }, (_error, stdout, stderr) =>
      resolve(`${stdout}${stderr}`.trim()),
    );
  });
}

module.exports = { judge, count: wrongInputs.length };
