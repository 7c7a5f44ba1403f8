/** The life of a guest as a picture and a table, from the data that the product itself goes by. */
import { LIFE, type Phase } from "../../provider/resources/domu/domu.life";
import { markdown } from "./property-table";

export function lifePicture(): string {
  const phases = Object.keys(LIFE) as Phase[];
  const arrows = phases.flatMap((phase) => LIFE[phase].next.map((next) => `  ${word(phase)} --> ${word(next)}`));
  return ["```mermaid", "stateDiagram-v2", `  [*] --> ${word(phases[0] ?? "")}`, ...arrows, "```"].join("\n");
}

export function lifeTable(): string {
  const rows = Object.entries(LIFE).map(([phase, { means, ends, isInstalled }]) => [
    `\`${phase}\``,
    means,
    ends,
    isInstalled ? "yes" : "no",
  ]);
  return markdown(["Phase", "What is so", "What ends it", "Is it installed?"], rows).join("\n");
}

/** The language of the picture knows no dashes within a name. */
function word(phase: string): string {
  return phase.replaceAll("-", "_");
}
