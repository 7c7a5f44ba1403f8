/** A file of ours on a host, whole. Shell text; pure. */
import { type ShellText, sh } from "../shell";

export interface RenderedFile {
  readonly path: string;
  readonly content: string;
  /** Such as `0644`. */
  readonly mode: string;
}

/** Replaces it in one go, where it is not that already. */
export function writeFile({ path, content, mode }: RenderedFile): ShellText {
  return sh`new=$(mktemp)
printf '%s' ${content} >"$new"
(umask 022; mkdir -p "$(dirname ${path})")
install_file "$new" ${path} ${mode}
rm -f "$new"`;
}
