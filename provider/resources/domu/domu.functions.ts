/** The shell functions of the steps of one guest's job; they travel as a file of the job, once for all its steps. Pure. */
import { addPygrubUser } from "../../host/pygrub-user";
import { type JobFile, type ShellText, libraryText, lines, sh } from "../../shell";
import { TOOLSTACK_FILE, pygrubFunctions } from "../../toolstack";
import { guestFolder } from "./domu.place";

/** Sets `disk`, `kernel` (on the host: of boot direct, or the loader) and `installer`, the kernel of an install. */
export const VALUES_FILE = "guest.env";

/** A step's script: it knows `uuid`, `guest`, `folder`, `disk`, `kernel` and `installer`, and has the functions of GUEST_FILE and of its toolstack. */
export function guestScript(
  { name, uuid }: { readonly name: string; readonly uuid?: string | undefined },
  script: ShellText,
): ShellText {
  return sh`uuid=${uuid ?? ""} guest=${name} folder=${guestFolder(uuid)}
. "$JOB_FILES"/${GUEST_FILE.name}
. "$JOB_FILES"/${VALUES_FILE}
${script}
`;
}

const pygrubUserFunction = sh`pygrub_user() {
${addPygrubUser}
}`;

/** Defines console_text. */
export const consoleText: ShellText = libraryText(__dirname, "console-text.sh");

export const GUEST_FILE: JobFile = {
  name: "guest.sh",
  content: lines([
    consoleText,
    libraryText(__dirname, "guest.sh"),
    sh`. "$JOB_FILES"/${TOOLSTACK_FILE}`,
    pygrubUserFunction,
    pygrubFunctions,
    sh``,
  ]).text,
};
