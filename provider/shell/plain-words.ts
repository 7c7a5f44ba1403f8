/** What a host's shell complains of, without what is the shell's own affair: its name, the line of our script, `eval`. Pure. */

/** `/bin/sh: 41: eval: `, `bash: line 3: `, `sh: exec: line 1: `, as dash, bash and busybox put it. */
const SHELLS_OWN =
  /^(?:\/\S+\/)?(?:sh|dash|bash|ash|busybox)(?:\[\d+\])?: (?:(?:line )?\d+: )?(?:(?:eval|exec|\.): )?(?:line \d+: )?/;

const MISSING = /^([\w./+-]+): (?:command )?not found$/;

/** Each line for people: `sh: 1: eval: xl: not found` is `there is no program xl`. Other programs' words stay as they are. */
export function inPlainWords(complaint: string): string {
  return complaint
    .split("\n")
    .map((line) => {
      const own = SHELLS_OWN.exec(line)?.[0];
      if (own === undefined) return line;
      const rest = line.slice(own.length);
      const [, program] = MISSING.exec(rest) ?? [];
      return program === undefined ? rest : `there is no program ${program}`;
    })
    .join("\n");
}

/** The program that a shell did not find; `undefined` where that is not what it complains of. */
export function missingProgram(complaint: string): string | undefined {
  return /^there is no program (\S+)$/m.exec(inPlainWords(complaint))?.[1];
}
