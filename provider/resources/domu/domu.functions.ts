/** The shell functions of the steps of one guest's job; they travel as a file of the job, once for all its steps. Pure. */
import { addPygrubUser } from "../../host/pygrub-user";
import { type JobFile, type ShellText, libraryText, lines, sh } from "../../shell";
import { pygrubFunctions, xl } from "../../toolstack";
import { guestFolder } from "./domu.place";

/** A step's script: it knows `uuid`, `guest` and `folder`, and has the functions of GUEST_FILE and of its toolstack. */
export function guestScript(
  { name, uuid }: { readonly name: string; readonly uuid?: string | undefined },
  script: ShellText,
): ShellText {
  return sh`uuid=${uuid ?? ""} guest=${name} folder=${guestFolder(uuid)}
. "$JOB_FILES"/${GUEST_FILE.name}
${script}
`;
}

const pygrubUserFunction = sh`pygrub_user() {
${addPygrubUser}
}`;

export const GUEST_FILE: JobFile = {
  name: "guest.sh",
  content: lines([
    libraryText(__dirname, "guest.sh"),
    sh`. "$JOB_FILES"/${xl.library.name}`,
    pygrubUserFunction,
    pygrubFunctions,
    sh``,
  ]).text,
};

/** What every job of a guest carries. */
export const GUEST_FILES: readonly JobFile[] = [GUEST_FILE, xl.library];
