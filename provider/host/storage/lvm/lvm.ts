/**
 * A logical volume of LVM, thick or thin. It is known by its uuid, which survives `lvrename` and which no other volume gets: what only has
 * its name is never used, grown or removed. Shell text; pure.
 */
import { PYGRUB_USER } from "../../../xen";
import { type ShellText, libraryText, lines, sh } from "../../../shell";
import { imageUsersFunction } from "../../image-users";
import { keepVolume } from "../../trash/trash";
import { observePath, readPath } from "../path";
import type { Place, Storage } from "../storage";
import { lvmSnapshots, ownSnapshotNames } from "../snapshots/lvm-snapshots";
import { ownSnapshots, volumes } from "./functions";
import { cannotMakeVolume, cannotUseVolume, isOutOfSight } from "./refusals";
import { madeOf, readSource } from "../source";
import { taken } from "../taken";
import { forgetRule, ruleOf } from "../udev-rule";
import { observeVolumeSpace } from "../space";
import { tellUsers } from "../tell-users";
import { readLvm } from "./seen-volume";
import { volumeOf } from "./volume-name";

const sameVolume = libraryText(__dirname, "same-volume.sh");

/** Defines lv_space and lv_promise. */
const spaceFunctions = libraryText(__dirname, "space.sh");

const variables = ({ path, folder }: Place): ShellText => sh`image=${path} mark=${folder} rule=${ruleOf(folder)}`;

/** Beside a device is no room for a file; the folder goes with the claim. */
function sourceAt({ folder }: Place): string {
  return `${folder}/source`;
}

export const lvm: Storage = {
  format: "lvm",
  isDevice: true,
  observe: lines([observePath, volumes, libraryText(__dirname, "observe.sh")]),
  read: (answer, path) => {
    const { head: _, ...seen } = readPath(answer);
    const said = readLvm(answer);
    const { group, name } = volumeOf(path);
    const volume = said.volumes.find((each) => each.group === group && each.name === name);
    return {
      ...seen,
      format: seen.type !== "block" ? seen.format : volume === undefined ? "block" : "lvm",
      looksLikeQcow2: false,
      isMade: volume !== undefined && volume.uuid === said.made,
      isAnother: seen.type !== "absent" && (volume === undefined || volume.uuid !== said.made),
      identity: volume?.uuid,
      unitBytes: said.groups[0]?.extentBytes,
      askedBytes: said.asked,
      snapshots: ownSnapshotNames(said.volumes, path),
      lvm: said,
    };
  },
  sizeIs: ({ bytes, unitBytes = 0 }, declared) => bytes >= declared && bytes - declared < Math.max(unitBytes, 1),
  cannotUse: cannotUseVolume,
  outOfSight: isOutOfSight,
  makes: {
    cannotMake: cannotMakeVolume,
    prepare: (place) => lines([variables(place), volumes, libraryText(__dirname, "prepare.sh")]),
    sourceAt,
    make: (place, wanted) => {
      const { bytes = 0, thinPool = "", source, overcommit } = wanted;
      const brought = sourceAt(place);
      return lines([
        sh`${variables(place)} bytes=${bytes} pool=${thinPool} source=${madeOf(wanted)} overcommits=${overcommit === "refuse" ? "no" : "yes"}`,
        volumes,
        spaceFunctions,
        taken,
        libraryText(__dirname, "begin.sh"),
        ...(source === undefined
          ? [libraryText(__dirname, "make.sh")]
          : [
              readSource(brought, wanted, "raw", "lvm"),
              libraryText(__dirname, "measure.sh"),
              libraryText(__dirname, "clone.sh"),
              libraryText(__dirname, "make.sh"),
              libraryText(__dirname, "fill.sh"),
            ]),
        libraryText(__dirname, "place.sh"),
        sh`rm -f ${brought}`,
      ]);
    },
    adopt: (place, { identity = "" }, { bytes = 0 }) =>
      lines([sh`${variables(place)} seen=${identity} bytes=${bytes}`, volumes, libraryText(__dirname, "adopt.sh")]),
    grow: (place, bytes, { overcommit } = {}) =>
      lines([
        sh`${variables(place)} want=${bytes} pool= overcommits=${overcommit === "refuse" ? "no" : "yes"}`,
        volumes,
        spaceFunctions,
        sameVolume,
        libraryText(__dirname, "grow.sh"),
        tellUsers,
      ]),
    observeSpace: observeVolumeSpace(lines([volumes, spaceFunctions])),
    snapshots: lvmSnapshots,
    permit: (place) =>
      lines([
        sh`${variables(place)} pygrub_group=${PYGRUB_USER}`,
        volumes,
        sameVolume,
        libraryText(__dirname, "permit.sh"),
      ]),
    moves: {
      draft: (place, { bytes = 0, thinPool = "", overcommit }) =>
        lines([
          sh`${variables(place)} bytes=${bytes} pool=${thinPool} overcommits=${overcommit === "refuse" ? "no" : "yes"}`,
          volumes,
          spaceFunctions,
          taken,
          libraryText(__dirname, "begin.sh"),
          libraryText(__dirname, "make.sh"),
        ]),
      place: (place, { bytes = 0, source }) =>
        lines([
          sh`${variables(place)} bytes=${bytes} source=${source ?? "empty"} made=${`${place.folder}/made`}`,
          volumes,
          taken,
          libraryText(__dirname, "place.sh"),
        ]),
    },
    release: (place) => lines([variables(place), forgetRule]),
    remove: (place, trash) =>
      lines([
        variables(place),
        volumes,
        ownSnapshots,
        imageUsersFunction,
        trash === undefined
          ? libraryText(__dirname, "discard.sh")
          : lines([trash.begin(place, ruleOf(place.folder)), keepVolume]),
        libraryText(__dirname, "remove.sh"),
        forgetRule,
      ]),
  },
};
