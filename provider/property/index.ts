/** What a property is, and values that are not known yet. Pure; the ground floor. */
export {
  type ChangeRule,
  type Difference,
  type EntryChange,
  type Outcome,
  type Property,
  UNSEEN,
  type ValuesOf,
} from "./property";
export { type Table, schemaOf, withDefaults } from "./table";
export { UNKNOWN, hasUnknown, isUnknown, shown, whenKnown } from "./unknown";
