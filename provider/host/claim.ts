/**
 * The claim: what marks an object on a host as managed, by whom, and under which id.
 *
 * It is the file `claim` in the object's folder, `/var/lib/pulumi-xen/KIND/KEY/`, to be read with `cat`:
 *
 *   pulumi-xen claim 2
 *   id=0d6c…                          made on the host when the object is claimed; Pulumi's state keeps it
 *   owner=shop/prod::DomU::guest1     project/stack::type::name of the resource: for people, and to find it again
 *   of=/xen/vm/guest1.img             what is claimed, in a word
 *   real=/data/vm/guest1.img          a path's place behind symbolic links, where the kind compares that (disk-image)
 *   since=2026-11-28T05:30:00Z
 *
 * Beside it the file `phase` tells how far the object has come; a claim without one is unfinished.
 * Who may do what (docs/claims.md):
 *   create  goes on with an unfinished claim of its own owner; takes a finished one of its own owner over as the object is,
 *           with a new id (its state was lost); refuses another owner's
 *   update  needs the id of its state, or takes an older mark along that has no id
 *   delete  touches nothing whose id is not the one of its state
 */
import { NotOwnedError, OutputParseError } from "../errors";
import { type Answer, type ShellText, sh } from "../shell";
import { confirmAbsence } from "./absence";
import { ROOT_FOLDER, saidWord } from "./owned-folder";

/** The first line of a claim's file. */
const FIRST_LINE = "pulumi-xen claim 2";

export interface Claim {
  /** `undefined`: a mark of pulumi-xen 0.1 before claims had ids; it tells no owner either. */
  readonly id: string | undefined;
  readonly owner: string | undefined;
  /** What is claimed: a path, a name. */
  readonly of: string | undefined;
}

/** How a claim stands to the resource that asks. */
export type Standing =
  /** Nobody has claimed it. */
  | "free"
  /** The id is the one of the resource's state, or the mark is older than ids and the state knows the object. */
  | "own"
  /** Of the same owner, by another id: its state was lost, or it is being replaced. */
  | "same-owner"
  | "another";

/** Who asks: the owner, and the claim id of its saved state, if it has one. */
export interface Claimant {
  readonly owner: string | undefined;
  readonly claimId: string | undefined;
  /** There is saved state: an older mark without an id is then its own. */
  readonly hasState: boolean;
}

/**
 * Says the claim in `folder`, a shell word: `claim` is one of `none`, `made` or `mark` (older than ids), always, so that an
 * answer that was cut short does not pass for an object that nobody has claimed.
 */
export function sayClaim(folder: ShellText): ShellText {
  return sh`claim_id= claim_owner= claim_of= claim_kind=none
if [ -f ${folder}/claim ]; then
  while IFS= read -r claim_line; do
    case $claim_line in
      id=*) claim_id=\${claim_line#id=} ;;
      owner=*) claim_owner=\${claim_line#owner=} ;;
      of=*) claim_of=\${claim_line#of=} ;;
    esac
  done <${folder}/claim
  claim_kind=made
elif [ -f ${folder}/owner ]; then
  claim_line=; { read -r claim_line || :; } <${folder}/owner
  case $claim_line in "pulumi-xen "[0-9]*) claim_kind=mark ;; *) claim_kind=foreign ;; esac
else
  ${confirmAbsence(sh`${folder}/owner`)}
fi
say claim "$claim_kind"
say claim.id "$claim_id"; say claim.owner "$claim_owner"; say claim.of "$claim_of"`;
}

/** What `sayClaim` said. @throws OutputParseError */
export function readClaim(answer: Answer): Claim | undefined {
  const kind = answer.need("claim");
  // Said always: an answer that lacks one of them is no answer.
  const [id, owner, of] = [answer.need("claim.id"), answer.need("claim.owner"), answer.need("claim.of")];
  if (kind === "none") return undefined;
  if (kind === "foreign") return { id: "foreign", owner: "somebody whose mark is not one of ours", of: undefined };
  if (kind === "mark") return { id: undefined, owner: undefined, of: undefined };
  if (kind !== "made" || !CLAIM_ID.test(id))
    throw new OutputParseError(`The host's answer tells no claim: ${kind} ${id}`);
  return { id, owner, of };
}

/** Whole, so that an id that was cut on its way is not another one's. */
const CLAIM_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Says `phase`: the word that stands in the object's folder, or `none`, always; also where a power failure left the file without its
 * word. `folder` is a shell word.
 */
export function sayPhase(folder: ShellText): ShellText {
  return sh`claim_phase=none
if [ -f ${folder}/phase ]; then { read -r claim_phase || :; } <${folder}/phase; fi
say phase "\${claim_phase:-none}"`;
}

/** What `sayPhase` said; `undefined`: none. @throws OutputParseError for a word that is not one of `phases`. */
export function readPhase<P extends string>(answer: Answer, phases: readonly P[]): P | undefined {
  const said = saidWord(answer, "phase", ["none", ...phases]);
  return said === "none" ? undefined : said;
}

/** Makes it so that the object's folder, a shell word, tells this phase. */
export function setPhase(folder: ShellText, phase: string): ShellText {
  return sh`note_down ${folder}/phase ${phase} 644`;
}

export function standingOf(claim: Claim | undefined, { owner, claimId, hasState }: Claimant): Standing {
  if (claim === undefined) return "free";
  if (claim.id === undefined) return hasState ? "own" : "another";
  if (claimId !== undefined && claim.id === claimId) return "own";
  return owner !== undefined && claim.owner === oneLine(owner) ? "same-owner" : "another";
}

/** An owner as a claim's line holds it: resource names may hold anything. */
export function ownerLine(owner: string): string {
  return oneLine(owner);
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}

/**
 * Refuses what another owner has claimed. `what`: the object as people know it.
 * @throws NotOwnedError
 */
export function refuseAnothers(claim: Claim | undefined, claimant: Claimant, what: string): void {
  if (standingOf(claim, claimant) !== "another") return;
  throw new NotOwnedError(`${what} is claimed by ${ownerWords(claim)}; nothing was touched.`, {
    hint: claimRemedy(claim, claimant.owner),
  });
}

export function ownerWords(claim: Claim | undefined): string {
  return claim?.owner ?? "an earlier version of pulumi-xen, whose mark does not tell the stack";
}

/** What to do about another owner's claim, by what the two owners have in common. */
export function claimRemedy(claim: Claim | undefined, owner?: string): string {
  const orphan = "If no stack has it any more, docs/claims.md tells how to release it.";
  const [stack, type, ...names] = (claim?.owner ?? "").split("::");
  if (stack === undefined || type === undefined || names.length === 0)
    return `Use the stack that made it, or choose another name or path. ${orphan}`;
  const [ourStack, ourType] = (owner ?? "").split("::");
  if (owner !== undefined && (stack !== ourStack || type !== ourType))
    return `Change it there (${stack}), or choose another name or path. ${orphan}`;
  return `If this is the same object under a new resource name, add aliases: [{ name: ${JSON.stringify(names.join("::"))} }] to its options (where no state has it any more, call the resource that again); else choose another name or path.`;
}

/** What a step of a job knows of the claim when it begins: the one that was seen, or that there was none. */
export interface ClaimToTake {
  readonly folder: string;
  readonly owner: string;
  /** One line: a path, a name. */
  readonly of: string;
  /** The claim as it was observed. Another one since then ends the step before anything is touched. */
  readonly seen: Claim | undefined;
  /** A new id: whoever holds the former one does not manage the object any more. */
  readonly renews: boolean;
  /** Written with a claim that is new or was an older mark, before it: it then never stands without its phase. */
  readonly phase?: string;
  /**
   * Runs under the lock when the claim is as it was seen, before anything is touched; ends the step with a sentence where
   * the object must not be claimed. It knows $claim_folder, and may set $claim_real.
   */
  readonly guard?: ShellText;
}

/**
 * Makes it so that the claim stands, with this owner: the first effect of a job. It runs under one lock for all claims, and
 * fails with a sentence where somebody else has claimed the object since it was observed.
 */
export function takeClaim(claim: ClaimToTake): ShellText {
  return sh`(
${claimLock}
${takeClaimUnderLock(claim)}
)`;
}

/** The same for a step that holds the lock (`claimLock`) for more than the claim. */
export function takeClaimUnderLock({ folder, owner, of, seen, renews, phase, guard }: ClaimToTake): ShellText {
  const expected = seen === undefined ? "none" : (seen.id ?? "mark");
  return sh`claim_folder=${folder} claim_owner=${oneLine(owner)} claim_of=${of} claim_real= claim_expected=${expected} claim_renews=${renews ? "yes" : "no"}
claim_has=none claim_had="somebody else" claim_since=
if [ -f "$claim_folder/claim" ]; then
  while IFS= read -r claim_line; do
    case $claim_line in id=*) claim_has=\${claim_line#id=} ;; owner=*) claim_had=\${claim_line#owner=} ;; since=*) claim_since=\${claim_line#since=} ;; esac
  done <"$claim_folder/claim"
elif [ -f "$claim_folder/owner" ]; then claim_has=mark
fi
[ "$claim_has" = "$claim_expected" ] ||
  die "$claim_of was claimed by $claim_had a moment ago; nothing was touched. Run refresh, then look at the preview."
${guard ?? sh``}
mkdir -p "$claim_folder"
chmod 755 ${ROOT_FOLDER} "\${claim_folder%/*}"
if [ "$claim_has" = none ] || [ "$claim_has" = mark ] || [ "$claim_renews" = yes ]; then
  ${phase === undefined ? sh`` : sh`case $claim_has in none|mark) ${setPhase(sh`"$claim_folder"`, phase)} ;; esac`}
  { read -r claim_has </proc/sys/kernel/random/uuid; } || die "this host makes no ids: /proc/sys/kernel/random/uuid"
fi
printf '%s\n' ${FIRST_LINE} "id=$claim_has" "owner=$claim_owner" "of=$claim_of" \${claim_real:+"real=$claim_real"} "since=\${claim_since:-$(date -u +%Y-%m-%dT%H:%M:%SZ)}" >"$claim_folder/claim.new"
replace_whole "$claim_folder/claim" 644
rm -f "$claim_folder/owner"`;
}

/** Held while it is looked who else has claimed what, and a claim is made. /run is on every host and keeps no lock file. */
export const claimLock: ShellText = sh`exec 7</run; if command -v flock >/dev/null 2>&1; then flock 7; fi`;

/**
 * Ends the step with code 0, all left as it is, unless the claim has this id (or is an older mark, where the state has
 * none). `folder` is a shell word.
 */
export function unlessClaimed(folder: ShellText, id: string | undefined): ShellText {
  return id === undefined
    ? sh`if [ -f ${folder}/claim ]; then echo "another resource has claimed it: nothing is touched"; exit 0; fi`
    : sh`if ! grep -qxF ${`id=${id}`} ${folder}/claim 2>/dev/null; then echo "another resource has claimed it: nothing is touched"; exit 0; fi`;
}
