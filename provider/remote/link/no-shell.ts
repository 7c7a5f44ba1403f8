/** What the host said in place of running our script, for a sentence. Pure. */
import { AuthenticationError } from "../../errors";
import { inPlainWords, missingProgram } from "../../shell";

/** The script never began: the login shell or sudo stood before it. */
export function noShell(label: string, said: { readonly stderr: string; readonly stdout: Buffer }): Error | undefined {
  if (/^sudo: /m.test(said.stderr)) {
    return new AuthenticationError(`sudo does not let ${label} run /bin/sh${told(said.stderr)}`, {
      hint: "Allow it without a password (NOPASSWD) and without a terminal (no requiretty); docs/sudoers.md has the lines.",
    });
  }
  if (missingProgram(said.stderr) === "sudo") {
    return new AuthenticationError(`${label} has no program sudo, and the connection asks for it.`, {
      hint: "Install sudo there, or log in as root and remove `sudo: true` from the connection.",
    });
  }
  if (/not available|nologin/i.test(said.stderr + said.stdout.toString("utf8"))) {
    return new AuthenticationError(`${label} may log in, but has no shell there${told(said.stderr)}`, {
      hint: "Name a user with a login shell in the connection.",
    });
  }
  return undefined;
}

/** The end of what a command said on stderr, for a sentence. */
export function told(stderr: string): string {
  const text = inPlainWords(stderr.trim());
  if (text === "") return ".";
  return `: ${text.length > 2_000 ? `${text.slice(0, 1_000)} […] ${text.slice(-1_000)}` : text}`;
}
