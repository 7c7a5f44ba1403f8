/**
 * A bridge until the next boot is the exception: that boot brings the old network back, and an update makes it again.
 *
 * The law: after a bridge was made on eth0, and after it was changed and changed back, and after the next boot, and after the bridge was removed again, every address,
 * route, rule and card that was there before is there, on the bridge or where it was; or making it was refused before anything was
 * touched. The judge is the real network system.
 */
import { isDeepStrictEqual } from "node:util";
import { AlreadyExistsError, NotOwnedError, UnsupportedError } from "../../provider/errors";
import { removeBridge } from "../../provider/resources/bridge/bridge.lifecycle";
import { bridgePlan, isAsDeclared, wordsOf } from "../../provider/resources/bridge/bridge.findings";
import { observeNetwork } from "../../provider/resources/bridge/bridge.observe";
import type { BridgeInputs, BridgeOutputs } from "../../provider/resources/bridge/bridge.properties";
import { completeBridge } from "../../provider/resources/bridge/bridge.rules";
import { walkToBridge } from "../../provider/resources/bridge/bridge.walk";
import { type ShellText, sh } from "../../provider/shell";
import type { NetworkCase } from "./case";
import type { NetworkHost, NetworkState } from "./network-host";

/** `unbootable`: the system itself cannot bring these files up. */
type Outcome = "kept" | "refused" | "unbootable";

export interface Verdict {
  readonly outcome: Outcome;
  /** The reason of a refusal. */
  readonly said?: string;
  /** What is lost or otherwise wrong. */
  readonly wrong: readonly string[];
}

export async function judged(host: NetworkHost, given: NetworkCase): Promise<Verdict> {
  const booted = await host.boot(given.files);
  if (booted.exitCode !== 0) return { outcome: "unbootable", said: booted.stdout, wrong: [] };
  const atBoot = await host.state();
  for (const command of given.byHand) await host.run(commandOf(command));
  const before = await host.state();
  const inputs = completeBridge({
    connection: { host: "198.51.100.7" },
    owner: "shop/prod::Bridge::lan",
    name: "br0",
    ports: ["eth0"],
    addresses: given.addresses,
    ...(given.mtu === undefined ? {} : { mtu: given.mtu }),
    ...(host.isPersistent ? {} : { persistent: false }),
    ...(given.maxAgeSeconds === undefined ? {} : { maxAgeSeconds: given.maxAgeSeconds }),
  });
  const { remote } = host;
  const made = await walkToBridge({ host: remote, inputs, machineId: "machine-1", announced: "live" }).catch(
    (error: unknown) => error as Error,
  );
  if (made instanceof Error) {
    const isRefused = [UnsupportedError, AlreadyExistsError, NotOwnedError].some((kind) => made instanceof kind);
    const untouched = differences("after the refusal", before, await host.state(), same);
    if (isRefused && made.message.includes("nothing was touched"))
      return { outcome: "refused", said: made.message, wrong: untouched };
    return { outcome: "kept", said: made.message, wrong: [`it failed: ${made.message}`, ...untouched] };
  }
  const wrong = [...missing("after the change", before, await host.state(), given)];
  const plan = bridgePlan(await remote.ask(observeNetwork("br0")), inputs);
  if (!isAsDeclared(plan)) wrong.push(`one more up would change something: ${wordsOf(plan).join("; ")}`);
  wrong.push(...(await afterOtherAddresses(host, inputs, made, before, given)));
  const again = await host.boot();
  if (again.exitCode !== 0) wrong.push(`the next boot fails: ${again.stdout}`);
  if (!host.isPersistent) {
    wrong.push(...differences("after the next boot", atBoot, await host.state(), same));
    const makes = await updated(host, inputs, made);
    if (makes instanceof Error) wrong.push(`the update after the next boot failed: ${makes.message}`);
  }
  // What was put there by hand would not be there either without us.
  wrong.push(...missing("after the next boot", atBoot, await host.state(), given));
  const planThen = bridgePlan(await remote.ask(observeNetwork("br0")), inputs);
  if (!isAsDeclared(planThen))
    wrong.push(`after the next boot an up would change something: ${wordsOf(planThen).join("; ")}`);
  await removeBridge(remote, inputs, made).catch((error: unknown) =>
    wrong.push(`the removal failed: ${(error as Error).message}`),
  );
  wrong.push(...(given.byHand.length > 0 ? [] : differences("after the removal", before, await host.state(), same)));
  const files = await filesNow(host, given);
  if (!isDeepStrictEqual(files, given.files)) wrong.push("the files are not what they were");
  return { outcome: "kept", wrong };
}

/** Takes the links down and up twice: other addresses, and back. */
async function afterOtherAddresses(
  host: NetworkHost,
  inputs: BridgeInputs,
  made: BridgeOutputs,
  before: NetworkState,
  given: NetworkCase,
): Promise<string[]> {
  const other = await updated(host, { ...inputs, addresses: { cidr: ["198.51.100.9/24"] } }, made);
  if (other instanceof Error) {
    return other.message.includes("nothing was touched") ? [] : [`the update failed: ${other.message}`];
  }
  const { addresses } = await host.state();
  const back = await updated(host, inputs, made);
  return [
    ...(addresses.includes("br0 198.51.100.9/24") ? [] : ["after the update there is no br0 198.51.100.9/24"]),
    ...(back instanceof Error ? [`the update back failed: ${back.message}`] : []),
    ...missing("after the update back", before, await host.state(), given),
  ];
}

function updated(
  { remote }: NetworkHost,
  inputs: BridgeInputs,
  { claimId }: BridgeOutputs,
): Promise<BridgeOutputs | Error> {
  return walkToBridge({
    host: remote,
    inputs,
    machineId: "machine-1",
    announced: "live",
    kept: { owner: inputs.owner, claimId, isFinished: true },
  }).catch((error: unknown) => error as Error);
}

const same = (text: string): string => text;
/** Wherever it is: on the port or on its bridge. */
const anywhere = (text: string): string => text.replaceAll("br0", "eth0");

function missing(when: string, before: NetworkState, after: NetworkState, given: NetworkCase): string[] {
  if (given.addresses === "inherit") return differences(when, before, after, anywhere, given.mtu);
  // Declared addresses take the place of the port's.
  const kept = {
    ...before,
    addresses: before.addresses.filter((text) => !text.startsWith("eth0 ")),
    // With the way to a gateway outside the prefix.
    routes: before.routes.filter((text) => !/^(default .* table main |198\.51\.100\.1 via - )/.test(text)),
  };
  return differences(when, kept, after, anywhere, given.mtu);
}

function differences(
  when: string,
  before: NetworkState,
  after: NetworkState,
  as: (text: string) => string,
  mtu?: number,
): string[] {
  const lost = (a: readonly string[], b: readonly string[]): string[] => {
    const there = new Set(b.map(as));
    return a
      .map(as)
      .filter((text) => !there.has(text))
      .map((text) => `${when} there is no ${text}`);
  };
  const [ofBridge, ofPort] = ["br0", "eth0"].map((name) => after.mtus.get(name));
  return [
    // Packets that are longer than those of its port would be lost.
    ...(ofBridge === undefined || ofBridge === ofPort
      ? []
      : [`${when} the MTU of br0 is ${String(ofBridge)}, that of eth0 ${String(ofPort)}`]),
    ...lost(before.addresses, after.addresses),
    ...lost(before.routes, after.routes),
    ...lost(before.rules, after.rules),
    ...lost(
      before.cards,
      mtu === undefined
        ? after.cards
        : after.cards.map((card) => card.replace(`mtu ${String(mtu)}`, mtuOf(before, card))),
    ),
    // What was not there is not there.
    ...(as === same
      ? lost(after.addresses, before.addresses).map((text) => text.replace("there is no", "there is besides"))
      : []),
  ];
}

function mtuOf({ cards }: NetworkState, card: string): string {
  const name = card.split(" ", 1)[0] ?? "";
  return /mtu \d+/.exec(cards.find((text) => text.startsWith(`${name} `)) ?? "")?.[0] ?? "";
}

async function filesNow(host: NetworkHost, { files }: NetworkCase): Promise<ReadonlyMap<string, string>> {
  const now = new Map<string, string>();
  for (const path of files.keys()) now.set(path, (await host.run(sh`cat ${path}; echo .`)).stdout.slice(0, -2));
  return now;
}

function commandOf(command: string): ShellText {
  return sh`sh -c ${command}`;
}
