/** What `beforeAll` was to make. */
export function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("The host could not be made ready; see the failure above.");
  return value;
}
