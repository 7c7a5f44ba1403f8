/** "It is not there", as the host's own answer. Shell text; pure. */
import { type ShellText, sh } from "../shell";

/**
 * Ends the script unless the host says that nothing is at `path`, a shell word.
 *
 * `[ -e … ]` is false as well for what lies in a folder that the login may not enter, on a stale mount or on a broken
 * disk: there it is not known, and must not count as gone. The words are those of GNU and busybox in the C locale.
 */
export function confirmAbsence(path: ShellText): ShellText {
  return sh`absence=$(ls -d -- ${path} 2>&1) || :
case $absence in
  *": No such file or directory"|*": Not a directory") ;;
  *": Stale file handle") die "it cannot be seen whether "${path}" is there: its share is stale. Mount it again (umount -f -l, then mount), and run again" ;;
  *) die "it cannot be seen whether "${path}" is there: $absence" ;;
esac`;
}
