/** Whose program `ifup` is: asked once for all systems that have one. Shell text; pure. */
import { libraryText } from "../../../shell";

export const whoseIfup = libraryText(__dirname, "whose-ifup.sh");
