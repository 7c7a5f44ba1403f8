import { readEventLog } from "../../../../lab/engine/event-log";
import { UNKNOWN } from "../../../../lab/engine/wire-values";

const step = (op: string, type: string, name: string, outputs: object = {}): string =>
  JSON.stringify({ resOutputsEvent: { metadata: { op, urn: `urn:pulumi:d::p::${type}::${name}`, new: { outputs } } } });

it("reads operations, outputs and errors, leaves providers out, and forgives a line cut off", () => {
  const log = [
    step("create", "pulumi:providers:pulumi-nodejs", "default"),
    step("create", "t:t:T", "a"),
    JSON.stringify({ diagnosticEvent: { severity: "error", message: "it broke\n" } }),
    step("same", "pulumi:pulumi:Stack", "p-d", { ip: UNKNOWN, n: 1 }),
    '{"resOutputsEv',
  ].join("\n");
  expect(readEventLog(log, false)).toEqual({
    operations: [
      { op: "create", urn: "urn:pulumi:d::p::t:t:T::a", type: "t:t:T", name: "a" },
      { op: "same", urn: "urn:pulumi:d::p::pulumi:pulumi:Stack::p-d", type: "pulumi:pulumi:Stack", name: "p-d" },
    ],
    changed: 1,
    outputs: { ip: "[unknown]", n: 1 },
    errors: ["it broke"],
  });
});
