/** What the engine and a provider process say to each other. */
import type { DynamicProvider } from "../../../provider/pulumi";

export type Method = keyof DynamicProvider;
export type Properties = Record<string, unknown>;

export interface Call {
  readonly number: number;
  readonly kind: string;
  readonly method: Method;
  readonly args: readonly unknown[];
}

export interface Said {
  readonly number: number;
  readonly result?: unknown;
  readonly error?: CallFault;
}

/** As the engine learns of it: a message and, of what was created but not finished, id and properties. */
export interface CallFault {
  readonly message: string;
  readonly id?: string;
  readonly properties?: Properties;
}
