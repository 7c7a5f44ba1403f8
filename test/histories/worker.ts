/** Plays one history after the other on a host of its own, as main.ts sends them. */
import type { History } from "./play/history";
import { Player } from "./play/player";

const player = Player.start();
player.catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

// The one who sent the history decides when this ends; a terminal's Ctrl-C reaches us as well.
process.on("SIGINT", () => undefined);
process.on("message", ({ number, history }: { number: number; history: History }) => {
  void player.then(async (ready) => ready.play(history)).then((played) => process.send?.({ number, ...played }));
});
process.on("disconnect", () => {
  void player.then(async (ready) => ready.stop()).finally(() => process.exit(0));
});
