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

/** `files`: eth0 has 198.51.100.2/24, eth1 has 10.1.0.1/24. @returns what is wrong. */
export async function together(host: NetworkHost, files: ReadonlyMap<string, string>): Promise<string[]> {
  const wrong: string[] = [];
  const remote = new SharedHost(host.shell);
  const machineId = "machine-1";
  const inputsOf = (name: string, more: Partial<BridgeInputs>): BridgeInputs =>
    completeBridge({ connection: { host: "198.51.100.7" }, owner: `shop/prod::Bridge::${name}`, name, ...more });
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
  const next = await host.state();
  expect(
    "the next boot does not bring both bridges up",
    has(next, "br0 198.51.100.2/24") && has(next, "br1 10.1.0.1/24"),
  );

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
