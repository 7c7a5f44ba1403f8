/** The user's program, run by the SDK's own runner. */
import { join } from "node:path";
import type { Config } from "./config";
import { type SdkProcess, startSdkProcess } from "./child-process";
import type { Project } from "./project";

export interface ProgramOptions {
  readonly sdkFolder: string;
  readonly project: Project;
  readonly stack: string;
  /** Host and port of monitor and engine: one server speaks for both. */
  readonly address: string;
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly config: Config;
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
}

/** Exit code of a program that failed and has said why through the engine's log (cmd/run/index.js). */
export const FAILED_AND_SAID_SO = 32;

/** Flags in the order the real language host passes them. */
export function startProgram(options: ProgramOptions): SdkProcess {
  const { project, stack, address, config } = options;
  const args = [
    join(options.sdkFolder, "cmd", "run", "index.js"),
    ...["--monitor", address, "--engine", address],
    ...["--organization", "organization", "--project", project.name, "--root-directory", project.folder],
    ...["--stack", stack, "--pwd", project.programFolder],
    ...(options.dryRun ? ["--dry-run"] : []),
    ...["--parallel", String(options.parallel), project.program],
  ];
  return startSdkProcess({
    args,
    cwd: project.programFolder,
    env: {
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries([...config].map(([key, { value }]) => [key, value]))),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify([...config].filter(([, { secret }]) => secret).map(([key]) => key)),
      PULUMI_NODEJS_TYPESCRIPT: String(project.typescript),
    },
    onLine: options.onLine,
  });
}
