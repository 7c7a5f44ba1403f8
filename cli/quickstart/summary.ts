/** The quickstart's last words: what exists now, and where to go from here. Pure. */
import type { StackEngine, StackResult } from "../../lab/engine";
import type { LabHost } from "../../lab/host";
import type { QuickstartProject } from "./project-folder";
import type { GuestAnswer, Story } from "./story";

export interface SummaryParts {
  readonly engine: Pick<StackEngine, "name" | "version">;
  readonly project: Pick<QuickstartProject, "program" | "cwdOption">;
  readonly host: Pick<LabHost, "name" | "sshPort">;
  readonly upResult: StackResult;
  readonly answer: GuestAnswer;
  readonly change: Story["change"];
  readonly seconds: number;
  readonly isStopped: boolean;
}

export function summary(parts: SummaryParts): string {
  const { host, project, upResult, answer } = parts;
  const vnc = upResult.outputs["vncAddress"];
  const command = upResult.outputs["consoleCommand"];
  const address = upResult.outputs["address"];
  const exists = upResult.operations
    .filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/xen:"))
    .map(({ type, name }) => `${type.replace(/^.*:/, "")} ${name}`);
  const lines = [
    "",
    `Done in ${parts.seconds} s, by the ${parts.engine.name} engine ${parts.engine.version}.`,
    "",
    "What exists now",
    `  ${[...new Set(exists)].join(", ")}`,
    `  The guest has the address ${typeof address === "string" ? address : "?"} and answered: ${answer.text}`,
    "  A second up changed nothing.",
  ];
  if (parts.isStopped) return [...lines, "", "The lab host is being stopped."].join("\n");
  return [
    ...lines,
    "",
    "Look inside",
    `  the host       npx pulumi-xen lab ssh --name ${host.name}`,
    `  its guests     npx pulumi-xen lab ssh --name ${host.name} xl list`,
    `  the guest      ${answer.command}`,
    ...(typeof command === "string"
      ? [`  its console    npx pulumi-xen lab ssh --name ${host.name} -t ${command}     (Ctrl-] leaves it)`]
      : []),
    ...(typeof vnc === "string"
      ? [
          `  its screen     VNC at ${vnc} of the host; bring it here with: npx pulumi-xen lab ssh --name ${host.name} -L ${vnc.replace(/^.*:/, "")}:${vnc} -N`,
        ]
      : []),
    "",
    "The next thing to try",
    `  Change memoryMiB in ${project.program} from ${parts.change.join(" to ")}, then look at the plan and apply it:`,
    `    npx pulumi-xen stack preview${project.cwdOption} --stack quickstart     it says \`live\``,
    `    npx pulumi-xen stack up${project.cwdOption} --stack quickstart          it happens while the guest runs`,
    "",
    `The lab host stays up. Stop it with: npx pulumi-xen lab down --name ${host.name}`,
  ].join("\n");
}
