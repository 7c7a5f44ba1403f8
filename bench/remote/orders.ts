/** What main.ts tells inside.ts. */
import type { AnsibleHere } from "./competitors/ansible-install";

export interface Orders {
  /** For everything that is written; main.ts removes it. */
  readonly folder: string;
  /** `undefined`: inside.ts runs in namespaces of its own. */
  readonly whyNoNamespaces?: string;
  readonly isQuick: boolean;
  /** Names of scenarios; none: all. */
  readonly only: readonly string[];
  readonly ansible: AnsibleHere;
}
