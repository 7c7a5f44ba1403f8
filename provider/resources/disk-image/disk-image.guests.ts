/** Whose the guests of a host are: those whose stored configurations name an image that is to be moved. Pure. */
import { folderOfKind } from "../../host/owned-folder";
import type { ImageUser } from "../../host/image-users";
import { type Question, libraryText, sh } from "../../shell";

export interface Guests {
  /** Is this a guest's configuration that a DomU of the stack of `owner` manages? */
  readonly isOfStack: (user: ImageUser, owner: string) => boolean;
}

export const NO_GUESTS: Guests = { isOfStack: () => false };

export function guestsQuestion(): Question<Guests> {
  return {
    about: "whose the guests are",
    script: sh`guests_root=${folderOfKind("domu")}
${libraryText(__dirname, "guests.sh")}`,
    read: (answer) => {
      const owners = new Map(
        answer
          .need("guests")
          .split("\n")
          .filter((line) => line.includes("\t"))
          .map((line) => [line.split("\t", 1)[0] ?? "", line.slice(line.indexOf("\t") + 1)]),
      );
      return { isOfStack: (user, owner) => user.kind === "configured" && isOfStack(owners.get(user.name), owner) };
    },
  };
}

function isOfStack(guest: string | undefined, image: string): boolean {
  const [stack, type] = (guest ?? "").split("::");
  return type === "DomU" && stack !== "" && stack === image.split("::", 1)[0];
}
