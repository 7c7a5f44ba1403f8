import { Recorder } from "../../../../lab/engine/recorder";

const urn = (type: string, name: string) => `urn:pulumi:dev::shop::${type}::${name}`;
const disk = urn("pulumi-nodejs:dynamic/xen:DiskImage", "disk");
const lan = urn("pulumi-nodejs:dynamic/xen:Bridge", "lan");
const stack = urn("pulumi:pulumi:Stack", "shop-dev");

function record(preview = false) {
  let shown = "";
  const recorder = new Recorder((text) => (shown += text), false, {});
  return {
    shown: () => shown,
    created: (of: string) =>
      recorder.emit({
        kind: "done",
        op: "create",
        urn: of,
        preview,
        olds: undefined,
        news: undefined,
        elapsedMs: 10,
      }),
    refreshed: (of: string, isSame: boolean) => {
      const state = { urn: of, type: "t", custom: true };
      recorder.emit({
        kind: "done",
        op: "refresh",
        urn: of,
        preview,
        olds: state,
        news: { ...state },
        isSame,
        elapsedMs: 10,
      });
    },
    failed: (of: string, message: string) =>
      recorder.emit({ kind: "failed", op: "create", urn: of, message, elapsedMs: 0 }),
    said: (text: string) => recorder.emit({ kind: "message", severity: "error", text }),
    end: (ok: boolean) => recorder.finish(ok, preview),
  };
}

describe("the end of a run", () => {
  it("repeats what went wrong when more was shown since, and only then", () => {
    const run = record();
    run.failed(disk, "sizeGiB: is -10.\nGive a size.");
    run.created(lan);
    run.end(false);
    expect(run.shown()).toMatch(
      /Bridge lan created.*\nErrors\n {2}disk: sizeGiB: is -10\.\n {6}Give a size\.\nFailed: 1 created \(/,
    );

    const short = record();
    short.created(lan);
    short.failed(disk, "sizeGiB: is -10.");
    short.end(false);
    expect(short.shown()).not.toContain("Errors");
  });

  it("does not say that there was nothing to do when it failed, and says it when that was so", () => {
    const broken = record(true);
    broken.said("Missing value");
    broken.end(false);
    expect(broken.shown()).toMatch(/^Failed \(\d/m);

    const idle = record(true);
    idle.end(true);
    expect(idle.shown()).toMatch(/^Preview: nothing to do \(/m);
  });

  it("counts a refreshed resource by what the provider's diff says of it", () => {
    const run = record();
    run.refreshed(disk, true);
    run.refreshed(lan, false);
    expect(run.end(true).changed).toBe(1);
    expect(run.shown()).toContain("1 updated, 1 unchanged");
  });

  it("counts resources, and not the stack itself", () => {
    const run = record();
    run.created(stack);
    run.created(disk);
    expect(run.end(true).changed).toBe(2);
    expect(run.shown()).toMatch(/^Done: 1 created \(/m);
  });

  it("shows no colours of a program's stack trace where it shows none of its own", () => {
    const run = record();
    run.said("Error: boom\n    at \u001b[90mindex.ts:47\u001b[39m");
    expect(run.shown()).toContain("    at index.ts:47\n");
  });
});
