/** Files of sections with settings, in their order: systemd's (systemd.syntax(7)) and NetworkManager's keyfiles. Pure. */

export interface Setting {
  readonly key: string;
  readonly value: string;
}

export interface Section {
  readonly name: string;
  readonly settings: readonly Setting[];
}

/** Lines before the first section, and lines that are none of its forms, mean nothing to those who read them either. */
export function parseSections(text: string): Section[] {
  const sections: { name: string; settings: Setting[] }[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    let line = (lines[at] ?? "").trim();
    if (line === "" || /^[#;]/.test(line)) continue;
    while (line.endsWith("\\") && at + 1 < lines.length) {
      const next = (lines[(at += 1)] ?? "").trim();
      // A comment between continued lines is passed over.
      line = /^[#;]/.test(next) ? line : `${line.slice(0, -1).trimEnd()} ${next}`;
    }
    const head = /^\[([^\]]+)\]$/.exec(line)?.[1];
    if (head !== undefined) {
      sections.push({ name: head, settings: [] });
      continue;
    }
    const equals = line.indexOf("=");
    if (equals > 0)
      sections
        .at(-1)
        ?.settings.push({ key: line.slice(0, equals).trim(), value: unquoted(line.slice(equals + 1).trim()) });
  }
  return sections;
}

export function renderSections(sections: readonly Section[]): string[] {
  return sections
    .filter(({ settings }) => settings.length > 0)
    .flatMap(({ name, settings }) => [`[${name}]`, ...settings.map(({ key, value }) => `${key}=${value}`), ""]);
}

/** Of all sections of a name, in their order; an empty value takes back what stands before it. */
export function valuesOf(sections: readonly Section[], name: string, key: string): string[] {
  return sections
    .filter((section) => section.name === name)
    .flatMap(({ settings }) => settings.filter((setting) => setting.key === key))
    .reduce<string[]>((values, { value }) => (value === "" ? [] : [...values, value]), []);
}

/** The last one counts. */
export function valueOf(sections: readonly Section[], name: string, key: string): string | undefined {
  return valuesOf(sections, name, key).at(-1);
}

/** Nothing where there is no value. */
export function settingOf(key: string, value: number | string | undefined): Setting[] {
  return value === undefined ? [] : [{ key, value: String(value) }];
}

/** Of a section that has one of these names. */
export function without(section: Section, names: readonly string[], keys: readonly string[]): Section {
  return names.includes(section.name)
    ? { ...section, settings: section.settings.filter(({ key }) => !keys.includes(key)) }
    : section;
}

/** systemd's words for yes. */
export function isYes(value: string | undefined): boolean {
  return /^(1|yes|y|true|t|on)$/i.test(value ?? "");
}

function unquoted(value: string): string {
  return /^"[^"]*"$/.test(value) ? value.slice(1, -1) : value;
}
