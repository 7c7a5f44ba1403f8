/** A path on the host that xl, a shell and a text for people take alike: nothing in it needs quotes. Pure. */
import { z } from "zod";

const PATH = /^(\/[A-Za-z0-9._+@:=-]+)+$/;

/** @param what - `a kernel`: for who gave nothing, or something else */
export function hostPath(what: string): z.ZodType<string> {
  return z
    .string({ error: `must be the absolute path of ${what} on the host` })
    .regex(PATH, { error: ({ input }) => faultOf(String(input), what) });
}

function faultOf(path: string, what: string): string {
  if (path.startsWith("~"))
    return `must begin with "/": on the host nobody replaces "~". Say \`/root/…\` for root's home`;
  if (!path.startsWith("/")) return `must be the absolute path of ${what} on the host: it begins with "/"`;
  return "must consist of letters, digits and . _ + @ : = - between single slashes";
}
