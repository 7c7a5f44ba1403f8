import { ChannelGate } from "../../../provider/remote/link/channel-gate";

it("lets in as many as the limit, and the next when one leaves", async () => {
  const gate = new ChannelGate(2);
  await gate.enter();
  await gate.enter();
  let isIn = false;
  const third = gate.enter().then(() => {
    isIn = true;
  });
  await Promise.resolve();
  expect(isIn).toBe(false);
  gate.leave();
  await third;
  expect(isIn).toBe(true);
});

it("learns what a host allows from a refusal, and never less than one", async () => {
  const gate = new ChannelGate(8);
  for (let index = 0; index < 4; index += 1) await gate.enter();
  gate.refused();
  expect(gate.limit).toBe(3);
  const lonely = new ChannelGate(8);
  await lonely.enter();
  lonely.refused();
  expect(lonely.limit).toBe(1);
});

/** Ways to close channels, and which were closed. */
function closing(gate: ChannelGate): { closed: string[]; close: (name: string) => () => void } {
  const closed: string[] = [];
  const close = (name: string) => () => {
    closed.push(name);
    gate.leave();
  };
  return { closed, close };
}

it("has a channel at rest closed for those who wait, the one that rested longest first", async () => {
  const gate = new ChannelGate(2);
  const { closed, close } = closing(gate);
  await gate.enter();
  const takeFirst = gate.rest(close("first"));
  await gate.enter();
  const takeSecond = gate.rest(close("second"));
  await gate.enter();
  expect(closed).toEqual(["first"]);
  expect(takeFirst()).toBe(false);
  expect(takeSecond()).toBe(true);
});

it("has a channel closed that comes to rest while somebody waits, and one at rest when the host refuses", async () => {
  const gate = new ChannelGate(1);
  const closed: string[] = [];
  await gate.enter();
  const next = gate.enter();
  gate.rest(() => {
    closed.push("rested");
    gate.leave();
  });
  await next;
  gate.rest(() => closed.push("refused"));
  gate.refused();
  expect(closed).toEqual(["rested", "refused"]);
});

it("closes a channel that is in use and obliging only when none is at rest", async () => {
  const gate = new ChannelGate(2);
  const { closed, close } = closing(gate);
  await gate.enter();
  gate.oblige(close("obliging"));
  await gate.enter();
  gate.rest(close("resting"));
  await gate.enter();
  expect(closed).toEqual(["resting"]);
  await gate.enter();
  expect(closed).toEqual(["resting", "obliging"]);
});
