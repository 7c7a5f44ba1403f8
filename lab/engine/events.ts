/** What a run tells while it runs; the display shows it, the result counts it. Names of operations are Pulumi's. */
import type { ResourceState } from "./resource-state";
import type { PropertyMap } from "./wire-values";

export type OperationKind =
  | "same"
  | "create"
  | "update"
  | "delete"
  /** The replacement as a whole: it stands for its parts in counts. */
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "remove-pending-replace"
  | "refresh";

export type Severity = "debug" | "info" | "warning" | "error";

export type EngineEvent =
  | { readonly kind: "started"; readonly op: OperationKind; readonly urn: string; readonly preview: boolean }
  | {
      readonly kind: "done";
      readonly op: OperationKind;
      readonly urn: string;
      readonly preview: boolean;
      readonly olds: ResourceState | undefined;
      readonly news: ResourceState | undefined;
      /** A refresh found nothing new. */
      readonly isSame?: boolean;
      readonly elapsedMs: number;
    }
  | {
      readonly kind: "failed";
      readonly op: OperationKind;
      readonly urn: string;
      readonly message: string;
      readonly elapsedMs: number;
    }
  | { readonly kind: "message"; readonly severity: Severity; readonly text: string; readonly urn?: string }
  | { readonly kind: "outputs"; readonly olds: PropertyMap; readonly news: PropertyMap };

export type Emit = (event: EngineEvent) => void;
