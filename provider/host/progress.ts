/**
 * How far a download, an unpacking or a copy on the host has come, as lines of the job's log, which reach the user:
 * `image: 41 % (12 of 29 MB), 3.1 MB/s, 6 s left`. A line each ten seconds. Shell text; pure.
 */
import { libraryText } from "../shell";

/** Functions for a step. */
export const progressFunctions = libraryText(__dirname, "progress.sh");
