// The compilers and module kinds under which a user's program is compiled, without skipLibCheck.

/** From the oldest one on: 5.0 does not read @types/node 22, which comes with Pulumi's SDK. */
export const COMPILERS = { 5.1: "typescript@~5.1.6", 5.9: "typescript@~5.9.3", "6.0": "typescript@~6.0.3" };

/** npm's latest; Pulumi's own runner dies at it. */
export const TOO_NEW = "7";

export function moduleKinds(version) {
  // TypeScript 6 calls the classic settings deprecated; who upgrades silences it like this.
  const silenced = version === "6.0" ? { ignoreDeprecations: "6.0" } : {};
  // An older compiler than 5.6 does not read the declarations of Pulumi's own SDK here (those of gRPC).
  const bundler = version === "5.1" ? "bundler, skipLibCheck" : "bundler";
  return {
    "commonjs, moduleResolution node, no esModuleInterop, no skipLibCheck": {
      type: "commonjs",
      options: {
        module: "commonjs",
        moduleResolution: "node",
        esModuleInterop: false,
        skipLibCheck: false,
        ...silenced,
      },
    },
    "nodenext, CommonJS": { type: "commonjs", options: { module: "nodenext", skipLibCheck: false } },
    "nodenext, ES module": { type: "module", options: { module: "nodenext", skipLibCheck: false } },
    [bundler]: {
      type: "module",
      options: { module: "esnext", moduleResolution: "bundler", skipLibCheck: bundler !== "bundler" },
    },
  };
}
