"use strict";
// node -r ./test/support/typescript-loader.cjs …: lets a child process of a test run this project's sources as they are,
// compiled as jest compiles them.
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { transformSync } = require("@swc/core");

require.extensions[".ts"] = (module, file) => {
  const { code } = transformSync(readFileSync(file, "utf8"), {
    filename: file,
    swcrc: false,
    jsc: { target: "es2023", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  });
  module._compile(code, file);
};

// A dynamic import names its module as it will be called when compiled: `./stack.js` is stack.ts here.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const isOurs = request.startsWith(".") && request.endsWith(".js") && parent?.filename?.endsWith(".ts");
  return resolve.call(this, isOurs ? request.replace(/\.js$/, ".ts") : request, parent, ...rest);
};
