/** pygrub's shell functions, with the user that they run it as. Pure. */
import { libraryText } from "../../shell";

export const pygrubFunctions = libraryText(__dirname, "pygrub.sh");
