/**
 * Services and modules that a host needs at each boot and whose packages do not see to that themselves, as Alpine's do not: with OpenRC, where a
 * service in a runlevel is a link in its folder. Shell text, and the reading of its answer; pure.
 */
import { saidWord } from "../owned-folder";
import { type Answer, type ShellText, libraryText, lines, sh } from "../../shell";

export interface NeededAtBoot {
  readonly services: readonly string[];
  /** Only where a package brought them. */
  readonly further: readonly string[];
  readonly modules: readonly string[];
}

export interface SeenAtBoot {
  /** Of those asked for: whether a runlevel has it (`yes`, `no`), or the host has no such service. */
  readonly services: ReadonlyMap<string, "yes" | "no" | "absent">;
  /** Those in our own file. */
  readonly modules: readonly string[];
}

const STATES = ["yes", "no", "absent"] as const;
const MODULES = "/etc/modules-load.d/pulumi-xen.conf";

export function sayAtBoot(services: readonly string[]): ShellText {
  return sh`for service in ${services}; do
  starts=no
  [ -e "/etc/init.d/$service" ] || starts=absent
  for link in /etc/runlevels/*/"$service"; do
    if [ -e "$link" ] || [ -h "$link" ]; then starts=yes; fi
  done
  say "service.$service" "$starts"
done
say_file modules-at-boot ${MODULES}`;
}

export function readAtBoot(answer: Answer, services: readonly string[]): SeenAtBoot {
  const lines = (answer.get("modules-at-boot") ?? "").split("\n");
  return {
    services: new Map(services.map((name) => [name, saidWord(answer, `service.${name}`, STATES)] as const)),
    modules: lines.filter((line) => line !== "" && !line.startsWith("#")),
  };
}

/** What of it is missing, by name; none: nothing. */
export function missingAtBoot({ services, further, modules }: NeededAtBoot, seen: SeenAtBoot): string[] {
  return [
    ...services.filter((name) => seen.services.get(name) !== "yes"),
    ...further.filter((name) => seen.services.get(name) === "no"),
    ...modules.filter((name) => !seen.modules.includes(name)),
  ];
}

/** `added`: a file of ours on the host that keeps what was not there before. */
export function startAtBoot({ services, further, modules }: NeededAtBoot, added: string): ShellText {
  return lines([
    sh`added=${added} modules_file=${MODULES} modules=${modules.join(" ")} further=${further.join(" ")}
set -- ${services}`,
    libraryText(__dirname, "start-at-boot.sh"),
  ]);
}

export function notStartAtBoot(added: string): ShellText {
  return lines([sh`added=${added} modules_file=${MODULES}`, libraryText(__dirname, "not-at-boot.sh")]);
}
