/** What scripts of logical volumes share. Shell text; pure. */
import { libraryText } from "../../../shell";

/** Needs $image. */
export const volumes = libraryText(__dirname, "volumes.sh");
/** Needs $lv_seen. */
export const ownSnapshots = libraryText(__dirname, "own-snapshots.sh");
