/** One face for both engines: what a stack story needs of whichever runs it. */
import type { OperationKind } from "./events";
import type { DeploymentFile } from "./deployment-format";
import type { Json } from "./wire-values";

export type StackAction = "preview" | "up" | "refresh" | "destroy";

export interface StackOptions {
  /** A folder of the project: Pulumi.yaml lies there or above. */
  readonly cwd: string;
  readonly stack: string;
  /** `key` or `namespace:key`; over what the files say. */
  readonly config?: Readonly<Record<string, string>>;
  readonly secretConfig?: Readonly<Record<string, string>>;
  /** Operations at the same time; default 8. */
  readonly parallel?: number;
  /** Where what happens is shown, piece by piece; default nowhere (it is in `log` of the result too). */
  readonly show?: (text: string) => void;
  /** Colours in what is shown; default false. */
  readonly colours?: boolean;
  /** First abort: finish what is under way, save, stop. */
  readonly stop?: AbortSignal;
  /** Abort: end our processes now; what was under way stays noted as pending. */
  readonly kill?: AbortSignal;
}

export interface StackOperation {
  readonly op: OperationKind;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

export interface StackResult {
  readonly ok: boolean;
  /** What was done, or in a preview would be, in the order it ended; entries of providers are left out. */
  readonly operations: readonly StackOperation[];
  /** How many of them change something: all but `same`, and a `refresh` that found nothing new. */
  readonly changed: number;
  /** The stack's outputs; secrets as `[secret]`, what a preview cannot know as `[unknown]`. */
  readonly outputs: Readonly<Record<string, Json>>;
  /** What went wrong, one entry a failure. */
  readonly errors: readonly string[];
  /** All that was shown, without colours. */
  readonly log: string;
}

export interface StackEngine {
  readonly name: "pulumi" | "practice";
  readonly version: string;
  /** One sentence: which engine this is and why. */
  readonly why: string;
  preview(options: StackOptions): Promise<StackResult>;
  up(options: StackOptions): Promise<StackResult>;
  refresh(options: StackOptions): Promise<StackResult>;
  destroy(options: StackOptions): Promise<StackResult>;
  /** The state as `pulumi stack export` writes it: secrets encrypted. */
  export(options: StackOptions): Promise<DeploymentFile>;
  /** Takes the state over; its secrets must have been written with the passphrase in use. */
  import(options: StackOptions, file: DeploymentFile): Promise<void>;
}
