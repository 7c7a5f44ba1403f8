/** Lints texts by the project's own configuration: [{ path, text }] by stdin, a list of rule ids for each by stdout. */
import { text as read } from "node:stream/consumers";
import { ESLint } from "eslint";

const snippets = JSON.parse(await read(process.stdin));
const eslint = new ESLint();
const found = [];
for (const { path, text } of snippets) {
  const [result] = await eslint.lintText(text, { filePath: path });
  found.push(
    (result?.messages ?? [])
      .filter(({ ruleId, fatal }) => fatal === true || ruleId === "house/shell-text")
      .map(({ fatal, message, messageId }) => (fatal === true ? message : messageId)),
  );
}
process.stdout.write(JSON.stringify(found));
