/** Gathers what a run told into its result, and shows it on the way. */
import { stripVTControlCharacters } from "node:util";
import { describe, describeCounts, describeOutputs, elapsed, inColour, type Paint, plain } from "./display";
import type { EngineEvent, OperationKind } from "./events";
import { shownJson } from "./shown-values";
import type { StackOperation, StackResult } from "./stack-engine";
import { isProviderUrn, nameOfUrn, STACK_TYPE, typeOfUrn } from "./urn";
import type { Json, PropertyMap } from "./wire-values";

export class Recorder {
  readonly #show: (text: string) => void;
  readonly #paint: Paint;
  readonly #begun = Date.now();
  readonly #operations: StackOperation[] = [];
  readonly #errors: string[] = [];
  readonly #log: string[] = [];
  readonly #counts = new Map<OperationKind, number>();
  #changed = 0;
  /** Since the last error was shown. */
  #isMoreShown = false;
  #outputs: PropertyMap;

  constructor(show: ((text: string) => void) | undefined, colours: boolean, outputs: PropertyMap) {
    this.#show = show ?? (() => undefined);
    this.#paint = colours ? inColour : plain;
    this.#outputs = outputs;
  }

  /** A bound method: it is handed around as the run's `emit`. */
  readonly emit = (event: EngineEvent): void => {
    const isError = event.kind === "failed" || (event.kind === "message" && event.severity === "error");
    this.#lines((paint) => describe(event, paint));
    if (isError) this.#isMoreShown = false;
    if (event.kind === "outputs") this.#outputs = event.news;
    if (event.kind === "failed") this.#errors.push(`${nameOfUrn(event.urn)}: ${event.message}`);
    if (event.kind === "message" && event.severity === "error") this.#errors.push(event.text.trimEnd());
    if (event.kind === "done" && !isProviderUrn(event.urn)) this.#count(event);
  };

  say(text: string): void {
    this.#lines((paint) => [paint("bold", text)]);
  }

  /** A run that ended by itself. `ok` is the verdict of who ran it. */
  finish(ok: boolean, preview: boolean): StackResult {
    this.#lines((paint) => describeOutputs(this.#outputs, paint));
    const counts = describeCounts(this.#counts, preview);
    const time = elapsed(Date.now() - this.#begun);
    // Other operations may have filled the screen since it went wrong.
    const isAgain = !ok && this.#isMoreShown && this.#errors.length > 0;
    this.#lines((paint) => [
      ...(isAgain
        ? [paint("red", "Errors"), ...this.#errors.map((text) => `  ${text.replaceAll("\n", "\n      ")}`)]
        : []),
      ok
        ? `${paint("bold", preview ? "Preview" : "Done")}: ${counts || "nothing to do"} ${time}`
        : `${paint("red", "Failed")}${counts === "" ? "" : `: ${counts}`} ${time}`,
    ]);
    return {
      ok,
      operations: this.#operations,
      changed: this.#changed,
      outputs: shownJson(this.#outputs) as Readonly<Record<string, Json>>,
      errors: this.#errors,
      log: this.#log.join(""),
    };
  }

  #count({ op, urn, news, isSame = false }: EngineEvent & { kind: "done" }): void {
    this.#operations.push({ op, urn, type: typeOfUrn(urn), name: nameOfUrn(urn) });
    // The counts are of what the program declares: the stack itself is none of it.
    if (typeOfUrn(urn) === STACK_TYPE) {
      if (op !== "same") this.#changed += 1;
      return;
    }
    const seen = op === "refresh" ? (news === undefined ? "delete" : isSame ? "same" : "update") : op;
    this.#counts.set(seen, (this.#counts.get(seen) ?? 0) + 1);
    if (seen !== "same") this.#changed += 1;
  }

  #lines(make: (paint: Paint) => string[]): void {
    const bare = make(plain);
    if (bare.length === 0) return;
    this.#isMoreShown = true;
    this.#log.push(`${stripVTControlCharacters(bare.join("\n"))}\n`);
    const shown = make(this.#paint).join("\n");
    // The SDK colours a program's stack trace, whoever reads it.
    this.#show(`${this.#paint === plain ? stripVTControlCharacters(shown) : shown}\n`);
  }
}
