/**
 * Lets the boot loader without privileges read a block device, also after a reboot: a device's group is what udev says, at each change of it,
 * so a rule of ours says it last. Shell text; pure.
 */
import { PYGRUB_USER } from "../../xen";
import { type ShellText, libraryText, lines, sh } from "../../shell";
import type { Letting, Place } from "./storage";

/** Our file for udev, by the folder of the claim. After all others, so that its word on group and mode is the last one. */
export function ruleOf(folder: string): string {
  return `/etc/udev/rules.d/99-pulumi-xen-${folder.split("/").at(-1) ?? ""}.rules`;
}

/** Needs $rule. */
export const forgetRule: ShellText = libraryText(__dirname, "forget-rule.sh");

const variables = ({ path, folder }: Place): ShellText =>
  sh`image=${path} mark=${folder} rule=${ruleOf(folder)} pygrub_group=${PYGRUB_USER}`;

/** Says `permitted`: may the boot loader read the device at $image? Needs $mark. */
export const observeLetting: ShellText = lines([
  sh`rule=/etc/udev/rules.d/99-pulumi-xen-"\${mark##*/}".rules pygrub_group=${PYGRUB_USER}`,
  libraryText(__dirname, "device-rule.sh"),
  libraryText(__dirname, "observe-device.sh"),
]);

export const letting: Letting = {
  permit: (place) =>
    lines([variables(place), libraryText(__dirname, "device-rule.sh"), libraryText(__dirname, "permit-device.sh")]),
  forbid: (place) => lines([variables(place), forgetRule, libraryText(__dirname, "forbid-device.sh")]),
};
