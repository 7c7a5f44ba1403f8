/**
 * A host that runs Xen already and is used as it is: what forbids that, what is recorded of it, and how it differs from that later. Nothing
 * of it is changed, so any boot loader and any family will do. Pure.
 */
import { type Job, sh } from "../../shell";
import { splitArguments } from "../../host/boot/hypervisor-arguments";
import { mustTakeClaim } from "../claimed";
import { ADOPTION_FILE, type ObservedHost } from "./xen-host.observe";
import type { XenHostInputs } from "./xen-host.properties";
import { accessFaults } from "./xen-host.refusals";
import { type Claiming, claim, defaultBoot, job, phaseStep, step } from "./xen-host.steps";

/** `xen ARG` and `linux ARG` for each word of the two command lines, and what it boots: a line each. */
export function recordOf(host: ObservedHost): string[] {
  // GRUB's own word is the kernel's file, which each upgrade changes.
  const kernel = host.kernelArgs.filter((word) => !word.startsWith("BOOT_IMAGE="));
  const lines = [
    ...splitArguments(host.xen?.commandLine ?? "").map((word) => `xen ${word}`),
    ...kernel.map((word) => `linux ${word}`),
    `boots ${defaultBoot(host)}`,
  ];
  return [...new Set(lines)];
}

/** In what it runs otherwise than when it was adopted: clauses. What the program declares, its own properties tell. */
export function recordDifferences(host: ObservedHost, { secretProperties = [] }: XenHostInputs): string[] {
  if (host.adopted === undefined) return [];
  const now = recordOf(host);
  const gone = host.adopted.filter((line) => !now.includes(line));
  const come = now.filter((line) => !host.adopted?.includes(line));
  if (gone.length + come.length === 0) return [];
  if (COMMAND_LINES.some((property) => secretProperties.includes(property)))
    return ["its command lines or its default boot are not those with which it was adopted"];
  const words = (all: readonly string[], key: string): string =>
    all.flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : [])).join(" ");
  const clause = (words: string, text: string): string[] => (words === "" ? [] : [text]);
  return [
    ...(["xen", "linux"] as const).flatMap((key) => {
      const who = key === "xen" ? "Xen" : "dom0's kernel";
      const [less, more] = [words(gone, key), words(come, key)];
      return [
        ...clause(less, `${who} runs without ${less}, with which the host was adopted`),
        ...clause(more, `${who} runs with ${more}, without which the host was adopted`),
      ];
    }),
    ...clause(words(come, "boots"), `its default boot is ${words(come, "boots")}, and was ${words(gone, "boots")}`),
  ];
}

const COMMAND_LINES = ["dom0", "hypervisorArgs", "kernelArgs", "passthrough"];

/** `differences`: from what is declared. Whole sentences, each with its remedy; none: it can be used as it is. */
export function adoptionRefusals(host: ObservedHost, differences: readonly string[]): string[] {
  if (host.role === "plain")
    return [
      ...accessFaults(host),
      "It runs plain Linux: there is no Xen to adopt. Remove adopt to have Xen installed and booted.",
    ];
  return [
    ...accessFaults(host),
    ...(host.boot?.isWatched === true
      ? [
          "A boot of Xen on trial is armed on it, by an up that did not come to its end. Remove adopt and run up; then set adopt again.",
        ]
      : []),
    ...(differences.length === 0 || host.xen === undefined
      ? []
      : [
          `It differs from what is declared: ${differences.join("; ")}. Declare what is there, or remove adopt to have the host changed.`,
        ]),
  ];
}

/** `undefined`: it is claimed, and recorded as it is. */
export function adoptionJob(host: ObservedHost, claiming: Claiming): Job | undefined {
  const record = recordOf(host);
  const isRecorded = host.phase === "ready" && host.adopted?.join("\n") === record.join("\n");
  if (isRecorded && !mustTakeClaim(host.claim, claiming.owner, claiming.renews)) return undefined;
  return job("adopt the host as it is", [
    claim(host.claim, claiming),
    step(
      "record-adopted",
      "record what the host runs",
      "none",
      sh`record=$(mktemp)
printf '%s\n' ${record.join("\n")} >"$record"
install_file "$record" ${ADOPTION_FILE} 0600
rm -f "$record"`,
    ),
    phaseStep("ready", host.bootId),
  ]);
}
