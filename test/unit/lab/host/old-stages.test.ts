import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { clearOldStages, oldImages } from "../../../../lab/host/old-stages";

const now = "aaaaaaaaaaaa";
const old = "0123456789ab";
const words = ["bookworm", "plain"];

it("knows images of the same choice by their names, and no other's", () => {
  const names = [
    ...[now, old].map((version) => `bookworm-plain-${version}`),
    `bookworm-plain-networkd-${old}`,
    `bookworm-xen-${old}`,
    `bookworm-plain-${old}.lock`,
    `bookworm-plain-${old}.building.7`,
  ];
  expect(oldImages(names, words, `bookworm-plain-${now}`)).toEqual([`bookworm-plain-${old}`]);
});

describe("what an earlier recipe has left", () => {
  let base: string;
  const cache = (...parts: string[]): string => join(base, "cache/pulumi-xen/lab", ...parts);
  const make = (path: string): void => {
    mkdirSync(path, { recursive: true });
    utimesSync(path, new Date(0), new Date(0));
  };
  const clear = (): string[] => {
    const said: string[] = [];
    clearOldStages(words, `bookworm-plain-${now}`, (line) => said.push(line));
    return said;
  };
  const before = { cache: process.env["XDG_CACHE_HOME"], state: process.env["XDG_STATE_HOME"] };

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "old-stages-"));
    process.env["XDG_CACHE_HOME"] = join(base, "cache");
    process.env["XDG_STATE_HOME"] = join(base, "state");
    for (const version of [now, old]) make(cache("images", `bookworm-plain-${version}`));
    make(cache("frozen", `bookworm-plain-${old}-11111111`));
    make(cache("guests", `bookworm-plain-${old}-222222222222`));
    make(cache("images", `bookworm-plain-networkd-${old}`));
  });
  afterEach(() => {
    for (const [name, value] of [
      ["XDG_CACHE_HOME", before.cache],
      ["XDG_STATE_HOME", before.state],
    ] as const) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    rmSync(base, { recursive: true });
  });

  it("goes with all that was made of it, once nobody has used it for a day", () => {
    expect(clear()).toEqual([expect.stringContaining(`Removed the image bookworm-plain-${old}`)]);
    expect(existsSync(cache("images", `bookworm-plain-${old}`))).toBe(false);
    expect(existsSync(cache("frozen", `bookworm-plain-${old}-11111111`))).toBe(false);
    expect(existsSync(cache("guests", `bookworm-plain-${old}-222222222222`))).toBe(false);
    expect(existsSync(cache("images", `bookworm-plain-${now}`))).toBe(true);
    expect(existsSync(cache("images", `bookworm-plain-networkd-${old}`))).toBe(true);
  });

  it("stays while another checkout used it today", () => {
    utimesSync(cache("images", `bookworm-plain-${old}`), new Date(), new Date());
    expect(clear()).toEqual([]);
    expect(existsSync(cache("frozen", `bookworm-plain-${old}-11111111`))).toBe(true);
  });

  it("stays while somebody holds its lock", () => {
    writeFileSync(cache("images", `bookworm-plain-${old}.lock`), "");
    expect(clear()).toEqual([]);
  });

  it("stays while a host stands on it", () => {
    const record = join(base, "state/pulumi-xen/lab/hosts/web/host.json");
    mkdirSync(dirname(record), { recursive: true });
    const diskFile = cache("frozen", `bookworm-plain-${old}-11111111`, "disk.qcow2");
    writeFileSync(record, JSON.stringify({ name: "web", frozen: { diskFile } }));
    expect(clear()).toEqual([]);
    expect(existsSync(cache("images", `bookworm-plain-${old}`))).toBe(true);
  });
});
