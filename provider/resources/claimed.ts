/** Whose an object on a host is, for the resource that asks: what create, read, update and delete may do with it. Pure. */
import { BadInputError, NotOwnedError } from "../errors";
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

/** @throws NotOwnedError where the state is not the one that the claim was last given to. `what`: `The bridge br0`. */
export function refuseStaleState(claim: Claim | undefined, kept: Kept, what: string): void {
  if (standingOfKept(claim, kept) !== "same-owner") return;
  throw new NotOwnedError(
    `${what} has been claimed again for ${claim?.owner ?? ""}: this state is older than the claim; nothing was touched.`,
    { hint: "Run `pulumi refresh`: it takes the stale entry out of the state, and the next up takes the object over." },
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
