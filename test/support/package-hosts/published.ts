/** Runs what makes a repository on a host. */
import { type ShellText, lines, sh } from "../../../provider/shell";
import type { LocalShell } from "../local-shell";

/** @throws Error with what it printed. */
export async function published(shell: LocalShell, script: ShellText): Promise<void> {
  const { exitCode, stdout, stderr } = await shell.run(lines([sh`umask 022`, script]));
  if (exitCode !== 0) throw new Error(`The packages could not be made: ${stdout}${stderr}`);
}
