"use strict";
// node -r without-pulumi.cjs …: for processes that need a kind's lifecycle and not its resource class. Pulumi's SDK is 1,100
// files, and each provider that is killed would load them again; what calls any of it fails.
const Module = require("node:module");

class Resource {}
const sdk = { CustomResource: Resource };

const load = Module._load;
Module._load = function (request, ...rest) {
  return request === "@pulumi/pulumi" ? sdk : load.call(this, request, ...rest);
};
