/** What the program test/support/programs/identity declares, as its configuration says it. */
export interface Declared {
  readonly type: "DiskImage" | "DomU";
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The component it stands in. */
  readonly component?: string;
  readonly aliases?: readonly Alias[];
  readonly replaceOnChanges?: readonly string[];
}

interface Alias {
  readonly name?: string;
  /** null: in none. */
  readonly component?: string | null;
}
