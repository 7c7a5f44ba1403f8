/** Letting the boot loader without privileges read a device that exists already, and no more. Shell text; pure. */
import { placeOfImage } from "../../host/storage/place";
import { letting } from "../../host/storage/udev-rule";
import type { Step } from "../../shell";

export function letStep(path: string, lets: boolean): Step {
  const place = placeOfImage(path);
  return {
    name: lets ? "let" : "forbid",
    title: lets ? `let the boot loader read ${path}` : `take from the boot loader that it may read ${path}`,
    effect: "live",
    script: lets ? letting.permit(place) : letting.forbid(place),
  };
}
