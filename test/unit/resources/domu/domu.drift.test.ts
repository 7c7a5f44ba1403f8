import { lookedAt } from "../../../../provider/resources/domu/domu.lifecycle";
import { guestDrift, guestPlan } from "../../../../provider/resources/domu/domu.plan";
import type { DomUInputs } from "../../../../provider/resources/domu/domu.properties";
import { completeDomU } from "../../../../provider/resources/domu/domu.rules";
import { parseDomainConfig } from "../../../../provider/xen";
import { renderDomainConfig } from "../../../../provider/xen";
import { finalConfig } from "../../../../provider/resources/domu/domu.config";
import { guest } from "./guest";
import { running, seen } from "./observed";

const inputs = completeDomU(guest({ memoryMiB: 512, maxMemoryMiB: 1024, maxVcpus: 2 }));
const stopped = completeDomU({ ...inputs, powerState: "stopped" });
const texts = (is: ReturnType<typeof seen>): string[] =>
  guestPlan(is, inputs).map(({ text, effect }) => `${text}: ${effect}`);
/** The guest's file with a line more, or with one replaced. */
const file = (change: (text: string) => string): ReturnType<typeof parseDomainConfig> =>
  parseDomainConfig(change(renderDomainConfig(finalConfig(inputs))));

describe("the drift of a guest", () => {
  it("is none where the host is as declared", () => {
    expect(guestDrift(seen(inputs), inputs)).toEqual({});
    expect(texts(seen(inputs))).toEqual([]);
  });

  it("is none of a routed interface, for which libxl names a bridge that nobody gave", () => {
    const routed = completeDomU(guest({ vifs: [{ ip: "198.51.100.21 198.51.100.22", script: "vif-route" }] }));
    const shown = (bridge: string): ReturnType<typeof running> =>
      running(routed, { vifs: (routed.vifs ?? []).map(({ mac }) => ({ mac: mac ?? "", bridge, more: [] })) });
    expect(guestDrift(shown("xenbr0"), routed)).toEqual({});
    expect(guestPlan(shown("xenbr0"), routed)).toEqual([]);
    expect(guestPlan(shown("br7"), routed)).toHaveLength(1);
  });

  it("is exactly what differs of the running domain", () => {
    const is = running(inputs, { memoryMiB: 600, vcpus: 2, cpus: "0-1" }, { isAutostarted: true });
    expect(guestDrift(is, inputs)).toEqual({ memoryMiB: 600, vcpus: 2, cpus: "0-1", autostart: true });
    expect(texts(is)).toEqual([
      "memoryMiB 600 -> 512: live",
      "vcpus 2 -> 1: live",
      "cpus 0-1 -> unset: live",
      "autostart true -> false: live",
    ]);
  });

  it.each([
    ["blocked", {}],
    ["paused", { powerState: "paused" }],
    ["crashed", { powerState: "crashed" }],
    ["shut down", { powerState: "crashed" }],
  ] as const)("of a domain that is %s: %j", (state, drift) => {
    expect(guestDrift(running(inputs, { state }), inputs)).toEqual(drift);
  });

  it("is a stopped guest, not a missing one", () => {
    expect(guestDrift(seen(inputs, { domain: undefined }), inputs)).toEqual({ powerState: "stopped" });
  });

  it("is none for VCPUs that are pinned to all the CPUs that the host has, and some for differing ones", () => {
    const all = completeDomU(guest({ cpus: "0-3" }));
    expect(guestDrift(running(all, { cpus: "all" }), all)).toEqual({});
    expect(guestDrift(running(all, { cpus: undefined }), all)).toEqual({ cpus: "mixed" });
  });

  it("is another name that somebody gave the domain", () => {
    expect(guestDrift(running(inputs, { name: "web1" }), inputs)).toEqual({ name: "web1" });
  });

  it("is a disk and an interface that were plugged in by hand", () => {
    const { domain } = seen(inputs);
    const byHand = { target: "/by/hand.img", format: "raw" as const, device: "xvdz", mode: "w" as const, more: [] };
    const is = running(inputs, { disks: [...(domain?.disks ?? []), byHand], vifs: [] });
    const drift = guestDrift(is, inputs);
    expect(drift.disks?.[1]).toEqual({ path: "/by/hand.img", format: "raw", device: "xvdz", mode: "w" });
    expect(drift.vifs).toEqual([]);
  });

  it("of a guest that is down is what somebody wrote into its file, which it will be built from", () => {
    const written = file(
      (text) => `${text.replace('on_crash = "destroy"', 'on_crash = "restart"')}cpu_weight = 512\nextra = "quiet"\n`,
    );
    const drift = guestDrift(seen(inputs, { domain: undefined, file: written }), inputs);
    expect(drift).toMatchObject({ onCrash: "restart", extra: "quiet", cpuWeight: 512 });
  });

  it.each([
    ["name", 'name = "someone"', "name someone -> guest1"],
    ["uuid", 'uuid = "99999999-2222-4333-8444-555555555555"', /uuid 99999999-2222-4333-8444-555555555555 -> /],
    ["list within a list", "something = [[1]]", /something .* -> unset$/],
    ["kernel, where pygrub finds its own,", 'kernel = "/boot/other"', "kernel /boot/other -> unset"],
  ])("of a guest that is down is also another %s in its file, which no input shows", (_, line, words) => {
    const is = seen(inputs, { domain: undefined, file: file((text) => `${text}${line}\n`) });
    const [change, ...more] = lookedAt(is, stopped).left;
    expect(more).toEqual([]);
    expect(change?.text).toMatch(words);
    expect(lookedAt(seen(stopped, { domain: undefined }), stopped).left).toEqual([]);
  });

  it("of a guest that runs is its file, in words, and its values stay those that it runs with", () => {
    const written = file((text) => `${text.replace("memory = 512", "memory = 0x300")}extra = "quiet"\n`);
    const is = seen(inputs, { file: written });
    expect(guestDrift(is, inputs)).toEqual({});
    expect(texts(is)).toEqual([
      "/etc/xen/guest1.cfg: memory 768 -> 512: none",
      "/etc/xen/guest1.cfg: extra quiet -> unset: none",
    ]);
    expect(texts(seen(inputs, { file: undefined }))).toEqual(["/etc/xen/guest1.cfg is missing: none"]);
  });

  it("is none for a file that is written otherwise and means the same", () => {
    const written = file((text) =>
      text
        .replace("memory = 512", "memory=0x200 # half a gigabyte")
        .replace("format=raw,vdev=xvda,access=rw,", "format=raw, vdev=xvda, access=rw, "),
    );
    expect(texts(seen(inputs, { file: written }))).toEqual([]);
  });

  it("is undone by the next up: the plan from the drifted inputs is the one from the host", () => {
    const is = running(inputs, { memoryMiB: 600, name: "web1", vifs: [] });
    const drifted: DomUInputs = { ...inputs, ...guestDrift(is, inputs) };
    expect(guestPlan(is, drifted).filter(({ property }) => property !== "config" && property !== "name")).toEqual([]);
  });
});
