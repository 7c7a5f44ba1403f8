// swc compiles, tsc checks (npm run check): the two stay equal because the code is erasable TypeScript.
/** @type {import("jest").Config} */
const shared = {
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // dist holds the sources again, templates/ packages that share a name.
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/templates/"],
  // The self-link makes node_modules/pulumi-xen point at this folder: do not walk it twice.
  haste: { enableSymlinks: false },
};

/**
 * Stories of the lab that take too long for every run on two cores; LAB_MORE=NAME,NAME takes some of them.
 * scripts/test-tiers.mjs says which were not taken.
 */
const askedFor = (process.env.LAB_MORE ?? "").split(",");
const notAskedFor = require("./test/lab/more.json").filter((name) => !askedFor.includes(name));

/** @type {import("jest").Config} */
module.exports = {
  // A bound for what never ends. Jest's own five seconds are over where a busy machine starts a dozen shells.
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: "unit", testMatch: ["<rootDir>/test/unit/**/*.test.ts"] },
    { ...shared, displayName: "contract", testMatch: ["<rootDir>/test/contract/**/*.test.ts"] },
    {
      ...shared,
      displayName: "lab",
      testMatch: ["<rootDir>/test/lab/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", ...notAskedFor.map((name) => `/test/lab/${name}\\.test\\.ts$`)],
    },
  ],
};
