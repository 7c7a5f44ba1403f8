/** A host's network as far as a bridge is concerned, asked at once. Pure. */
import { CommandError } from "../../errors";
import { readFingerprint, readPending, sayAtRest } from "../../host/network/at-rest";
import { type Link, parseLinks } from "../../host/network/links";
import { MAIN_FILE, type NetworkFiles } from "../../host/network/take-over";
import { ownedFolder, readMark, saidWord, sayMark } from "../../host/owned-folder";
import { type Answer, type Question, libraryText, sh } from "../../shell";

export interface ObservedNetwork {
  readonly isRoot: boolean;
  readonly links: readonly Link[];
  /** /etc/network/interfaces and all files that it reads. */
  readonly files: NetworkFiles;
  /** What sha256sum says of each of them. */
  readonly fingerprints: ReadonlyMap<string, string>;
  /** Other bridges whose change is neither confirmed nor taken back. */
  readonly pending: readonly string[];
  /** Network systems that are active beside or in place of ifupdown. */
  readonly others: readonly string[];
  readonly hasIfupdown: boolean;
  /** brctl and ifupdown's hooks. */
  readonly hasBridgeUtils: boolean;
  readonly hasResolvconf: boolean;
  readonly isOurs: boolean;
  readonly isAdopted: boolean;
  readonly phase: string | undefined;
}

export function bridgeFolder(name: string): string {
  return ownedFolder("bridge", name);
}

const sayNetwork = libraryText(__dirname, "observe-network.sh");

export function observeNetwork(name: string): Question<ObservedNetwork> {
  const folder = bridgeFolder(name);
  return {
    about: `the network around ${name}`,
    script: sh`main_file=${MAIN_FILE}
${sayNetwork}
${sayAtRest(name)}
${sayMark(sh`${folder}`)}
say_file phase ${`${folder}/phase`}
if [ -e ${`${folder}/adopted`} ]; then say adopted yes; else say adopted no; fi`,
    read: (answer) => {
      const keys = (prefix: string): string[] =>
        answer
          .keys()
          .filter((key) => key.startsWith(prefix))
          .map((key) => key.slice(prefix.length));
      const has = (key: string): boolean => answer.get(key) !== undefined;
      return {
        isRoot: answer.need("uid").trim() === "0",
        links: parseLinks(told(answer, "links"), told(answer, "addresses")),
        files: new Map(keys("file.").map((path) => [path, answer.need(`file.${path}`)] as const)),
        fingerprints: new Map(keys("file.").map((path) => [path, readFingerprint(answer, path)] as const)),
        pending: readPending(answer),
        others: keys("other."),
        hasIfupdown: has("ifupdown"),
        hasBridgeUtils: has("bridge-utils"),
        hasResolvconf: has("resolvconf"),
        isOurs: readMark(answer),
        isAdopted: saidWord(answer, "adopted", ["yes", "no"]) === "yes",
        phase: answer.get("phase")?.trim(),
      };
    },
  };
}

/** What `ip` printed. A machine has at least its loopback: an empty list is no list, and never a bridge that is gone. */
function told(answer: Answer, key: "links" | "addresses"): string {
  const text = answer.need(key).trim();
  if (answer.need(`${key}.rc`) === "0" && text !== "" && text !== "[]") return text;
  const why = (answer.get(`${key}.err`) ?? "").trim();
  throw new CommandError(`"ip" does not tell the host's ${key}: ${why === "" ? "it said nothing" : why}.`, {
    hint: "See that iproute2 is installed there and that `ip -j link` works.",
  });
}

export function bridgeLink(network: ObservedNetwork, name: string): Link | undefined {
  return network.links.find((link) => link.name === name && link.bridgeSettings !== undefined);
}

/** The links in a bridge, guests' among them. */
export function membersOf(network: ObservedNetwork, name: string): string[] {
  return network.links.filter((link) => link.bridge === name).map((link) => link.name);
}

/** Names that Xen's scripts give to a guest's links; others may be set by `vifname`. */
export function isGuestLink(name: string): boolean {
  return /^(vif|tap|emu)/.test(name);
}
