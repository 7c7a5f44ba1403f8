/**
 * What a bridge does to others of its host, under the real network system: two are made and removed at once, one that is there is
 * adopted and left as it is, and one that a guest uses is not removed. Each with the control that the deed was done at all.
 */
import { isDeepStrictEqual } from "node:util";
import { JobError, messageOf } from "../../provider/errors";
import { removeBridge } from "../../provider/resources/bridge/bridge.lifecycle";
import type { BridgeInputs, BridgeOutputs } from "../../provider/resources/bridge/bridge.properties";
import { completeBridge } from "../../provider/resources/bridge/bridge.rules";
import { walkToBridge } from "../../provider/resources/bridge/bridge.walk";
import { type Job, sh } from "../../provider/shell";
import type { LocalShell } from "../support/local-shell";
import { ShellHost } from "../support/shell-host";
import type { NetworkHost, NetworkState } from "./network-host";

/** One job after the other where both need the network, as on a host; questions come whenever they come. */
class SharedHost extends ShellHost {
  readonly #own: LocalShell;
  #last: Promise<unknown> = Promise.resolve();

  constructor(shell: LocalShell) {
    super(shell);
    this.#own = shell;
  }

  override perform(job: Job): Promise<{ jobId: string; log: string }> {
    if (job.sections?.includes("network") !== true) return this.#steps(job);
    const mine = this.#last.then(() => this.#steps(job));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #steps(job: Job): Promise<{ jobId: string; log: string }> {
    let log = "";
    for (const step of job.steps) {
      const { exitCode, stdout, stderr } = await this.#own.perform({ ...job, steps: [step] });
      log += `${stdout}${stderr}`;
      if (exitCode !== 0)
        throw new JobError(log, { jobId: "1", step: step.name, exitCode: exitCode ?? 1, logTail: stderr });
    }
    return { jobId: "1", log };
  }
}

/**
 * br0 leaves the files until the next boot, with a guest in it, and comes back into them. A system whose program goes on running refuses that
 * before anything is touched.
 */
async function outOfFiles(
  host: NetworkHost,
  [inputs]: readonly BridgeInputs[],
  [outputs]: readonly BridgeOutputs[],
  before: NetworkState,
): Promise<string[]> {
  if (inputs === undefined || outputs === undefined) return ["there is no bridge"];
  const wrong: string[] = [];
  const remote = new SharedHost(host.shell);
  const update = (persistent: boolean): Promise<BridgeOutputs | string> =>
    walkToBridge({
      host: remote,
      inputs: { ...inputs, persistent },
      machineId: "machine-1",
      announced: "live",
      kept: { owner: inputs.owner, claimId: outputs.claimId, isFinished: true },
    }).catch(messageOf);
  const members = async (): Promise<string> => (await host.run(sh`ls /sys/class/net/br0/brif`)).stdout.trim();
  const is = (what: string, state: NetworkState, wanted: NetworkState): void => {
    if (!isDeepStrictEqual({ ...state, mtus: 0 }, { ...wanted, mtus: 0 }))
      wrong.push(`${what}: ${JSON.stringify(wanted)}, then ${JSON.stringify(state)}`);
  };
  const made = await host.state();
  await host.run(sh`ip link add vif9.0 type veth peer name guest9; ip link set vif9.0 up master br0`);
  const passing = await update(false);
  if (typeof passing === "string") {
    const isRefused =
      passing.includes("nothing was touched") && passing.includes("would undo what persistent: false does");
    if (!isRefused) wrong.push(`br0 cannot leave the files: ${passing}`);
    is("the refusal has changed the network", await host.state(), made);
  } else {
    is("br0 has lost something out of the files", await host.state(), made);
    if (!(await members()).includes("vif9.0")) wrong.push("the guest is out of the bridge that left the files");
    const back = await update(true);
    if (typeof back === "string") wrong.push(`br0 cannot come back into the files: ${back}`);
    is("br0 has lost something back in the files", await host.state(), made);
    if (!(await members()).includes("vif9.0"))
      wrong.push("the guest is out of the bridge that came back into the files");
    await update(false);
    await host.boot();
    const next = await host.state();
    if (!before.addresses.filter((text) => text.startsWith("eth0")).every((text) => next.addresses.includes(text)))
      wrong.push(`the next boot has not brought the old network of eth0 back: ${JSON.stringify(next.addresses)}`);
    const again = await update(true);
    if (typeof again === "string") wrong.push(`br0 cannot come back into the files after a boot: ${again}`);
    is("br0 has lost something back in the files after a boot", await host.state(), made);
  }
  await host.run(sh`ip link delete vif9.0 2>/dev/null || :`);
  return wrong;
}

/** `files`: eth0 has 198.51.100.2/24, eth1 has 10.1.0.1/24. @returns what is wrong. */
export async function together(host: NetworkHost, files: ReadonlyMap<string, string>): Promise<string[]> {
  const wrong: string[] = [];
  const remote = new SharedHost(host.shell);
  const machineId = "machine-1";
  const inputsOf = (name: string, more: Partial<BridgeInputs>): BridgeInputs =>
    completeBridge({
      connection: { host: "198.51.100.7" },
      owner: `shop/prod::Bridge::${name}`,
      name,
      ...(host.isPersistent || more.adopt === true ? {} : { persistent: false }),
      ...more,
    });
  const made = (inputs: BridgeInputs): Promise<BridgeOutputs> =>
    walkToBridge({ host: remote, inputs, machineId, announced: "live" });
  const expect = (what: string, holds: boolean): void => {
    if (!holds) wrong.push(what);
  };
  const has = (state: NetworkState, address: string): boolean => state.addresses.includes(address);
  const differs = (what: string, before: NetworkState, after: NetworkState): void =>
    expect(`${what}: ${JSON.stringify(before)}, then ${JSON.stringify(after)}`, isDeepStrictEqual(before, after));

  const booted = await host.boot(files);
  if (booted.exitCode !== 0) return [`the plain host does not boot: ${booted.stdout}`];
  const before = await host.state();

  const both = [inputsOf("br0", { ports: ["eth0"] }), inputsOf("br1", { ports: ["eth1"] })];
  const outputs = await Promise.all(both.map(made)).catch(messageOf);
  if (typeof outputs === "string") return [`two bridges at once failed: ${outputs}`];
  const after = await host.state();
  expect("br0 has not eth0's address", has(after, "br0 198.51.100.2/24"));
  expect("br1 has not eth1's address", has(after, "br1 10.1.0.1/24"));
  await host.boot();
  if (host.isPersistent) {
    const next = await host.state();
    expect(
      "the next boot does not bring both bridges up",
      has(next, "br0 198.51.100.2/24") && has(next, "br1 10.1.0.1/24"),
    );
  } else {
    differs("the next boot does not bring the old network back", before, await host.state());
    const again = await Promise.all(both.map(made)).catch(messageOf);
    if (typeof again === "string") return [`two bridges at once after a boot failed: ${again}`];
    outputs.splice(0, 2, ...again);
    const next = await host.state();
    expect(
      "one more up does not bring both bridges up",
      has(next, "br0 198.51.100.2/24") && has(next, "br1 10.1.0.1/24"),
    );
  }

  wrong.push(...(host.isPersistent ? await outOfFiles(host, both, outputs, before) : []));

  // The host's end of a guest's interface, as vif-bridge plugs it in.
  await host.run(sh`ip link add vif1.0 type veth peer name guest1; ip link set vif1.0 up master br1`);
  const used = await host.state();
  const [first, second] = both as [BridgeInputs, BridgeInputs];
  const [firstOutputs, secondOutputs] = outputs as [BridgeOutputs, BridgeOutputs];
  const refusal = await removeBridge(remote, second, secondOutputs).then(() => "nothing", messageOf);
  expect(
    `a bridge with a guest was removed: ${refusal}`,
    refusal.includes("vif1.0") && refusal.includes("still use it"),
  );
  differs("the refused removal has changed the network", used, await host.state());
  expect("the guest is out of its bridge", (await host.run(sh`ls /sys/class/net/br1/brif`)).stdout.includes("vif1.0"));
  await host.run(sh`ip link delete vif1.0`);

  const removed = await Promise.all([
    removeBridge(remote, first, firstOutputs),
    removeBridge(remote, second, secondOutputs),
  ]).catch(messageOf);
  if (typeof removed === "string") wrong.push(`two removals at once failed: ${removed}`);
  differs("two removals have not given all back", before, await host.state());

  await host.run(
    sh`ip link add br9 type bridge forward_delay 700; ip addr add 192.0.2.1/24 dev br9; ip link set br9 up`,
  );
  const found = async (): Promise<string> => {
    const { stdout } = await host.run(sh`ip -d addr show dev br9; cat ${[...files.keys()]}`);
    // What time alone changes: timers, and an address that is still looked for among the neighbours.
    return stdout.replace(/\w+_timer +[\d.]+| tentative(?= )/g, "");
  };
  const asFound = await found();
  const adopted = inputsOf("br9", { addresses: { cidr: ["192.0.2.1/24"] }, forwardDelaySeconds: 7, adopt: true });
  const kept = await made(adopted).catch(messageOf);
  if (typeof kept === "string") return [...wrong, `the adoption failed: ${kept}`];
  expect("what was adopted is not said to be", kept.isAdopted);
  await removeBridge(remote, adopted, kept).catch((error: unknown) =>
    wrong.push(`the release failed: ${messageOf(error)}`),
  );
  expect(`the adopted bridge was changed: ${asFound}, then ${await found()}`, asFound === (await found()));
  return wrong;
}
