import { Player } from "./play/player";
import { generate } from "./programs/generate";
(async () => {
  const p = await Player.start();
  for (const s of process.argv.slice(2)) {
    const h = s.endsWith(".json") ? JSON.parse(require("node:fs").readFileSync(s, "utf8")) : generate(Number(s), 10);
    const t = Date.now();
    const r = await p.play(h);
    console.log(
      `== seed ${s} ${Date.now() - t} ms`,
      r.violations
        .map((v) => `${v.step} ${v.rule}: ${v.text}`)
        .join(" || ")
        .slice(0, 900),
    );
    console.log(r.log.map((l) => l.replaceAll("\n", " ").slice(0, 420)).join("\n"));
  }
  await p.stop();
  process.exit(0);
})();
