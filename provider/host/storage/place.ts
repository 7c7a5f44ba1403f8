/** Where an image is, and the folder of its claim. Pure. */
import { folderNameOf, ownedFolder } from "../owned-folder";
import type { Place } from "./storage";

export function folderOfImage(path: string): string {
  return ownedFolder("disk-image", folderNameOf(path));
}

export function placeOfImage(path: string): Place {
  return { path, folder: folderOfImage(path) };
}
