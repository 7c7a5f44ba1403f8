/** Telling the users of an image that it has grown. Shell text; pure. */
import { libraryText } from "../../shell";

/** Needs $image, $want (its bytes now) and the function image_users. */
export const tellUsers = libraryText(__dirname, "tell-users.sh");
