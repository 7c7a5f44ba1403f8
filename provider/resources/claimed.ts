/**
 * How the claim on an object stands to the saved state of the resource that asks: who may do what, and when the claim has
 * to be written. The same for every kind (docs/claims.md). Pure.
 */
import { BadInputError, NotOwnedError } from "../errors";
import { type Claim, type Claimant, type Standing, refuseAnothers, standingOf } from "../host/claim";
import type { CommonInputs } from "../pulumi";

/** What saved state knows of the claim. */
export interface Kept {
  /** Absent in the state of earlier versions. */
  readonly owner: string | undefined;
  /** Absent in the state of earlier versions, and where a create was cut off before it learned the id. */
  readonly claimId: string | undefined;
  /** Its create or update has come to its end. */
  readonly isFinished: boolean;
}

/** What the same owner has begun and not finished is its own too: nobody else can have it. */
export function standingOfKept(claim: Claim | undefined, { owner, claimId, isFinished }: Kept): Standing {
  const standing = standingOf(claim, { owner, claimId, hasState: true });
  return standing === "same-owner" && claimId === undefined && !isFinished ? "own" : standing;
}

/** Is what the host shows still the object of this state? For a refresh. Without a claim only the state of what had none then. */
export function isManaged(claim: Claim | undefined, kept: Kept): boolean {
  const standing = standingOfKept(claim, kept);
  return standing === "own" || (standing === "free" && kept.claimId === undefined);
}

/**
 * May this state's resource remove the object, or release it? Only under its own id, or an older mark that has none; where the
 * state has no id, not what has been finished on the host since.
 */
export function mayRelease(claim: Claim | undefined, kept: Kept, isHostFinished: boolean): boolean {
  const isByOwner = standingOf(claim, { ...kept, hasState: true }) === "same-owner";
  return standingOfKept(claim, kept) === "own" && !(isByOwner && isHostFinished);
}

/**
 * Before anything is touched: refuses what another owner has claimed, and what the same owner has claimed under another
 * id than the one of its state.
 * @throws NotOwnedError
 */
export function refuseOtherClaims(claim: Claim | undefined, claimant: Claimant, what: string): void {
  refuseAnothers(claim, claimant, what);
  if (claimant.claimId === undefined || standingOf(claim, claimant) !== "same-owner") return;
  throw new NotOwnedError(
    `${what} was claimed again since this state was saved: the state is older than the object on the host. Nothing was touched.`,
    { hint: "Run refresh, look at the preview, and run up: the object is then taken over as it is." },
  );
}

/** Does a job have to write the claim's file: none is there, it is older than ids, its owner is another, or a new id is due? */
export function mustTakeClaim(claim: Claim | undefined, owner: string, renews: boolean): boolean {
  return claim?.id === undefined || claim.owner !== owner || renews;
}

/** @throws BadInputError without one: only the resource's constructor makes it. */
export function ownerOf({ owner }: CommonInputs): string {
  if (owner !== undefined) return owner;
  throw new BadInputError("The input owner is missing, by which the host's claims name the resource.", {
    hint: "Declare the resource with its class, whose constructor fills it in.",
  });
}
