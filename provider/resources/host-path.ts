/** A path on the host that xl, a shell and a text for people take alike: nothing in it needs quotes. Pure. */
import { z } from "zod";

/** @param what - `a kernel`: for who gave nothing, or something else */
export function hostPath(what: string): z.ZodType<string> {
  return z.string({ error: `must be the absolute path of ${what} on the host` }).superRefine((path, context) => {
    const message = faultOf(path, what);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

function faultOf(path: string, what: string): string | undefined {
  if (path.startsWith("~"))
    return `must begin with "/": on the host nobody replaces "~". Say \`/root/…\` for root's home`;
  if (!path.startsWith("/")) return `must be the absolute path of ${what} on the host: it begins with "/"`;
  if (!/^(\/[A-Za-z0-9._+@:=-]+)+$/.test(path))
    return "must consist of letters, digits and . _ + @ : = - between single slashes";
  return undefined;
}
