/** Does a text show a value that is marked as secret? */
import type { CommonInputs } from "../../provider/pulumi";
import type { AnyLawKind, Faults } from "./kind";
import { isOpened } from "./words";

/** They stand in many texts by themselves. */
const WORDS = ["destroy", "restart", "reboot", "preserve", "rename-restart", "coredump-destroy", "coredump-restart"];

/**
 * @param secrets names of properties; what another property says as well is no secret.
 * @param hidden values that no text may show in any case.
 */
export function shownSecrets(
  {
    secrets,
    inputs,
    hidden,
  }: { secrets: readonly string[]; inputs: readonly CommonInputs[]; hidden: readonly string[] },
  texts: readonly string[],
): Faults {
  const isSecret = ([name]: [string, unknown]): boolean => secrets.includes(name);
  const open = JSON.stringify(
    inputs.map((each) => Object.entries(each).filter((entry) => !isSecret(entry) && entry[0] !== "config")),
  );
  const marked = inputs
    .flatMap((each) => Object.entries(each).filter(isSecret))
    .flatMap(([, value]) => leaves(value))
    .filter((text) => !open.includes(text) && !WORDS.includes(text));
  // A short value stands in other words by chance.
  const values = new Set([...marked, ...hidden].filter((text) => text.length >= 6));
  return [...values].flatMap((value) =>
    texts
      .filter((text) => text.includes(value))
      .map((text) => `the secret ${JSON.stringify(value)} stands in ${JSON.stringify(text)}`),
  );
}

export function leaks(
  { hidden }: AnyLawKind,
  inputs: readonly CommonInputs[],
  secrets: readonly string[],
  plan: readonly { readonly text: string }[],
): Faults {
  const always = inputs.flatMap<string>((each) => hidden(each));
  return shownSecrets(
    { secrets, inputs, hidden: always },
    plan.map(({ text }) => text),
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
