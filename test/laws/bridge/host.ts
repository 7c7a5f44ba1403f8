/**
 * A host with one bridge of ours, as a pure value. An update is the real walk: its questions are answered from the value, its
 * jobs' steps are done to it.
 */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Effect, strongest } from "../../../provider/effect";
import { messageOf } from "../../../provider/errors";
import { refreshed } from "../../../provider/resources/bridge/bridge.lifecycle";
import { type ObservedNetwork, observeNetwork, toItsSystem } from "../../../provider/resources/bridge/bridge.observe";
import type { BridgeInputs } from "../../../provider/resources/bridge/bridge.properties";
import { bondsIn, portNames } from "../../../provider/resources/bridge/bridge.ports";
import { completeBridge } from "../../../provider/resources/bridge/bridge.rules";
import { type SeenGuestDhcp, setGuestDhcp } from "../../../provider/host/network/guest-dhcp";
import { type SeenNat, setNat } from "../../../provider/host/network/nat";
import { guestsPlace } from "../../../provider/resources/bridge/bridge.observe";
import { desiredFiles } from "../../../provider/resources/bridge/bridge.files";
import { walkToBridge } from "../../../provider/resources/bridge/bridge.walk";
import { Answer, type Job, type Step } from "../../../provider/shell";
import type { Applied, Seen } from "../kind";
import { ModelHost } from "../model-host";
import { type Network, bare, bondsShown, broughtUp, commanded, shown, shownVlans } from "./network";

export interface Host extends Network {
  /** The bridge that the state knows. */
  readonly name: string;
  /** What the state keeps of the claim; `owner`: what the claim says on the host, if it is there. */
  readonly claimId: string;
  readonly owner: string | undefined;
  readonly phase: string | undefined;
  /** Guests' way to the outside. */
  readonly nat: Omit<SeenNat, "canBe">;
  /** What gives guests their addresses. */
  readonly guestDhcp: Omit<SeenGuestDhcp, "canBe">;
}

const CLAIM_ID = "0f6ad1f2-0000-4000-8000-00000000000c";

/** After a creation from these inputs: the files were written, and ifup has read them. */
export function made(given: BridgeInputs): Host {
  const inputs = completeBridge(given);
  const claim = { claimId: CLAIM_ID, owner: undefined, phase: undefined };
  const host: Host = { ...bare, name: inputs.name, ...claim, nat: NO_NAT, guestDhcp: NO_DHCP };
  const { name, nat, guestDhcp, addresses } = inputs;
  const cidrs = typeof addresses === "object" ? addresses.cidr : [];
  const place = guestsPlace(name);
  const files = desiredFiles(toItsSystem(looked(host), inputs), inputs);
  return {
    ...host,
    ...broughtUp({ ...bare, files: { ...bare.files, ...Object.fromEntries(files) } }, []),
    owner: inputs.owner,
    phase: "ready",
    nat: nat === true ? afterNat(setNat(place, cidrs).text) : NO_NAT,
    guestDhcp:
      guestDhcp === undefined
        ? NO_DHCP
        : afterDhcp(setGuestDhcp(place, guestDhcp, { cidrs, isWayOut: nat === true }).text),
  };
}

const NO_NAT: Host["nat"] = { program: undefined, table: undefined, forwards: false };

const NO_DHCP: Host["guestDhcp"] = { config: undefined, runs: false };

/** dnsmasq runs with the first file that the step writes. */
function afterDhcp(script: string): Host["guestDhcp"] {
  return { config: /^printf %s '((?:[^']|'\\'')*)' >/m.exec(script)?.[1], runs: true };
}

/** As nft lists the table that the program in the step's script hands it. */
function afterNat(script: string): Host["nat"] {
  const program = (/^printf %s '((?:[^']|'\\'')*)' >/m.exec(script)?.[1] ?? "").replaceAll("'\\''", "'");
  return { program, table: /^delete .*\n([^]*?)^rules$/m.exec(program)?.[1], forwards: true };
}

export function looked(host: Host): ObservedNetwork {
  return observeNetwork(host.name).read(new Answer(new Map(said(host))));
}

function said(host: Host): [string, string][] {
  const { links, addresses } = shown(host);
  const files = Object.entries(host.files);
  return [
    ["uid", "0\n"],
    ["links", links],
    ["links.rc", "0"],
    ["addresses", addresses],
    ["addresses.rc", "0"],
    ...["routes", "routes6", "rules", "rules6"].flatMap((key): [string, string][] => [
      [key, "[]"],
      [`${key}.rc`, "0"],
    ]),
    ...files.map(([path, text]): [string, string] => [`file.${path}`, text]),
    ...files.map(([path, text]): [string, string] => [`sum.${path}`, fingerprint(text)]),
    ["ifupdown.there", "yes"],
    ["ifupdown.bridge-utils", "yes"],
    ["ifupdown.ifenslave", "yes"],
    ["bonding", "yes"],
    ...bondsShown(host).map(([bond, text]): [string, string] => [`bond.${bond}`, text]),
    ["ifupdown.resolvconf", "yes"],
    ["bridge-tool", "yes"],
    ...(host.links[host.name]?.bridge?.["vlan_filtering"] === 1
      ? ([
          ["vlans", shownVlans(host)],
          ["vlans.rc", "0"],
        ] satisfies [string, string][])
      : []),
    ["at-rest", "yes"],
    ["nat.nft", "yes"],
    ...(["program", "table"] as const).flatMap((key): [string, string][] => {
      const text = host.nat[key];
      return text === undefined ? [] : [[`nat.${key}`, text]];
    }),
    ["nat.forwards", host.nat.forwards ? "1\n" : "0\n"],
    ["guest-dhcp.dnsmasq", "yes"],
    ...(host.guestDhcp.config === undefined
      ? []
      : ([["guest-dhcp.config", host.guestDhcp.config]] satisfies [string, string][])),
    ["guest-dhcp.runs", host.guestDhcp.runs ? "yes" : "no"],
    ["claim", host.owner === undefined ? "none" : "made"],
    ["claim.id", host.owner === undefined ? "" : host.claimId],
    ["claim.owner", host.owner ?? ""],
    ["claim.of", host.owner === undefined ? "" : host.name],
    ...(host.phase === undefined ? [] : [["phase", `${host.phase}\n`] as [string, string]]),
    ["adopted", "no"],
  ];
}

function fingerprint(text: string): string {
  return `${createHash("sha256").update(text).digest("hex")}  -`;
}

/** Whether what it does was announced is the law's question. */
export async function apply(host: Host, inputs: BridgeInputs, how: "update" | "create"): Promise<Applied<Host>> {
  const model = new ModelHost<Host>(host, {
    answered: (now, question) => question.read(new Answer(new Map(said(now)))),
    done,
  });
  const kept = { owner: inputs.owner, claimId: host.claimId, isFinished: host.phase !== "applying" };
  const walk = { host: model, inputs, machineId: "machine-1", announced: "replace" as Effect };
  const refusal = await walkToBridge(how === "update" ? { ...walk, kept } : walk).then(() => undefined, messageOf);
  const effect = strongest(model.jobs.flatMap(({ steps }) => steps.map((step) => step.effect)));
  const { jobs, failed } = model;
  if (refusal !== undefined && jobs.length > 0) return { host: model.now, failed: [...failed, refusal], effect, jobs };
  return { host: model.now, failed, refusal, effect, jobs };
}

/** The host after the step, or why it would not have worked. */
function done(host: Host, { name, script: { text } }: Step, { files = [], title, steps }: Job): Host | string {
  switch (name) {
    case "see-network-at-rest":
      return Object.entries(host.files).every(
        ([path, file]) => !writtenIn(steps, path) || text.includes(fingerprint(file)),
      )
        ? host
        : "the network was not looked at as it is";
    case "claim":
      return { ...host, owner: /for (\S+)$/.exec(title)?.[1] ?? host.owner ?? "shop/prod::Bridge::lan" };
    case "note-beginning":
    case "note-phase":
      return { ...host, phase: /'%s\\n' '?(\w+)'?/.exec(text)?.[1] };
    case "keep-old-network":
    case "arm-rollback":
    case "confirm":
    case "expect-at-boot":
      return host;
    case "set-nat":
      return { ...host, nat: afterNat(text) };
    case "remove-nat":
      return { ...host, nat: { ...NO_NAT, forwards: host.nat.forwards } };
    case "set-guest-dhcp":
      return { ...host, guestDhcp: afterDhcp(text) };
    case "remove-guest-dhcp":
      return { ...host, guestDhcp: NO_DHCP };
    case "write-network-files":
      return { ...host, files: written(host.files, text, files) };
    case "apply": {
      const taken = (/^ports='([^']*)'$/m.exec(text)?.[1] ?? "").split(" ");
      const guests = Object.entries(host.links).flatMap(([link, { master }]) =>
        master === host.name && !taken.includes(link) ? [link] : [],
      );
      let now = broughtUp({ ...host, files: written(host.files, text, files) }, guests);
      // What a card gets or gets back that no file of a network system says.
      for (const [line] of text.matchAll(/ip link set dev '?[^\s']+'? mtu \d+/g)) {
        const after = commanded(now, line);
        if (typeof after !== "string") now = after;
      }
      return { ...host, ...now };
    }
    case "set-bridge": {
      let now: Network = host;
      for (const line of text.split("\n").filter((each) => each.trim() !== "")) {
        // What an ip that knows no bridges would have the kernel's own file do.
        const after = commanded(now, line.replace(/ \|\| echo \d+ >'\/sys\/class\/net\/[^']*'$/, ""));
        if (typeof after === "string") return after;
        now = after;
      }
      return { ...host, ...now };
    }
    case "set-vlans": {
      let now: Network = host;
      for (const line of text.split("\n").filter((each) => /^bridge vlan |\| vlans_set /.test(each))) {
        const after = commanded(now, line);
        if (typeof after === "string") return after;
        now = after;
      }
      return { ...host, ...now };
    }
    default:
      return `the host knows no step ${name}`;
  }
}

/** Does the job write or remove this file? */
function writtenIn(steps: readonly Step[], path: string): boolean {
  return steps.some(({ script: { text } }) => text.includes(` '${path}' '0644'`) || text.includes(`rm -f '${path}'`));
}

/** What the step's own lines write and remove. */
function written(before: Host["files"], script: string, sent: NonNullable<Job["files"]>): Host["files"] {
  const files = { ...before };
  for (const [, name, path = ""] of script.matchAll(/^install_file "\$JOB_FILES"\/'([^']+)' '([^']+)' '0644'$/gm)) {
    const content = sent.find((file) => file.name === name)?.content;
    if (typeof content === "string") files[path] = content;
  }
  const removed = [...script.matchAll(/^rm -f '(\/(?:etc|var\/run)\/[^']+)'$/gm)].map(([, path]) => path);
  return Object.fromEntries(Object.entries(files).filter(([path]) => !removed.includes(path)));
}

/** A refresh: the state has been finished. */
export function read(host: Host, inputs: BridgeInputs): Seen<BridgeInputs> | undefined {
  const seen = refreshed(looked(host), inputs, {
    machineId: "machine-1",
    claimId: host.claimId,
    phase: "ready",
    macAddress: "",
    currentAddresses: [],
    members: [],
    isAdopted: false,
    warnings: [],
  });
  return seen === undefined ? undefined : { inputs: seen.inputs, left: seen.unfinished };
}

/** The running bridge beside one that was made of nothing. Guests' vifs, and addresses besides, are somebody else's. */
export function lacks(host: Host, inputs: BridgeInputs): string[] {
  const [is, shall] = [host.links[inputs.name], made(inputs).links[inputs.name]];
  if (is?.bridge === undefined || shall?.bridge === undefined) return ["there is no bridge"];
  const { helloTimeSeconds, maxAgeSeconds, ageingSeconds, priority, mtu, ports = [] } = inputs;
  const asked = Object.entries({
    stp_state: true,
    forward_delay: true,
    hello_time: helloTimeSeconds !== undefined,
    max_age: maxAgeSeconds !== undefined,
    ageing_time: ageingSeconds !== undefined,
    priority: priority !== undefined,
    vlan_filtering: true,
  }).flatMap(([key, isAsked]) => (isAsked ? [key] : []));
  return [
    ...(is.isUp ? [] : ["the bridge is down"]),
    ...asked
      .filter((key) => is.bridge?.[key] !== shall.bridge?.[key])
      .map((key) => `${key} is ${is.bridge?.[key] ?? ""}`),
    ...(mtu === undefined || is.mtu === mtu ? [] : [`its mtu is ${is.mtu}`]),
    ...(inputs.nat === true && !isDeepStrictEqual(host.nat, made(inputs).nat)
      ? ["its guests do not reach the outside"]
      : []),
    ...(inputs.nat !== true && host.nat.table !== undefined ? ["its guests reach the outside"] : []),
    ...(isDeepStrictEqual(host.guestDhcp, made(inputs).guestDhcp)
      ? []
      : [`its guests get other addresses than ${JSON.stringify(inputs.guestDhcp)}`]),
    ...(inputs.vlanFiltering === true ? [inputs.name, ...portNames(ports)] : [])
      .filter((link) => !isDeepStrictEqual(host.links[link]?.vlans, made(inputs).links[link]?.vlans))
      .map((link) => `${link} carries ${JSON.stringify(host.links[link]?.vlans)}`),
    ...portNames(ports)
      .filter((port) => host.links[port]?.master !== inputs.name)
      .map((port) => `${port} is no port of it`),
    ...bondsIn(ports).flatMap(({ bond, of }) => [
      ...of.filter((card) => host.links[card]?.master !== bond).map((card) => `${card} is not in ${bond}`),
      // What nobody has declared is the host's.
      ...Object.entries(made(inputs).links[bond]?.bond ?? {})
        .filter(([option, value]) => host.links[bond]?.bond?.[option] !== value)
        .map(([option, value]) => `${option} of ${bond} is not ${value}`),
    ]),
    // A lease may be of any address, and nothing tells it from one that was added by hand.
    ...shall.addresses
      .filter(({ cidr, isLeased }) => !is.addresses.some((address) => isLeased || address.cidr === cidr))
      .map(({ cidr }) => `it lacks ${cidr}`),
  ];
}
