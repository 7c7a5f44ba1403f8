/** A host's network as far as a bridge is concerned, asked at once. Pure. */
import { CommandError } from "../../errors";
import { readFingerprint, readPending, sayAtRest } from "../../host/network/at-rest";
import { type Link, parseLinks } from "../../host/network/links";
import { MAIN_FILE, type NetworkFiles } from "../../host/network/take-over";
import { ownedFolder, readMark, saidWord, sayMark } from "../../host/owned-folder";
import { type Answer, type Question, sh } from "../../shell";

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

export function observeNetwork(name: string): Question<ObservedNetwork> {
  const folder = bridgeFolder(name);
  return {
    about: `the network around ${name}`,
    script: sh`say uid "$(id -u)"
say_cmd links ip -j -d link show
say_cmd addresses ip -j addr show
say_files() {
  for file in "$@"; do
    if [ -f "$file" ]; then say_file "file.$file" "$file"; say "sum.$file" "$(sha256sum <"$file")"; fi
  done
}
say_files ${MAIN_FILE}
if [ -f ${MAIN_FILE} ]; then
  for pattern in $(sed -n 's/^[[:space:]]*source[[:space:]]\{1,\}//p' ${MAIN_FILE}); do
    case $pattern in /*) ;; *) pattern=/etc/network/$pattern ;; esac
    say_files $pattern
  done
  for folder in $(sed -n 's/^[[:space:]]*source-directory[[:space:]]\{1,\}//p' ${MAIN_FILE}); do
    case $folder in /*) ;; *) folder=/etc/network/$folder ;; esac
    say_files "$folder"/*
  done
fi
if command -v ifup >/dev/null 2>&1 && command -v ifquery >/dev/null 2>&1; then say ifupdown yes; fi
if command -v brctl >/dev/null 2>&1 && [ -e /etc/network/if-pre-up.d/bridge ]; then say bridge-utils yes; fi
if command -v resolvconf >/dev/null 2>&1; then say resolvconf yes; fi
if command -v systemctl >/dev/null 2>&1; then
  for unit in $(systemctl list-units --plain --no-legend --state=active NetworkManager.service systemd-networkd.service wicked.service 2>/dev/null | cut -d ' ' -f 1); do
    say "other.\${unit%.service}" yes
  done
fi
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
