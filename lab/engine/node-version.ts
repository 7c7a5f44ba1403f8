/** The floor of Node, as package.json has it (docs/adr: Node and TypeScript floors). */
const NEEDED = [22, 13] as const;

/** For messages: `22.13`. */
export const NEEDED_NODE = NEEDED.join(".");

export function isNodeNewEnough(version: string = process.versions.node): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** @throws Error in one sentence. The SDK's processes run in the same Node as we do: an older one leaves them hanging. */
export function assertNodeVersion(version: string = process.versions.node): void {
  if (isNodeNewEnough(version)) return;
  throw new Error(
    `The practice engine needs Node ${NEEDED_NODE} or later, and this is ${version} (${process.execPath}). ` +
      "Take a later one; where the system has none, the npm package node brings one (npm install node@24).",
  );
}
