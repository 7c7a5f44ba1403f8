/**
 * The benchmark itself. main.ts starts it, in network namespaces of its own where there are any, with one argument: its
 * Orders as JSON. The report goes to stdout, what is going on to stderr.
 */
import type { AnsibleHere } from "./competitors/ansible-install";
import { ANSIBLE_MODES, ansible } from "./competitors/ansible";
import type { Competitor } from "./competitors/competitor";
import { controlMaster } from "./competitors/control-master";
import { newConnection } from "./competitors/new-connection";
import { namespacesLink } from "./link/namespaces-link";
import { proxiedLink } from "./link/proxied-link";
import { ROUND_TRIP_MS, type SlowLink } from "./link/slow-link";
import type { Orders } from "./orders";
import { fixed, median } from "../figures";
import { type Figures, lastLine } from "./report/figures";
import { load, machine } from "../machine";
import { creates } from "./scenarios/creates";
import { type Missing, operations } from "./scenarios/operations";
import { plan } from "./scenarios/plan";
import { refresh } from "./scenarios/refresh";
import type { Section, Setting } from "./scenarios/setting";
import { upload } from "./scenarios/upload";
import { xen } from "./scenarios/xen";
import { startSshd } from "./server/sshd";
import { repeated } from "../timing";

async function main(orders: Orders): Promise<number> {
  // A hundred programs at once, each with something to undo when this process is interrupted.
  process.setMaxListeners(0);
  const begun = Date.now();
  const say = (line: string): void => {
    console.error(`${String(Math.round((Date.now() - begun) / 1000)).padStart(4)}s  ${line}`);
  };
  const { folder, whyNoNamespaces } = orders;
  const link = whyNoNamespaces === undefined ? await namespacesLink(folder) : proxiedLink(folder, whyNoNamespaces);
  const roundTripMs = median(await repeated(9, () => link.roundTripMs()));
  console.log(`Machine: ${machine()}; load at the beginning ${load()}.`);
  console.log(
    `Link: ${link.description}; a round trip measured ${fixed(roundTripMs, 1)} ms (${String(ROUND_TRIP_MS)} wanted).`,
  );
  if (orders.isQuick) console.log("Quick: few operations and runs; ratios are by operation, fixed costs weigh more.");
  const setting: Setting = {
    link,
    nearby: (options = {}) => startSshd({ ...options, place: folder }),
    roundTrip: roundTripMs / 1000,
    isQuick: orders.isQuick,
    say,
  };
  const { competitors, missing } = competitorsOf(orders.ansible, link);
  const scenarios: Readonly<Record<string, () => Promise<Section>>> = {
    plan: () => plan(setting),
    refresh: () => refresh(setting),
    xen: () => xen(setting),
    creates: () => creates(setting),
    upload: () => upload(setting),
    operations: () => operations(setting, competitors, missing),
  };
  const figures: Figures = {};
  let failed = 0;
  for (const [name, run] of Object.entries(scenarios)) {
    if (orders.only.length > 0 && !orders.only.includes(name)) {
      console.log(`\nNot run: ${name} (--only ${orders.only.join(",")}).`);
      continue;
    }
    try {
      const section = await run();
      Object.assign(figures, section.figures);
      console.log(`\n${section.text}`);
    } catch (error) {
      failed += 1;
      console.log(`\n${name}: n/a, ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await link.close();
  console.log(`\nTook ${String(Math.round((Date.now() - begun) / 1000))} s; load at the end ${load()}.`);
  console.log(lastLine(figures));
  return failed === 0 ? 0 : 1;
}

function competitorsOf(
  here: AnsibleHere,
  link: SlowLink,
): { competitors: readonly Competitor[]; missing: readonly Missing[] } {
  const competitors = [newConnection(false), newConnection(true), controlMaster(link.folder)];
  const missing: Missing[] = [];
  for (const mode of ANSIBLE_MODES) {
    const installed = here[mode.needs];
    if (installed.isHere) competitors.push(ansible(mode, installed, link.folder));
    else missing.push({ name: mode.name, why: installed.why });
  }
  return { competitors, missing };
}

main(JSON.parse(process.argv[2] ?? "{}") as Orders).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
