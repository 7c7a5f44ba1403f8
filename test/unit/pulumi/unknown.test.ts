import { UNKNOWN, hasUnknown, shown, whenKnown } from "../../../provider/property";

describe("values that are not known yet", () => {
  it("are found at any depth", () => {
    expect(hasUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
    expect(hasUnknown({ a: [{ b: 1 }], c: null })).toBe(false);
  });

  it("make what is made of them unknown", () => {
    expect(whenKnown([1, 2] as const, (a, b) => a + b)).toBe(3);
    expect(whenKnown([1, UNKNOWN], (a, b) => `${a}${b}`)).toBe(UNKNOWN);
  });

  it("show as [unknown], secrets as [secret], never as themselves", () => {
    expect(shown(UNKNOWN)).toBe("[unknown]");
    expect(shown({ a: UNKNOWN })).not.toContain(UNKNOWN);
    expect(shown(`http://${UNKNOWN}/`)).not.toContain(UNKNOWN);
    expect(shown("hunter2", { secret: true })).toBe("[secret]");
  });
});
