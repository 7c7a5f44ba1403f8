import { parseMessage, splitLines, statusOf } from "../../../../lab/host/qmp-messages";

describe("QEMU's monitor", () => {
  it("greets, returns, refuses and tells of events (lines of QEMU 7.2)", () => {
    expect(
      parseMessage('{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": ["oob"]}}'),
    ).toEqual({
      kind: "greeting",
    });
    expect(parseMessage('{"return": {"status": "paused", "singlestep": false, "running": false}}')).toEqual({
      kind: "return",
      value: { status: "paused", singlestep: false, running: false },
    });
    expect(parseMessage('{"error": {"class": "GenericError", "desc": "There\'s no outgoing migration"}}')).toEqual({
      kind: "error",
      description: "There's no outgoing migration",
    });
    expect(parseMessage('{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "RESUME"}')).toEqual({
      kind: "event",
      name: "RESUME",
    });
  });

  it("is not believed when it says anything else", () => {
    expect(() => parseMessage("(qemu) info status")).toThrow(/no QMP.*info status/);
    expect(() => parseMessage("[]")).toThrow(/no QMP/);
  });

  it("is read line by line, however its answers are cut", () => {
    const text = '{"return": {}}\r\n{"event": "STOP"}\r\n';
    for (let cut = 0; cut <= text.length; cut++) {
      const first = splitLines(text.slice(0, cut));
      const second = splitLines(first.rest + text.slice(cut));
      expect([...first.lines, ...second.lines]).toEqual(['{"return": {}}', '{"event": "STOP"}']);
      expect(second.rest).toBe("");
    }
  });

  it("has no status before a migration has begun", () => {
    expect(statusOf({})).toBe("none");
    expect(statusOf({ status: "active" })).toBe("active");
  });
});
