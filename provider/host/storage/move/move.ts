/**
 * Moving an image, with all it holds, to another path or into another format (ADR 17). The former one stays until the new one is compared
 * with it and has its name and its claim. A record in the folder of the claim says from before the first effect until after the last one
 * where the image is; whoever finds it goes on, or takes the move back. Shell text; pure.
 */
import { type ShellText, libraryText, lines, sh } from "../../../shell";
import { confirmAbsence } from "../../absence";
import { type ClaimToTake, claimLock, setPhase, takeClaimUnderLock } from "../../claim";
import { overlaysFunction } from "../../image-overlays";
import { imageUsersFunction } from "../../image-users";
import { progressFunctions } from "../../progress";
import { unlessShared } from "../backing";
import { MADE_FOLDERS, forgetFolders } from "../file";
import { volumes } from "../lvm/functions";
import { isLaidOut, layOut } from "../preallocation";
import { promiseOfMove } from "../space";
import type { StorageFormat, WantedImage } from "../storage";
import { storageOf } from "../storages";
import { ruleOf } from "../udev-rule";

/** An image at its path, in its format; `folder`: that of a claim on that path. */
export interface Whereabouts {
  readonly path: string;
  readonly format: StorageFormat;
  readonly folder: string;
}

export interface Move {
  readonly from: Whereabouts;
  readonly to: Whereabouts;
  /** The claim's id. */
  readonly claimId: string;
  /** What the image is known by where it is: an inode, a volume's uuid. Of one that was moved by hand, where it is going. */
  readonly identity: string;
  /** Its size, and the declared one as far as the image has it already. */
  readonly bytes: number;
  readonly askedBytes: number;
  /** Stored configurations that may name the former path; any other one since then ends the move. */
  readonly named: readonly string[];
  readonly wanted: WantedImage;
}

/** How the claim is written again, for the new path: under the lock, once the new image has its name. */
export type ClaimOfMove = (folder: string, of: string) => ClaimToTake;

/** `at`: the folder in which the claim is now. */
function functions({ from, to }: Pick<Move, "from" | "to">, at: string): ShellText {
  return lines([
    imageUsersFunction,
    sh`refuse_lost ${from.path}
refuse_lost ${to.path}
image=${from.path}`,
    volumes,
    sh`move_absent() { ${confirmAbsence(sh`"$1"`)}; }`,
    overlaysFunction,
    libraryText(__dirname, "things.sh"),
    libraryText(__dirname, "record.sh"),
    sh`# Folders that we made and that are empty now.
mv_tidy() {
${forgetFolders}
}
# What others read from is not moved from under them.
mv_unless_shared() {
image=$mv_from
${unlessShared("moved")}
}`,
    sh`mv_folder=${at} mv_from_folder=${from.folder} mv_to_folder=${to.folder} made_folders=${MADE_FOLDERS}
mv_from=${from.path} mv_to=${to.path} mv_was=${from.format} mv_becomes=${to.format} mv_bytes=0 mv_asked=0 mv_old='' mv_former=ready lv_seen=''`,
  ]);
}

function variables(move: Move): ShellText {
  return lines([
    functions(move, move.from.folder),
    sh`if [ ! -d "$mv_folder" ]; then mv_folder=$mv_to_folder; fi
mv_id=${move.claimId} mv_old=${move.identity} mv_bytes=${move.bytes} mv_asked=${move.askedBytes} mv_named=${move.named.join("\n")}
mv_things
mv_load`,
  ]);
}

/** `guard`: ends the step where the new path must not be claimed. */
export function beginMove(move: Move, guard: ShellText): ShellText {
  return sh`${variables(move)}
(
${claimLock}
claim_folder=${move.to.folder} claim_of=${move.to.path} claim_own="$mv_folder" claim_real=
${guard}
${libraryText(__dirname, "begin.sh")}
${setPhase(sh`"$mv_folder"`, "moving")}
)`;
}

/** Renames the image, or copies and compares it; then the claim names the new one, and the former one goes. */
export function carryOut(move: Move, claim: ClaimOfMove): ShellText {
  const place = { path: move.to.path, folder: `${move.from.folder}/target` };
  const makes = storageOf(move.to.format).makes;
  const wanted = { ...move.wanted, bytes: move.bytes };
  return sh`${variables(move)}
[ "$mv_stage" != switched ] && [ "$mv_stage" != none ] || die "The move of $mv_from is not where it was a moment ago. Run again."
set +e
# shellcheck disable=SC2030,SC2031 # afterwards the record counts: mv_load reads it again
(
set -e
${libraryText(__dirname, "resume.sh")}
mkdir -p "$mv_folder/target"
if [ "$mv_stage" = begun ]; then
${makes?.prepare(place) ?? sh``}
${libraryText(__dirname, "rename.sh")}
if [ "$mv_how" = copy ]; then
mv_laid=${isLaidOut(move.wanted.preallocation) ? move.wanted.preallocation : ""}
${libraryText(__dirname, "needs.sh")}
mv_free "$mv_from" "$mv_from_thing"
mv_state=$("\${mv_from_thing}_state" "$mv_from")
(
mv_tmp=$(mktemp -d "\${JOB_FILES:-\${TMPDIR:-/tmp}}/move.XXXXXX"); mv_log=$mv_tmp/log
# pg_watch ends with its folder.
trap 'rm -rf "$mv_tmp"' EXIT
mv_options=${move.to.format === "qcow2" ? `preallocation=${move.wanted.preallocation ?? "off"}` : ""}
${progressFunctions}
${layOut}
${storageOf(move.to.format).isDevice ? sh`` : promiseOfMove(place, wanted)}
${makes?.moves.draft(place, wanted) ?? sh``}
${libraryText(__dirname, "copy.sh")}
)
mv_new=$("\${mv_to_thing}_id" "$mv_to.pulumi-xen-new")
mv_write whole
fi
fi
${libraryText(__dirname, "records.sh")}
${claimLock}
${libraryText(__dirname, "set-aside.sh")}
mv_is_there=$("\${mv_to_thing}_id" "$mv_to")
if [ "$mv_is_there" != "$mv_new" ]; then
${makes?.moves.place(place, { ...wanted, bytes: move.askedBytes }) ?? sh``}
fi
)
mv_rc=$?
set -e
mv_load
${claimLock}
if [ "$mv_rc" != 0 ]; then
${libraryText(__dirname, "abandon.sh")}
exit 1
fi
${switched(move, claim)}`;
}

/** What a switch does, also one that was ended in the middle. */
function switched({ from, to }: Pick<Move, "from" | "to">, claim: ClaimOfMove): ShellText {
  return sh`${libraryText(__dirname, "switch.sh")}
${takeClaimUnderLock(claim(to.folder, to.path))}
mv_rule=${ruleOf(from.folder)}
${libraryText(__dirname, "finish.sh")}`;
}

/** Comes to the end of a move that has switched; takes back any other one. `at`: the folder of the claim. */
export function settle(move: Pick<Move, "from" | "to" | "claimId">, at: string, claim: ClaimOfMove): ShellText {
  return sh`${functions(move, at)}
(
${claimLock}
grep -qxF ${`id=${move.claimId}`} "$mv_folder/claim" 2>/dev/null || die "The claim on $mv_from is another one than a moment ago; nothing was touched. Run again."
mv_load
case $mv_stage in
none) echo "no move is under way" ;;
switched)
${switched(move, claim)}
${setPhase(sh`"$mv_folder"`, "growing")}
;;
*)
${libraryText(__dirname, "abandon.sh")}
;;
esac
)`;
}
