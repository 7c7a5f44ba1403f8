/**
 * The texts of test/golden/xl-texts: configurations as they are found on hosts. A line `%% TITLE` begins a text, which
 * goes on to the next; `{crlf}` and `{no newline}` behind the title change its line ends.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export interface WildText {
  readonly title: string;
  readonly text: string;
}

const FOLDER = join(__dirname, "../golden/xl-texts");

/** What xl 4.17's parser said of each. */
export const RECORDED = join(__dirname, "../golden/xen-4.17-debian12/xl-texts.json");

export function wildTexts(): WildText[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .flatMap((name) => textsOf(readFileSync(join(FOLDER, name), "utf8")));
}

function textsOf(file: string): WildText[] {
  return file
    .split(/^%% /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf("\n");
      const [, title = "", flag] = /^(.*?)(?: \{(crlf|no newline)\})?$/.exec(part.slice(0, end)) ?? [];
      const text = part.slice(end + 1);
      if (flag === "crlf") return { title, text: text.replaceAll("\n", "\r\n") };
      return { title, text: flag === undefined ? text : text.replace(/\n$/, "") };
    });
}
