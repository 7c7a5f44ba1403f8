/**
 * A bridge until the next boot beside a system whose program goes on running and leaves eth0 alone: it keeps what it has, also when the
 * program reads its files again.
 */
import { isDeepStrictEqual } from "node:util";
import { messageOf } from "../../provider/errors";
import { removeBridge } from "../../provider/resources/bridge/bridge.lifecycle";
import { completeBridge } from "../../provider/resources/bridge/bridge.rules";
import { walkToBridge } from "../../provider/resources/bridge/bridge.walk";
import { type ShellText, sh } from "../../provider/shell";
import type { NetworkHost } from "./network-host";

/** `files`: of eth1 alone. `leaves`: has the program leave eth0 alone. `reads`: has it read its files again. */
export async function beside(
  host: NetworkHost,
  files: ReadonlyMap<string, string>,
  leaves: ShellText,
  reads: ShellText,
): Promise<{ said: string; wrong: string[] }> {
  const wrong: string[] = [];
  const said = "a bridge until the next boot beside it keeps what it has";
  const { remote } = host;
  const booted = await host.boot(files);
  if (booted.exitCode !== 0) return { said, wrong: [`the host does not boot: ${booted.stdout}`] };
  await host.run(sh`${leaves}
ip link set eth0 up; ip addr add 198.51.100.2/24 dev eth0; ip route add default via 198.51.100.1`);
  const before = await host.state();
  const inputs = completeBridge({
    connection: { host: "198.51.100.7" },
    owner: "shop/prod::Bridge::br0",
    name: "br0",
    ports: ["eth0"],
    persistent: false,
  });
  const made = await walkToBridge({ host: remote, inputs, machineId: "machine-1", announced: "live" }).catch(messageOf);
  if (typeof made === "string") return { said, wrong: [`it cannot be made: ${made}`] };
  const has = await host.state();
  const expect = (text: string, list: readonly string[]): void => {
    if (!list.some((each) => each.startsWith(text))) wrong.push(`there is no ${text}`);
  };
  expect("br0 198.51.100.2/24", has.addresses);
  expect("default via 198.51.100.1 dev br0", has.routes);
  await host.run(reads);
  // It would take it away within this time, as it does with links that it manages.
  for (let second = 0; second < 5 && wrong.length === 0; second += 1) {
    await host.run(sh`sleep 1`);
    const now = await host.state();
    if (!isDeepStrictEqual(now, has))
      wrong.push(`it has become ${JSON.stringify(now)}, and was ${JSON.stringify(has)}`);
  }
  await removeBridge(remote, inputs, made).catch((error: unknown) => wrong.push(messageOf(error)));
  const after = await host.state();
  if (!isDeepStrictEqual(after, before))
    wrong.push(`the removal has left ${JSON.stringify(after)}, and before was ${JSON.stringify(before)}`);
  return { said, wrong };
}
