import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import {
  assertAtRest,
  awaitAtRest,
  readFingerprint,
  readPending,
  sayAtRest,
} from "../../../provider/host/network/at-rest";
import { type Question, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";

describe.each([[["dash"]], [["bash", "--posix"]], [["busybox", "sh"]]])("a network at rest, under %j", (program) => {
  let shell: LocalShell;
  beforeEach(() => {
    shell = new LocalShell(program);
    for (const bridge of ["br0", "br1", "br2"]) mkdirSync(folder(bridge), { recursive: true });
    writeFileSync(shell.at("interfaces"), "auto eth0\n");
  });
  afterEach(() => shell.remove());

  const folder = (bridge: string): string => shell.at("var/pulumi-xen/bridge", bridge);
  const sign = (bridge: string, what: "armed" | "rolling-back" | "confirmed"): string => `${folder(bridge)}/${what}`;
  const pending = (): Question<readonly string[]> => ({
    about: "who is pending",
    script: sayAtRest("br0"),
    read: readPending,
  });
  const fingerprints = async (): Promise<Map<string, string>> => {
    const path = shell.at("interfaces");
    const sum = { about: "a file", script: sh`say ${`sum.${path}`} "$(sha256sum <${path})"` };
    return new Map([[path, await shell.ask({ ...sum, read: (answer) => readFingerprint(answer, path) })]]);
  };

  it("is told by name of the bridges whose change is not confirmed, but for the one that asks", async () => {
    expect(await shell.ask(pending())).toEqual([]);
    writeFileSync(sign("br0", "armed"), "");
    writeFileSync(sign("br1", "armed"), "");
    writeFileSync(sign("br2", "confirmed"), "");
    expect(await shell.ask(pending())).toEqual(["br1"]);
    writeFileSync(sign("br2", "rolling-back"), "");
    expect([...(await shell.ask(pending()))].sort()).toEqual(["br1", "br2"]);
  });

  it("lets a change begin only while the files are what was looked at and nobody else's is under way", async () => {
    const seen = await fingerprints();
    expect(await shell.run(assertAtRest("br0", seen))).toMatchObject({ exitCode: 0 });
    writeFileSync(sign("br1", "armed"), "");
    expect(await shell.run(assertAtRest("br0", seen))).toMatchObject({
      exitCode: 1,
      stderr: "another change of the network is under way: br1\n",
    });
    rmSync(sign("br1", "armed"));
    writeFileSync(shell.at("interfaces"), "auto eth1\n");
    const changed = await shell.run(assertAtRest("br0", seen));
    expect([changed.exitCode, changed.stderr]).toEqual([1, `${shell.at("interfaces")} was changed meanwhile\n`]);
    rmSync(shell.at("interfaces"));
    expect((await shell.run(assertAtRest("br0", seen))).exitCode).toBe(1);
  });

  it("is waited for until the other one's change has its confirmation", async () => {
    writeFileSync(sign("br1", "armed"), "");
    let isOver = false;
    const waiting = shell.run(awaitAtRest("br0")).then((ran) => {
      isOver = true;
      return ran;
    });
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(isOver).toBe(false);
    rmSync(sign("br1", "armed"));
    expect((await waiting).stdout).toBe("waiting for the network of br1 to be confirmed or rolled back\n");
  });
});
