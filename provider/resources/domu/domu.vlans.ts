/**
 * The VLANs of a guest's interfaces. Xen's own scripts know none on a Linux bridge, so an interface that is in some has a script of ours, which calls
 * Xen's: it lies in the guest's folder on the host, with the VLANs beside it, under the guest's claim, and goes with it. xl runs it at each boot of the
 * guest, also at one that the guest or somebody at the host begins. Pure.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { vlanFunctions } from "../../host/network/vlan-functions";
import { type VlanRange, normalVlans, vlanIds } from "../../host/network/vlans";
import { UNKNOWN, hasUnknown } from "../../property";
import { type JobFile, type ShellText, libraryText, lines, sh } from "../../shell";
import { vlanRange } from "../vlans";
import type { Guest, GuestVlans } from "./domu.guest";
import { isKnownList } from "./domu.lists";
import { guestFolder } from "./domu.place";
import type { DomUShall, DomUVif, VifVlans } from "./domu.shall";

export const SCRIPT_NAME = "vif-vlans";
export const VLANS_NAME = "vlans";

export const vlansSchema: z.ZodType<VifVlans> = z.strictObject(
  {
    untagged: z.int({ error: "must be a VLAN's number, 1 to 4094" }).min(1).max(4094).optional(),
    tagged: z.array(vlanRange).optional(),
  },
  { error: "must be an object, such as { untagged: 20 } or { tagged: [20, 30] }" },
);

/** In the form in which equal ones are equal texts. Tolerates unknown values anywhere. */
export function normalVifVlans(vlans: VifVlans): VifVlans {
  if (typeof vlans !== "object" || !Array.isArray(vlans.tagged) || hasUnknown(vlans.tagged)) return vlans;
  const { tagged, ...rest } = vlans;
  return tagged.length === 0 ? rest : { ...rest, tagged: normalVlans(tagged) };
}

export function isSameVlans(a: VifVlans, b: VifVlans): boolean {
  return textOf(normalVifVlans(a)) === textOf(normalVifVlans(b));
}

/** Clauses. */
export function vlansFaults({ vlans, script }: DomUVif): string[] {
  if (typeof vlans !== "object" || hasUnknown(vlans)) return [];
  const { untagged, tagged = [] } = vlans;
  return [
    ...(untagged === undefined && tagged.length === 0
      ? ["names no VLAN. Give one as untagged, or some as tagged."]
      : []),
    ...(untagged !== undefined && vlanIds(tagged).includes(untagged)
      ? [`has VLAN ${untagged} as untagged and as tagged. Remove one of them.`]
      : []),
    ...(script === undefined
      ? []
      : [
          `is given beside script, but it needs a script of its own, which calls Xen's vif-bridge or vif-openvswitch. Remove one of them.`,
        ]),
  ];
}

export function scriptPath(uuid: string | undefined): string {
  return `${guestFolder(uuid)}/${SCRIPT_NAME}`;
}

export function isVlanScript(script: string | undefined): boolean {
  return script !== undefined && /^\/.*\/domu\/[^/]+\/vif-vlans$/.test(script);
}

/** What xl runs. */
export const VIF_SCRIPT: ShellText = lines([sh`#!/bin/sh`, vlanFunctions, libraryText(__dirname, "vif-vlans.sh")]);

const SCRIPT_SUM = createHash("sha256").update(VIF_SCRIPT.text).digest("hex");

function hasVlans(vifs: readonly DomUVif[] | undefined): vifs is readonly DomUVif[] {
  return isKnownList(vifs) && vifs.some(({ vlans }) => vlans !== undefined);
}

function textOf({ untagged, tagged = [] }: VifVlans): string {
  return [untagged ?? "-", ...tagged].join(" ");
}

function fileText(vifs: readonly DomUVif[]): string {
  return vifs
    .flatMap(({ mac, vlans }) => (vlans === undefined ? [] : [`${mac ?? ""} ${textOf(vlans)}\n`]))
    .sort()
    .join("");
}

/** As the inputs would have made it. Where a part is not known yet, neither is the file. */
export function madeVlans({ vifs }: DomUShall): GuestVlans | undefined {
  if (!hasVlans(vifs)) return undefined;
  const isOpen = hasUnknown(vifs.map(({ mac, vlans }) => [mac, vlans]));
  const running = vifs.flatMap(({ mac, vlans }) =>
    mac === undefined || vlans === undefined ? [] : [[mac, vlans] as const],
  );
  return { file: isOpen ? UNKNOWN : fileText(vifs), script: SCRIPT_SUM, running: new Map(running) };
}

/** Of an interface whose script is ours; none where nothing is said of it. */
export function shownVlans({ domain, vlans }: Guest, mac: string | undefined): VifVlans {
  const all = domain === undefined ? inFile(vlans?.file) : vlans?.running;
  return all?.get(mac ?? "") ?? {};
}

function inFile(text: string | undefined): ReadonlyMap<string, VifVlans> {
  return new Map(
    (text ?? "").split("\n").map((line) => {
      const [mac = "", untagged = "-", ...tagged] = line.split(" ");
      return [mac, vifVlans(untagged === "-" ? undefined : Number(untagged), tagged)] as const;
    }),
  );
}

export function vifVlans(untagged: number | undefined, tagged: readonly VlanRange[]): VifVlans {
  return {
    ...(untagged === undefined ? {} : { untagged }),
    ...(tagged.length === 0 ? {} : { tagged: normalVlans(tagged) }),
  };
}

/** Clauses: which of the two files is not as it would be made. What the running guest has its property tells. */
export function differingFiles(is: Guest, shall: DomUShall): string[] {
  const made = madeVlans(shall);
  if (made === undefined) return [];
  return [
    ...(hasUnknown(made.file) || is.vlans?.file === made.file
      ? []
      : [`${guestFolder(shall.uuid)}/${VLANS_NAME} differs`]),
    ...(is.vlans?.script === made.script ? [] : [`${scriptPath(shall.uuid)} differs`]),
  ];
}

/** Beside the guest's configuration, under the lock of its claim. A guest that is to run may not have to do without them. */
export function writeVlans({ vifs }: DomUShall): ShellText {
  if (!hasVlans(vifs)) return sh`:`;
  return sh`install_file "$JOB_FILES"/${VLANS_NAME} "$folder"/${VLANS_NAME} 0600
install_file "$JOB_FILES"/${SCRIPT_NAME} "$folder"/${SCRIPT_NAME} 0755
[ -x "$folder"/${SCRIPT_NAME} ] || give_up "xl cannot run programs in $folder, so no interface of "$guest" could be put into a VLAN." "Mount /var without noexec, or remove vlans."`;
}

/** When nothing that runs has the script any more. */
export function forgetVlans({ vifs }: DomUShall): ShellText {
  return hasVlans(vifs) ? sh`:` : sh`rm -f "$folder"/${VLANS_NAME} "$folder"/${SCRIPT_NAME}`;
}

export function vlanFiles({ vifs }: DomUShall): JobFile[] {
  if (!hasVlans(vifs)) return [];
  return [
    { name: VLANS_NAME, content: fileText(vifs) },
    { name: SCRIPT_NAME, content: VIF_SCRIPT.text },
  ];
}

/** For a running guest's interface: what its file says, at once. */
export function applyVlans(mac: string): ShellText {
  return sh`said=$("$folder"/${SCRIPT_NAME} set "$domid" ${mac} 2>&1) || give_up "The VLANs of an interface of $guest could not be set: $said" "Look at bridge vlan show on the host."`;
}
