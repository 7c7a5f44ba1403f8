/** Words of a POSIX shell, for scripts inside answer files. Pure. */

/** One word, whatever is in it. Kickstart's own lines are split by the same rules (Python's shlex). */
export function shellWord(value: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

export function shellWords(values: readonly string[]): string {
  return values.map(shellWord).join(" ");
}

/** Commands that append `lines` to the authorized_keys of `home`. */
export function keyCommands(home: string, owner: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const folder = `${home}/.ssh`;
  return [
    `mkdir -p -m 700 ${folder}`,
    // Not echo: some shells' takes backslashes and a leading dash for its own.
    `printf '%s\\n' ${shellWords(lines.map((line) => line.trim()))} >>${folder}/authorized_keys`,
    `chmod 600 ${folder}/authorized_keys`,
    ...(owner === "root" ? [] : [`chown -R ${owner}: ${folder}`]),
  ];
}
