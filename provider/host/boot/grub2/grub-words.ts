/** A command of GRUB 2's menu as its words (GRUB's manual, "Writing configuration files directly"). Pure. */

// Between single quotes all is itself; between double quotes, and outside of quotes, a backslash takes the meaning of the next character.
const PART = /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)/y;

/** Variables stay as they are written; `placeholder` is what GRUB's scripts put before arguments, and means nothing. */
export function grubWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; ) {
    PART.lastIndex = at;
    const part = PART.exec(text);
    if (part === null) {
      // A blank; or a quote that is not closed, which GRUB would not have loaded.
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
      continue;
    }
    const [whole, single, double, escaped, plain] = part;
    word = `${word ?? ""}${single ?? double?.replaceAll(/\\(["\\$])/g, "$1") ?? escaped ?? plain ?? ""}`;
    at += whole.length;
  }
  if (word !== undefined) words.push(word);
  return words.filter((one) => one !== "placeholder");
}
