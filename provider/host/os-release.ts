/** Which system a host runs, as it says itself in /etc/os-release (os-release(5)), or in the one line of /etc/redhat-release. Pure. */

export interface OsRelease {
  /** `debian`; empty where the file does not say. */
  readonly id: string;
  /** `12`; empty for a rolling or unreleased system. */
  readonly versionId: string;
  /** `["rhel", "fedora"]` */
  readonly idLike: readonly string[];
  /** For people: `Debian GNU/Linux 12 (bookworm)`. */
  readonly prettyName: string;
}

/** Reads the file's shell-like assignments; unknown keys and lines are passed over. */
export function parseOsRelease(text: string): OsRelease {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim());
    if (match?.[1] !== undefined) values.set(match[1], unquoted(match[2] ?? ""));
  }
  const id = values.get("ID") ?? "";
  return {
    id,
    versionId: values.get("VERSION_ID") ?? "",
    idLike: (values.get("ID_LIKE") ?? "").split(/\s+/).filter((word) => word !== ""),
    prettyName: values.get("PRETTY_NAME") ?? (id === "" ? "an unknown system" : id),
  };
}

const RED_HATS: readonly (readonly [RegExp, string])[] = [
  [/^CentOS/, "centos"],
  [/^Red Hat Enterprise/, "rhel"],
  [/^Oracle/, "ol"],
  [/^Scientific/, "scientific"],
];

/** `CentOS release 6.5 (Final)`: Enterprise Linux before 7 has no other file. */
export function parseRedHatRelease(text: string): OsRelease {
  const line = text.split("\n", 1)[0]?.trim() ?? "";
  const id = RED_HATS.find(([form]) => form.test(line))?.[1] ?? "";
  const versionId = /\brelease (\d+(?:\.\d+)*)/.exec(line)?.[1] ?? "";
  return { id, versionId, idLike: id === "" ? [] : ["rhel"], prettyName: line === "" ? "an unknown system" : line };
}

function unquoted(value: string): string {
  const match = /^(["'])(.*)\1$/.exec(value);
  return (match?.[2] ?? value).replaceAll(/\\(["'$`\\])/g, "$1");
}
