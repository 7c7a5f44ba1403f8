/** How the claim on an object stands to the saved state of the resource that asks, and when it has to be written. Pure. */
import { BadInputError } from "../errors";
import { type Claim, type Standing, standingOf } from "../host/claim";
import type { CommonInputs } from "../pulumi";

/** A resource with saved state. */
export interface Kept {
  readonly owner: string | undefined;
  readonly claimId: string | undefined;
  /** Its create or update has come to its end. One that was cut short may never have learnt the id of its claim. */
  readonly isFinished: boolean;
}

export function standingOfKept(claim: Claim | undefined, { owner, claimId, isFinished }: Kept): Standing {
  const standing = standingOf(claim, { owner, claimId, hasState: true });
  return standing === "same-owner" && claimId === undefined && !isFinished ? "own" : standing;
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
