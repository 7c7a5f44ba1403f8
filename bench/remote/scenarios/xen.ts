/**
 * Whole operations of the product on a pretended Xen host, beside the raw commands that an operator types for the same over
 * one open connection: a guest's memory changed while it runs, and a refresh of the quickstart's five resources.
 */
import { type Typed, openTyped } from "../competitors/typed";
import { closeHosts } from "../ours";
import { type Kept, fiveOf, ownerOf, refreshed, withMemory } from "../ours-five";
import { fixed, median, table } from "../../figures";
import { BRIDGE, GUEST, PACKAGES } from "../server/xen-host/recordings";
import { GUEST_MS, XL_MS, type XenHost, startXenHost } from "../server/xen-host/xen-host";
import { repeated, timed } from "../../timing";
import type { Section, Setting } from "./setting";

export async function xen(setting: Setting): Promise<Section> {
  const host = await startXenHost(setting.link, ownerOf);
  try {
    setting.say("five resources on a pretended Xen host");
    const five = await fiveOf(host);
    const typed = await openTyped(host.server, host.path);
    try {
      const runs = setting.isQuick ? 3 : 11;
      setting.say("a live change of memory");
      const memory = await memoryRuns(setting, runs, five, typed, host);
      setting.say("a refresh of five resources");
      const refresh = await refreshRuns(setting, runs, five, typed, host);
      return section(memory, refresh);
    } finally {
      typed.close();
    }
  } finally {
    await closeHosts();
    await host.server.stop();
  }
}

/** What ours asks of the host before a change of the memory, and again after it. */
const LOOK = [
  "xl list -v",
  "xl list -l",
  "xl vcpu-list",
  "xl info",
  `cat /etc/xen/${GUEST.name}.cfg`,
  "ls -l /etc/xen/auto",
];

interface Run {
  readonly ours: number;
  readonly flights: number;
  readonly ourCalls: number;
  readonly typedCalls: number;
  /** One command after the other, each typed when the one before has answered. */
  readonly typed: number;
  /** The same commands pasted as one text. */
  readonly pasted: number;
}

interface MemoryRun extends Run {
  /** Of these, the three alone that change the memory: without a look, and without the guest's file. */
  readonly bare: { readonly typedCalls: number; readonly typed: number; readonly pasted: number };
}

/** In turns, so that what else the machine does meets all of them. */
async function memoryRuns(
  setting: Setting,
  runs: number,
  five: readonly Kept[],
  typed: Typed,
  host: XenHost,
): Promise<MemoryRun[]> {
  const first = five.find(({ kind }) => kind === "domu");
  if (first === undefined) throw new Error("There is no guest.");
  const [low, high] = [GUEST.memoryMiB, GUEST.memoryMiB + 64];
  let guest = first;
  return repeated(runs, async () => {
    await setting.link.flights();
    const before = host.xlCalls();
    const ours = await timed(() => withMemory(guest, high));
    const [flights, ourCalls] = [await setting.link.flights(), host.xlCalls() - before];
    await shows(typed, high);
    guest = await withMemory(ours.value, low);
    await shows(typed, low);
    const whole = await memoryTyped(typed, host, [low, high], [...LOOK, editMemory(high)], LOOK);
    const bare = await memoryTyped(typed, host, [low, high], ["xl list"], []);
    return { ours: ours.seconds, flights, ourCalls, ...whole, bare };
  });
}

/** The file is what the guest's next start is made of: who leaves it as it is has changed the memory until then only. */
function editMemory(memoryMiB: number): string {
  return `sed -i 's/^memory *=.*/memory = ${String(memoryMiB)}/' /etc/xen/${GUEST.name}.cfg`;
}

/** Typed, then pasted; each is taken back. */
async function memoryTyped(
  typed: Typed,
  host: XenHost,
  [low, high]: readonly [number, number],
  before: readonly string[],
  after: readonly string[],
): Promise<{ typedCalls: number; typed: number; pasted: number }> {
  const set = (memoryMiB: number): string => `xl mem-set ${GUEST.name} ${String(memoryMiB)}m`;
  const back = async (): Promise<void> => {
    await typed.type(`${editMemory(low)}; ${set(low)}`);
    await shows(typed, low);
  };
  const beforeTyped = host.xlCalls();
  const byHand = await timed(async () => {
    for (const command of [...before, set(high)]) await typed.type(command);
    await shows(typed, high);
    for (const command of after) await typed.type(command);
  });
  const typedCalls = host.xlCalls() - beforeTyped;
  await back();
  const wait = `until xl list ${GUEST.name} | grep -q " ${String(high)} "; do sleep 0.05; done`;
  const pasted = await timed(() => typed.type([...before, set(high), wait, ...after].join("\n")));
  await back();
  return { typedCalls, typed: byHand.seconds, pasted: pasted.seconds };
}

/** As an operator does: the same command until it shows. */
async function shows(typed: Typed, memoryMiB: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await typed.type(`xl list ${GUEST.name}`)).includes(` ${String(memoryMiB)} `)) return;
  }
  throw new Error(`The guest did not follow to ${String(memoryMiB)} MiB.`);
}

async function refreshRuns(
  setting: Setting,
  runs: number,
  five: readonly Kept[],
  typed: Typed,
  host: XenHost,
): Promise<Run[]> {
  const commands = [
    "xl info",
    "xl list",
    "cat /proc/cmdline",
    `dpkg-query -W -f '\${Package} \${Version}\\n' ${PACKAGES.join(" ")}`,
    "cat /etc/default/grub.d/zz-pulumi-xen.cfg",
    "grub-editenv list",
    "ip -j -d link show",
    "ip -j addr show",
    "cat /etc/network/interfaces",
    `stat -L -c %s ${host.disk}`,
    "sha256sum /var/lib/pulumi-xen/media/media/vmlinuz /var/lib/pulumi-xen/media/media/initrd",
    "xl list -l",
    "xl vcpu-list",
    `cat /etc/xen/${GUEST.name}.cfg`,
    "ls -l /etc/xen/auto",
  ];
  return repeated(runs, async () => {
    await setting.link.flights();
    const before = host.xlCalls();
    const ours = await timed(() => refreshed(five));
    const [flights, ourCalls] = [await setting.link.flights(), host.xlCalls() - before];
    right(ours.value);
    const beforeTyped = host.xlCalls();
    const byHand = await timed(async () => {
      for (const command of commands) await typed.type(command);
    });
    const typedCalls = host.xlCalls() - beforeTyped;
    const pasted = await timed(() => typed.type(commands.join("\n")));
    return { ours: ours.seconds, flights, ourCalls, typedCalls, typed: byHand.seconds, pasted: pasted.seconds };
  });
}

/** A quick answer counts only when it is one. */
function right(seen: readonly Record<string, unknown>[]): void {
  const [host, bridge, disk, media, guest] = seen;
  const told = [
    [host?.["xenVersion"], "4.17.7"],
    [bridge?.["macAddress"], BRIDGE.mac],
    [disk?.["phase"], "ready"],
    [media?.["phase"], "ready"],
    [guest?.["phase"], "done"],
    [guest?.["memoryMiB"], GUEST.memoryMiB],
    [guest?.["domid"], 1],
  ];
  for (const [got, wanted] of told) {
    if (got !== wanted) throw new Error(`The refresh says ${String(got)} where it should say ${String(wanted)}.`);
  }
}

function section(memory: readonly MemoryRun[], refresh: readonly Run[]): Section {
  const row = (name: string, runs: readonly Run[]): { ratio: number; cells: string[] } => {
    const of = (value: (run: Run) => number): number => median(runs.map(value));
    const [ours, typed, pasted] = [of((run) => run.ours), of((run) => run.typed), of((run) => run.pasted)];
    const flights = of((run) => run.flights);
    return {
      ratio: ours / typed,
      cells: [
        name,
        fixed(ours, 3),
        fixed(typed, 3),
        fixed(ours / typed, 2),
        fixed(pasted, 3),
        fixed(ours / pasted, 2),
        fixed(flights, 0),
        `${fixed(
          of((run) => run.ourCalls),
          0,
        )} and ${fixed(
          of((run) => run.typedCalls),
          0,
        )}`,
        String(runs.length),
      ],
    };
  };
  const live = row("a live change of memory", memory);
  const bare = row(
    "the same, beside xl list, xl mem-set and xl list alone",
    memory.map((run) => ({ ...run, ...run.bare })),
  );
  const five = row("a refresh of five resources", refresh);
  return {
    figures: { live_memory_ratio: live.ratio, refresh_five_ratio: five.ratio },
    text: [
      "Whole operations on a pretended Xen host (a real shell and sshd; the programs that need Xen print what a real host printed,",
      `a call of xl takes ${String(XL_MS)} ms, the guest follows ${String(GUEST_MS)} ms after xl mem-set), all on open connections. Typed: the raw commands in one`,
      "shell, each when the one before has answered; pasted: all of them as one text. Of the change of memory they are what asks the same",
      "before and after, edits the guest's file and changes the memory; the second row is beside the three alone that change it.",
      "",
      table(
        [
          "Operation",
          "Ours, s",
          "Typed, s",
          "Times typed",
          "Pasted, s",
          "Times pasted",
          "Our flights",
          "Calls of xl, ours and typed",
          "Runs",
        ],
        [live.cells, bare.cells, five.cells],
      ),
    ].join("\n"),
  };
}
