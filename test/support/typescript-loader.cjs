"use strict";
// node -r ./test/support/typescript-loader.cjs …: lets a child process of a test run this project's sources as they are,
// compiled as jest compiles them. PULUMI_XEN_COMPILED in the environment is a folder that keeps what is compiled, for those
// who start many such processes.
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");

const keptIn = process.env.PULUMI_XEN_COMPILED;

require.extensions[".ts"] = (module, file) => {
  module._compile(keptIn === undefined ? compiled(file) : kept(file, join(keptIn, file.replaceAll("/", "%"))), file);
};

function compiled(file) {
  // Not at the top: who finds everything compiled need not load it.
  const { transformSync } = require("@swc/core");
  return transformSync(readFileSync(file, "utf8"), {
    filename: file,
    swcrc: false,
    jsc: { target: "es2023", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  }).code;
}

function kept(file, place) {
  try {
    return readFileSync(place, "utf8");
  } catch {
    const code = compiled(file);
    // Others may compile the same file now: it is there whole or not at all.
    writeFileSync(`${place}.${process.pid}`, code);
    renameSync(`${place}.${process.pid}`, place);
    return code;
  }
}

// A dynamic import names its module as it will be called when compiled: `./stack.js` is stack.ts here.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const isOurs = request.startsWith(".") && request.endsWith(".js") && parent?.filename?.endsWith(".ts");
  return resolve.call(this, isOurs ? request.replace(/\.js$/, ".ts") : request, parent, ...rest);
};
