/** A test that needs a judge, or the line that says why it is not run. */
import { note } from "../notes";

export function itWith(what: string, found: object, title: string, body: () => void): void {
  if ("missing" in found) note(`not run: answer files before ${what}: ${String(found.missing)}`);
  else it(title, body);
}
