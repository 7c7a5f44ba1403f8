/** What LVM says of a volume and its group, read. Pure. */
import { OutputParseError } from "../../../errors";
import type { Answer } from "../../../shell";
import { saidWord } from "../../owned-folder";
import { wholeNumber } from "../whole-number";

export interface SeenGroup {
  readonly uuid: string;
  /** `wz--n-`: the third says `x` of an exported group, the fourth `p` where disks of it are missing. */
  readonly attributes: string;
  readonly extentBytes: number;
  readonly freeExtents: number;
}

export interface SeenVolume {
  readonly uuid: string;
  readonly groupUuid: string;
  readonly group: string;
  readonly name: string;
  /** `-wi-ao----` (lvs(8)): its kind, whether it is active, whether it is open, … */
  readonly attributes: string;
  readonly origin: string;
  readonly tags: readonly string[];
}

export interface SeenLvm {
  readonly hasTools: boolean;
  /** All of the declared name: two disks with groups of one name may be there. */
  readonly groups: readonly SeenGroup[];
  /** The one at the path, its snapshots, ours wherever it is, and the group's thin pools. */
  readonly volumes: readonly SeenVolume[];
  /** UUIDs of the volume and its group, as they were written down when it was made or adopted. */
  readonly made: string | undefined;
  readonly groupWhenMade: string | undefined;
  /** The bytes that it was made with or grown to, before LVM rounded them. */
  readonly asked: number | undefined;
}

/** @throws OutputParseError */
export function readLvm(answer: Answer): SeenLvm {
  const hasTools = saidWord(answer, "lvm", ["yes", "no"]) === "yes";
  const made = answer.get("made")?.trim();
  const groupWhenMade = answer.get("group")?.trim();
  const askedText = answer.get("asked");
  const asked = askedText === undefined ? undefined : wholeNumber(askedText, "asked");
  if (!hasTools) return { hasTools, groups: [], volumes: [], made, groupWhenMade, asked };
  return {
    hasTools,
    made,
    groupWhenMade,
    asked,
    groups: rows(answer.need("lvm.groups"), 5).map(([uuid = "", , attributes = "", extent = "", free = ""]) => ({
      uuid: known(uuid),
      attributes,
      extentBytes: wholeNumber(extent, "lvm.groups"),
      freeExtents: wholeNumber(free, "lvm.groups"),
    })),
    volumes: rows(answer.need("lvm.volumes"), 8).map(
      ([uuid = "", groupUuid = "", group = "", name = "", attributes = "", origin = "", , tags = ""]) => ({
        uuid: known(uuid),
        groupUuid: known(groupUuid),
        group,
        name,
        attributes,
        origin,
        tags: tags.split(","),
      }),
    ),
  };
}

const UUID = /^[A-Za-z0-9]{6}(-[A-Za-z0-9]{4}){5}-[A-Za-z0-9]{6}$/;

function known(uuid: string): string {
  if (!UUID.test(uuid)) throw new OutputParseError(`LVM's answer holds no uuid where one is due: ${uuid}`);
  return uuid;
}

function rows(text: string, fields: number): string[][] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const row = line.trim().split("|");
      if (row.length !== fields) throw new OutputParseError(`A line of LVM's answer was cut short: ${line}`);
      return row;
    });
}
