/** Where an image is, and the folder of its claim. Pure. */
import { folderNameOf, ownedFolder } from "../../host/owned-folder";
import type { Place } from "../../host/storage/storage";

export function placeOfImage(path: string): Place {
  return { path, folder: ownedFolder("disk-image", folderNameOf(path)) };
}
