/** Stack configuration: `project:key` with its value, as the program and the provider get it. */

interface ConfigValue {
  readonly value: string;
  readonly secret: boolean;
}

export type Config = ReadonlyMap<string, ConfigValue>;

/** A key without a namespace belongs to the project. */
export function configKey(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

/**
 * The `config` of a Pulumi.<stack>.yaml: texts, numbers and booleans as they are, anything deeper as JSON, and
 * `secure: v1:…` opened.
 *
 * @throws Error naming the key that is neither.
 */
export function readStackConfig(project: string, section: unknown, decrypt: (text: string) => string): Config {
  return new Map(
    entriesOf(section, "config").map(([key, value]): [string, ConfigValue] => {
      if (isRecord(value) && typeof value["secure"] === "string") {
        return [configKey(project, key), { value: decrypt(value["secure"]), secret: true }];
      }
      return [configKey(project, key), { value: asText(value), secret: false }];
    }),
  );
}

/** Defaults of a Pulumi.yaml: `key: value`, `key: { value: … }` or `key: { type: …, default: … }`. */
export function readProjectConfig(project: string, section: unknown): Config {
  return new Map(
    entriesOf(section, "config").flatMap(([key, entry]): [string, ConfigValue][] => {
      const value = isRecord(entry) ? (entry["value"] ?? entry["default"]) : entry;
      if (value === undefined || value === null) return [];
      const secret = isRecord(entry) && entry["secret"] === true;
      return [[configKey(project, key), { value: asText(value), secret }]];
    }),
  );
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function entriesOf(section: unknown, what: string): [string, unknown][] {
  if (section === undefined || section === null) return [];
  if (!isRecord(section)) throw new Error(`${what} must be a map of keys to values.`);
  return Object.entries(section);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
