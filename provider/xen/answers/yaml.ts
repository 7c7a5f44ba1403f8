/** YAML of plain data, as any reader of it takes it. Pure. */

export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** Block style; every text in double quotes, so that no `yes`, `1e3`, `null` or `#` of it is more than text. */
export function yaml(value: YamlValue, indent = ""): string {
  if (Array.isArray(value)) {
    const entries = value as readonly YamlValue[];
    if (entries.length === 0) return `${indent}[]\n`;
    return entries.map((entry) => `${indent}- ${yaml(entry, `${indent}  `).slice(indent.length + 2)}`).join("");
  }
  if (typeof value === "object") {
    const members = Object.entries(value as Readonly<Record<string, YamlValue>>);
    if (members.length === 0) return `${indent}{}\n`;
    return members.map(([key, member]) => `${indent}${yamlKey(key)}:${below(member, `${indent}  `)}`).join("");
  }
  return `${indent}${scalar(value)}\n`;
}

function below(value: YamlValue, indent: string): string {
  const isEmpty = typeof value === "object" && Object.keys(value).length === 0;
  return typeof value === "object" && !isEmpty ? `\n${yaml(value, indent)}` : ` ${yaml(value)}`;
}

function yamlKey(key: string): string {
  return /^[a-z][a-z0-9_-]*$/.test(key) && !/^(y|n|yes|no|on|off|true|false|null)$/.test(key) ? key : scalar(key);
}

function scalar(value: string | number | boolean): string {
  // YAML's double quotes read all of JSON's escapes. What a reader may take for the end of a line, or refuses, is escaped too.
  return typeof value === "string" ? JSON.stringify(value).replaceAll(UNPRINTABLE, escaped) : String(value);
}

const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
