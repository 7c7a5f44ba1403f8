/**
 * What every package manager does alike (provider/host/packages/package-manager.ts), as a function of the manager and of a host on which
 * the real one runs, with packages that the host makes.
 */
import type { PackageManager, PackageRepository } from "../../provider/host/packages/package-manager";
import { writeFile } from "../../provider/host/rendered-file";
import type { Question } from "../../provider/shell";
import type { LocalShell } from "../support/local-shell";
import { note } from "../support/notes";

export interface MadePackage {
  readonly name: string;
  readonly version: string;
  /** By path. Default: one that says nothing. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface PackageManagerHost {
  readonly shell: LocalShell;
  /** Makes empty packages, and of them the repository of the source of this name. `isSigned`: where the manager wants a signature. */
  readonly publish: (name: string, packages: readonly MadePackage[], isSigned: boolean) => Promise<void>;
  readonly stop: () => void;
}

export interface PackageManagerCase {
  readonly manager: PackageManager;
  /** `missing`: why the real one cannot be had. */
  readonly start: () => Promise<PackageManagerHost | { readonly missing: string }>;
  /** A source of this name as it has to be declared where nobody but the host vouches for it. */
  readonly source: (name: string) => PackageRepository;
  /** As the manager writes them. */
  readonly versions: { readonly older: string; readonly newer: string };
}

export function packageManagerSuite({ manager, start, source, versions: { older, newer } }: PackageManagerCase): void {
  let host: PackageManagerHost | undefined;
  beforeAll(async () => {
    const started = await start();
    if ("missing" in started) {
      note(`not run: packages by the real ${manager.name}: no ${started.missing}`);
      return;
    }
    host = started;
    await publish("ours", [
      { name: "px-xen", version: older },
      { name: "px-xen", version: newer },
      { name: "px-tool", version: newer },
    ]);
  });
  afterAll(() => host?.stop());

  const where = (name: string, body: (shell: LocalShell) => Promise<void>): void => {
    it(name, async () => {
      if (host !== undefined) await body(host.shell);
    });
  };
  async function publish(name: string, packages: readonly MadePackage[], isSigned = true): Promise<void> {
    await host?.publish(name, packages, isSigned);
    const { checkSignatures: _, ...checked } = source(name);
    const file = manager.repositoryFile(isSigned ? source(name) : checked);
    expect(await host?.shell.run(writeFile(file))).toMatchObject({ exitCode: 0 });
  }
  const installed: Question<Record<string, string>> = {
    about: "packages",
    script: manager.sayInstalled(["px-xen", "px-tool", "px-other", "px-nosuch"]),
    read: (answer) => Object.fromEntries(answer.keys().map((key) => [key.replace("package.", ""), answer.need(key)])),
  };
  const install = (...packages: string[]): ReturnType<LocalShell["run"]> =>
    (host as PackageManagerHost).shell.run(manager.install(packages));

  where("installs the newest of what is missing, and says its version", async (shell) => {
    expect(await shell.ask(installed)).toEqual({});
    expect(await install("px-xen")).toMatchObject({ exitCode: 0 });
    expect(await shell.ask(installed)).toEqual({ "px-xen": newer });
  });

  where("touches nothing where all packages are there", async () => {
    expect(await install("px-xen")).toMatchObject({ exitCode: 0, stdout: "all packages are there\n" });
    expect(await install(`px-xen=${newer}`)).toMatchObject({ exitCode: 0, stdout: "all packages are there\n" });
  });

  where("installs the version that is pinned in place of a newer one, and goes forward again", async (shell) => {
    for (const version of [older, newer, older]) {
      expect(await install(`px-xen=${version}`, "px-tool")).toMatchObject({ exitCode: 0 });
      const versions = await shell.ask(installed);
      expect(versions).toEqual({ "px-xen": version, "px-tool": newer });
      expect(manager.isVersion(versions["px-xen"] ?? "", version)).toBe(true);
      expect(manager.isVersion(versions["px-xen"] ?? "", `${version}1`)).toBe(false);
    }
  });

  where("leaves an older version alone where none is pinned", async (shell) => {
    expect(await install("px-xen")).toMatchObject({ exitCode: 0, stdout: "all packages are there\n" });
    expect((await shell.ask(installed))["px-xen"]).toBe(older);
  });

  where("fails where a package or a version is not to be had, and names each", async (shell) => {
    const before = await shell.ask(installed);
    const { exitCode, stderr } = await install("px-xen=9.9.9-9", "px-nosuch");
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/: px-xen[=-]9\.9\.9-9 px-nosuch\. .*source there/);
    expect(await shell.ask(installed)).toEqual(before);
  });

  where("finds the packages of a source that was added after the first install", async (shell) => {
    await publish("later", [{ name: "px-other", version: newer }]);
    expect(await install("px-other")).toMatchObject({ exitCode: 0 });
    expect((await shell.ask(installed))["px-other"]).toBe(newer);
  });

  where("says the sources of ours, which read back as they were declared, and no other", async (shell) => {
    const sources: Question<(PackageRepository | undefined)[]> = {
      about: "package sources",
      script: manager.sayRepositories,
      read: (answer) =>
        answer.keys().map((key) => manager.readRepository(key.replace("repository.", ""), answer.need(key))),
    };
    expect(await shell.ask(sources)).toEqual([source("later"), source("ours")]);
    const { path, content } = manager.repositoryFile(source("ours"));
    expect(manager.readRepository(path.replace("pulumi-xen-", ""), content)).toBeUndefined();
  });

  where("takes nothing from a source that nobody has signed unless its declaration says so", async (shell) => {
    await publish("unsigned", [{ name: "px-foreign", version: newer }], false);
    expect((await install("px-foreign")).exitCode).not.toBe(0);
    const said: Question<boolean> = {
      about: "a package",
      script: manager.sayInstalled(["px-foreign"]),
      read: (answer) => answer.get("package.px-foreign") !== undefined,
    };
    expect(await shell.ask(said)).toBe(false);
  });

  where("says nothing where it is asked for no package", async (shell) => {
    expect(await shell.run(manager.sayInstalled([]))).toMatchObject({ exitCode: 0, stdout: "" });
    expect(await shell.run(manager.install([]))).toMatchObject({ exitCode: 0, stdout: "all packages are there\n" });
  });
}
