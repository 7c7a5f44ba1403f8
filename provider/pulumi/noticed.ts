/**
 * What only the process that runs the program can see, noticed by the constructors and told by `check` among the other faults: that
 * two resources of one program claim the same thing, that a local file is not there. It travels as the input `noticed`, which
 * check takes out again.
 */
import * as pulumi from "@pulumi/pulumi";
import { perRun } from "./per-run";

export interface Notice {
  readonly path: readonly (string | number)[];
  /** `must …` or `which …`: follows the value, that check shows as it shows others. Anything else is the whole sentence. */
  readonly rule: string;
  readonly remedy: string;
}

/** A thing of which a host has only one, as one resource declares it. */
export interface Declaration {
  readonly path: readonly (string | number)[];
  /** What it is: the same value of another kind is another thing. */
  readonly kind: string;
  readonly value: unknown;
  /** Does not clash with another one that may be shared as well. */
  readonly isShared?: boolean;
  /** What to do where it is declared twice: `Give each its own.` */
  readonly remedy: string;
}

interface Declared {
  readonly by: Declarer;
  readonly at: string;
  readonly isShared: boolean;
}

const declaredInRun = perRun(() => new Map<string, Declared[]>());

export interface Declarer {
  /** `DomU "guest1"` */
  readonly title: string;
  /** A property's path as the program writes it. */
  readonly spelled: (path: string) => string;
}

/**
 * Notes what a resource declares on a host, and says what another one of the same program has declared before. Whatever is not
 * known yet is left to the host, which refuses by its claims.
 */
export function declaredTwice<T>(
  by: Declarer,
  connection: pulumi.Output<unknown>,
  part: T,
  declarations: (part: pulumi.Unwrap<T>) => readonly Declaration[],
): pulumi.Output<Notice[]> {
  const declared = declaredInRun();
  const { title, spelled } = by;
  return pulumi.unsecret(
    pulumi.all([connection, part]).apply(([known, value]) => {
      const host = hostKey(known);
      if (host === undefined) return [];
      return declarations(value).flatMap(({ path, kind, value: what, isShared = false, remedy }) => {
        if (typeof what !== "string" && typeof what !== "number") return [];
        const key = JSON.stringify([host, kind, what]);
        const before = declared.get(key) ?? [];
        const at = spelled(pathText(path));
        declared.set(key, [...before, { by, at, isShared }]);
        // Within one resource the rules of its kind tell.
        const other = before.find((one) => one.by !== by && !(one.isShared && isShared));
        if (other === undefined) return [];
        const rule = `which both ${other.by.title} (${other.at}) and ${title} (${at}) declare`;
        return [{ path, rule, remedy }];
      });
    }),
  );
}

/** The same host by the same words; two names of one host are told apart by its machine id, on the host. */
function hostKey(connection: unknown): string | undefined {
  if (typeof connection !== "object" || connection === null) return undefined;
  const { host, port = 22, jump } = connection as { host?: unknown; port?: unknown; jump?: unknown };
  return typeof host === "string" ? [host.toLowerCase(), port, hostKey(jump) ?? ""].join(" ") : undefined;
}

/** Pulumi's form: `disks[0].path`, `files["root.tgz"]`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number"
        ? `${text}[${part}]`
        : text === ""
          ? String(part)
          : /^[A-Za-z_]\w*$/.test(String(part))
            ? `${text}.${String(part)}`
            : `${text}[${JSON.stringify(String(part))}]`,
    "",
  );
}

/** Those of the input `noticed` that are known; in a preview any may be the marker. */
export function noticesOf(noticed: unknown): Notice[] {
  if (!Array.isArray(noticed)) return [];
  return noticed.flat(2).filter((one): one is Notice => typeof one === "object" && one !== null && "rule" in one);
}

/** Of a part of the arguments: known when that is. */
export type Later<T> = pulumi.Output<T>;

/** What `look` finds in a part of the arguments; nothing while it is not known. */
export function noticedIn<T, N>(part: T, look: (part: pulumi.Unwrap<T>) => readonly N[]): Later<N[]> {
  return pulumi.unsecret(pulumi.output(part).apply((known) => [...look(known)]));
}

/** The entries of a list, each by itself, so that one that is not known yet hides no other; or the whole where it is an Output. */
export function entriesOf<T>(list: T): readonly { readonly part: unknown; readonly first: number }[] {
  return Array.isArray(list)
    ? list.map((part: unknown, first) => ({ part: [part], first }))
    : [{ part: list, first: 0 }];
}
