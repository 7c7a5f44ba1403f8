import { ChannelGate } from "../../../provider/remote/channel-gate";

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
