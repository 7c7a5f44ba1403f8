/** Does a text show a value that is marked as secret? */
import type { CommonInputs } from "../../provider/pulumi";
import type { AnyLawKind, Faults } from "./kind";
import { isOpened } from "./words";

/** They stand in many texts by themselves. */
const WORDS = ["destroy", "restart", "reboot", "preserve", "rename-restart", "coredump-destroy", "coredump-restart"];

export interface Secrets {
  /** Names of properties; what another property says as well is no secret. */
  readonly secrets: readonly string[];
  readonly inputs: readonly CommonInputs[];
  /** The programs, where they are at hand: what check makes of a secret is a secret too. */
  readonly written?: readonly CommonInputs[];
}

/** By its label people are told of the object: only a change of the label itself must not show it. */
export function leaks(law: AnyLawKind, given: Secrets, shown: readonly Shown[]): Faults {
  const isOfLabel = ({ property }: Shown): boolean => property === law.label;
  const others = given.secrets.filter((name) => name !== law.label);
  return [
    ...leaksOf(law, given, shown.filter(isOfLabel)),
    ...leaksOf(
      law,
      { ...given, secrets: others },
      shown.filter((each) => !isOfLabel(each)),
    ),
  ];
}

interface Shown {
  readonly property?: string;
  readonly text: string;
}

function leaksOf(
  { hidden, kind }: AnyLawKind,
  { secrets, inputs, written = inputs }: Secrets,
  shown: readonly Shown[],
): Faults {
  const isSecret = ([name]: [string, unknown]): boolean => secrets.includes(name);
  const isComputed = ([name]: [string, unknown]): boolean => kind.computed.includes(name);
  const open = JSON.stringify(
    written.map((each) => Object.entries(each).filter((entry) => !isSecret(entry) && !isComputed(entry))),
  );
  const marked = [...inputs, ...written]
    .flatMap((each) => Object.entries(each).filter(isSecret))
    .flatMap(([, value]) => leaves(value))
    .filter((text) => !open.includes(text) && !WORDS.includes(text));
  const always = inputs.flatMap<string>((each) => hidden(each));
  // A short value stands in other words by chance.
  const values = new Set([...marked, ...always].filter((text) => text.length >= 6));
  return [...values].flatMap((value) =>
    shown
      .filter(({ text }) => text.includes(value))
      .map(({ text }) => `the secret ${JSON.stringify(value)} stands in ${JSON.stringify(text)}`),
  );
}

/** What an update must hide of its own accord; a preview hides what was secret as well. */
export function secretsOf(olds: CommonInputs, news: CommonInputs): readonly string[] {
  return isOpened(olds, news) ? [] : (news.secretProperties ?? []);
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}
