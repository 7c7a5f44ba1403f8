/** A program on a lab host, the example's or a fixture's: what a stack story stands on. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfig } from "../../cli/quickstart/install-then-pygrub";
import type { StackEngine, StackOptions, StackResult } from "../../lab/engine";
import {
  type GuestAssets,
  type HostChoice,
  type LabHost,
  type LinkEnd,
  ensureFrozen,
  ensureGuestAssets,
  findHost,
  startAssetServer,
  thaw,
} from "../../lab/host";
import { projectRoot } from "./project-root";

export interface LabStack {
  readonly host: LabHost;
  readonly assets: GuestAssets;
  /** Where the host and its guests find the assets: `http://10.0.2.2:PORT`. */
  readonly assetsUrl: string;
  readonly stack: StackOptions;
  /** Configuration of the program for this host; tests add their own. */
  readonly config: Readonly<Record<string, string>>;
  /** A folder for engines' states; removed with the rest. */
  readonly folder: string;
  /** stdout of a raw command on the host; throws when it fails. */
  readonly raw: (command: string) => Promise<string>;
  close(): Promise<void>;
}

type LabProgram =
  | "bridge"
  | "debian-netboot"
  | "guest-changes"
  | "identity"
  | "real-install"
  | "ten-guests"
  | "vlans"
  | "xen-host";

/**
 * @param choice.program - a folder of test/support/programs; default: the example.
 * @param choice.link - what eth1 is connected to; default: nothing
 */
export async function labStack(
  name: string,
  choice: HostChoice & { program?: LabProgram; link?: LinkEnd },
): Promise<LabStack> {
  const frozen = await ensureFrozen(choice);
  const assets = await ensureGuestAssets(frozen);
  await findHost(name)?.stop();
  const host = await thaw(frozen, { name, ...(choice.link === undefined ? {} : { link: choice.link }) });
  const server = await startAssetServer(assets.folder);
  const folder = mkdtempSync(join(tmpdir(), `pulumi-xen-${name}-`));
  const config = exampleConfig(host, assets, server.urlFromInside);
  return {
    host,
    assets,
    assetsUrl: server.urlFromInside,
    folder,
    config,
    stack: { cwd: programFolder(choice.program), stack: name, config },
    async raw(command) {
      const { exitCode, stdout, stderr } = await host.run(command, { timeoutSeconds: 120 });
      if (exitCode !== 0) throw new Error(`${command}: exit code ${exitCode}\n${stdout}${stderr}`);
      return stdout.trim();
    },
    async close() {
      await server.close();
      await host.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How the functions that Pulumi calls reach a lab host. */
export function connectionTo({ sshPort, privateKeyFile, hostKey }: LabHost): {
  readonly host: string;
  readonly port: number;
  readonly privateKeyFile: string;
  readonly hostKey: string;
} {
  return { host: "127.0.0.1", port: sshPort, privateKeyFile, hostKey };
}

function programFolder(program: string | undefined): string {
  return program === undefined ? projectRoot : join(projectRoot, "test/support/programs", program);
}

/** The result, or an error that shows all that the engine said. */
export async function mustSucceed(engine: StackEngine, running: Promise<StackResult>): Promise<StackResult> {
  const result = await running;
  if (!result.ok) throw new Error(`${engine.name}: ${result.errors.join("\n")}\n${result.log}`);
  return result;
}

/** `create DomU guest1`, sorted: what a run did, the same for every engine. */
export function deeds(result: StackResult): string[] {
  return result.operations
    .filter(({ op, type }) => op !== "same" && type.startsWith("pulumi-nodejs:dynamic/"))
    .map(({ op, type, name }) => `${op} ${type.replace(/^.*:/, "")} ${name}`)
    .sort();
}
