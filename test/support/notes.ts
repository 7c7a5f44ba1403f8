/** A line for the end of the test run: which engine ran, what could not run and why. */
import { appendFileSync } from "node:fs";

export function note(line: string): void {
  const file = process.env["PULUMI_XEN_TEST_NOTES"];
  if (file === undefined) console.log(line);
  else appendFileSync(file, `${line}\n`);
}
