/** What the scripts of a job share on the host: library/job-functions.sh says what each function does. Pure. */
import { type ShellText, libraryText } from "../../shell";

export const jobFunctions: ShellText = libraryText(__dirname, "job-functions.sh");
