/** The documentation of a kind's properties: a row each. */
import { interfaceFields, tableFields } from "./doc-comments";
import type { DocumentedKind, DocumentedProperty } from "./kinds";
import { typeWords } from "./type-words";

/** @throws Error where an entry has no doc comment: then nobody knows what it is for. */
export function propertyTable({ file, name, table, parts }: DocumentedKind): string {
  const comments = tableFields(file, name);
  const rows = Object.entries(table).map(([property, entry]) => {
    const comment = comments.find((field) => field.name === property)?.comment ?? "";
    if (comment === "") throw new Error(`${file}: the entry ${property} of ${name} has no doc comment.`);
    return [`\`${property}\``, typeWords(entry.type), defaultWords(entry), entry.change.says, comment];
  });
  const fields = parts.flatMap((part) =>
    interfaceFields(part.file, part.name).map((field) => [
      `\`${part.of}.${field.name}\``,
      `\`${field.type ?? ""}\``,
      field.comment,
    ]),
  );
  return [
    ...markdown(["Property", "Type", "Default", "A change does", "What it is"], rows),
    ...(fields.length === 0 ? [] : ["", ...markdown(["Field", "Type", "What it is"], fields)]),
  ].join("\n");
}

/** Which properties do what, the mildest first. */
export function effectRows({ title, table }: DocumentedKind): string[][] {
  const said = new Map<string, string[]>();
  for (const [property, { change }] of Object.entries(table)) {
    said.set(change.says, [...(said.get(change.says) ?? []), `\`${property}\``]);
  }
  return [...said].map(([says, properties]) => [title, properties.join(", "), says]);
}

export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)];
}

/** Empty where there is none. */
export function defaultWords({ default: value, defaultSays }: DocumentedProperty): string {
  if (defaultSays !== undefined) return defaultSays;
  return value === undefined || typeof value === "function" ? "" : `\`${JSON.stringify(value)}\``;
}
