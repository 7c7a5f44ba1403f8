/** What the refusal of an up advises, as far as users here follow it. Pure. */
export type Advice =
  /** The guest boots what is on its disk. */
  | { readonly do: "bootWhatIsThere" }
  | { readonly do: "changeInPlace" }
  | { readonly do: "permitRestart" }
  /** Where no state knows a renamed resource any more. */
  | { readonly do: "callAgain"; readonly name: string }
  /** Where no state knows a guest that has been renamed since. */
  | { readonly do: "setUuid"; readonly uuid: string };

export function adviceIn(message: string): Advice | undefined {
  if (message.includes("an installer would write over it")) return { do: "bootWhatIsThere" };
  if (message.includes("take replaceOnChanges out")) return { do: "changeInPlace" };
  if (message.includes('Add "restart" to allow')) return { do: "permitRestart" };
  const uuid = /own, under the uuid (\S+), which its state no longer knows/.exec(message)?.[1];
  if (uuid !== undefined) return { do: "setUuid", uuid };
  const name = message.includes("where no state has it any more")
    ? /\{ name: "(.+?)" \}/.exec(message)?.[1]
    : undefined;
  return name === undefined ? undefined : { do: "callAgain", name };
}
