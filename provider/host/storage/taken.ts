/** What is said of an image that somebody else has made since it was looked at. Shell text; pure. */
import { libraryText } from "../../shell";

/** Defines die_taken; needs $image. */
export const taken = libraryText(__dirname, "taken.sh");
