/** What a change is, and the one planner that preview, update, verification and drift share. Pure. */
export type { Change } from "./change";
export { driftOf, planOf } from "./plan";
export { changeText } from "./words";
