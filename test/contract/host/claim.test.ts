import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  claimRemedy,
  readClaim,
  readPhase,
  sayClaim,
  sayPhase,
  setPhase,
  takeClaim,
  unlessClaimed,
} from "../../../provider/host/claim";
import { type Claim, type ClaimToTake } from "../../../provider/host/claim";
import { lines, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import type { Ran } from "../../support/ran";

describe.each([["dash"], ["bash"], ["busybox sh"]])("a claim under %s", (name) => {
  let shell: LocalShell;
  const folder = "/var/lib/pulumi-xen/domu/g";
  beforeEach(() => {
    shell = new LocalShell(name.split(" "));
  });
  afterEach(() => shell.remove());

  const read = () =>
    shell.ask({
      about: "the claim",
      script: lines([sayClaim(sh`${folder}`), sayPhase(sh`${folder}`)]),
      read: (answer) => ({ claim: readClaim(answer), phase: readPhase(answer, ["making", "ready"]) }),
    });
  const take = (more: Partial<ClaimToTake> = {}): Promise<Ran> =>
    shell.run(takeClaim({ folder, owner: "a/b::DomU::g", of: "name=g", seen: undefined, renews: false, ...more }));
  const seen = async (): Promise<Claim> => {
    const { claim } = await read();
    if (claim === undefined) throw new Error("there is no claim");
    return claim;
  };

  it("is none where nobody has made one", async () => {
    expect(await read()).toEqual({ claim: undefined, phase: undefined });
  });

  it("is made with an id, and its phase with it", async () => {
    expect(await take({ phase: "making" })).toMatchObject({ exitCode: 0, stderr: "" });
    const { claim, phase } = await read();
    expect(claim).toMatchObject({
      owner: "a/b::DomU::g",
      of: "name=g",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(phase).toBe("making");
    await shell.run(setPhase(sh`${folder}`, "ready"));
    expect((await read()).phase).toBe("ready");
  });

  it("has no phase where a power failure left the file and not the word", async () => {
    await take({ phase: "making" });
    writeFileSync(shell.at("var", "pulumi-xen", "domu", "g", "phase"), "");
    expect((await read()).phase).toBeUndefined();
  });

  it("keeps its id, its phase and its time when it gets another owner, and has a new id when it is renewed", async () => {
    await take({ phase: "making" });
    await shell.run(setPhase(sh`${folder}`, "ready"));
    const first = await seen();
    await take({ seen: first, owner: "a/b::DomU::h", phase: "making" });
    expect(await read()).toEqual({ claim: { ...first, owner: "a/b::DomU::h" }, phase: "ready" });
    await take({ seen: await seen(), renews: true });
    expect((await seen()).id).not.toBe(first.id);
  });

  it("is refused where somebody else has claimed the object since it was looked at", async () => {
    await take({ owner: "x/y::DomU::z" });
    expect(await take()).toMatchObject({
      exitCode: 1,
      stderr:
        "name=g was claimed by x/y::DomU::z a moment ago; nothing was touched. Run refresh, then look at the preview.\n",
    });
  });

  it("is not made where its guard refuses", async () => {
    expect(await take({ guard: sh`die "not so"` })).toMatchObject({ exitCode: 1, stderr: "not so\n" });
    expect((await read()).claim).toBeUndefined();
  });

  it("cannot be forged by a resource's name of several lines", async () => {
    await take({ owner: "a/b::DomU::g\nid=11111111-1111-4111-8111-111111111111" });
    expect((await seen()).owner).toBe("a/b::DomU::g id=11111111-1111-4111-8111-111111111111");
    expect((await seen()).id).not.toMatch(/^1111/);
  });

  it("takes an older mark along, which has no id", async () => {
    mkdirSync(shell.at("var/pulumi-xen/domu/g"), { recursive: true });
    writeFileSync(shell.at("var/pulumi-xen/domu/g/owner"), "pulumi-xen 1\nname=g\n");
    expect((await read()).claim).toEqual({ id: undefined, owner: undefined, of: undefined });
    await take({ seen: await seen(), phase: "ready" });
    expect(await read()).toMatchObject({ claim: { owner: "a/b::DomU::g" }, phase: "ready" });
  });

  it("lets a step go on under its own id only", async () => {
    await take();
    const { id = "" } = await seen();
    const step = async (claimId: string | undefined): Promise<string> =>
      (
        await shell.run(sh`${unlessClaimed(sh`${folder}`, claimId)}
echo done`)
      ).stdout;
    expect(await step(id)).toBe("done\n");
    expect(await step("0f6ad1f2-0000-4000-8000-00000000000a")).toContain("nothing is touched");
    expect(await step(undefined)).toContain("nothing is touched");
  });

  it("that was cut short is no claim of somebody else's: it cannot be read", async () => {
    await take();
    const file = shell.at("var/pulumi-xen/domu/g/claim");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 40));
    await expect(read()).rejects.toThrow("tells no claim");
  });
});

it("the remedy names aliases within a stack, the stack where it is another one, and the docs for what nobody has", () => {
  const claim = { id: "x", owner: "shop/prod::DiskImage::disk", of: undefined };
  expect(claimRemedy(claim, "shop/prod::DiskImage::data")).toContain('aliases: [{ name: "disk" }]');
  expect(claimRemedy(claim, "shop/test::DiskImage::disk")).toMatch(/^Change it there \(shop\/prod\).*docs\/claims\.md/);
  expect(claimRemedy({ ...claim, owner: undefined }, "shop/prod::DiskImage::disk")).toContain("docs/claims.md");
});
