/** What nft says of its tables, asked once for all that read it (forwarding.ts, nat.ts). Shell text; pure. */
import { libraryText } from "../../shell";

export const askNft = libraryText(__dirname, "nft-chains.sh");
