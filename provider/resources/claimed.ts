/** Who may do what with an object that is claimed on its host, the same for every kind (docs/claims.md). Pure. */
import { NotOwnedError } from "../errors";
import { type Claim, type Claimant, refuseAnothers, standingOf } from "../host/claim";

/** What saved state knows about a claim. */
export interface Held {
  /** Absent in the state of earlier versions, and where a create was cut off before it learned the id. */
  readonly claimId?: string;
  readonly isFinished: boolean;
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

/** Is what the host shows still the object of this state? For a refresh. */
export function isManaged(claim: Claim | undefined, owner: string, { claimId, isFinished }: Held): boolean {
  switch (standingOf(claim, { owner, claimId, hasState: true })) {
    case "own":
      return true;
    // State of earlier versions, of what had no mark then: a block device.
    case "free":
      return claimId === undefined;
    // Cut off before the id was learned.
    case "same-owner":
      return claimId === undefined && !isFinished;
    case "another":
      return false;
  }
}

/**
 * May this state's resource remove the object, or release it? Only under its own id, or an older mark that has none. Without
 * an id, what the same owner has begun and not finished counts too: nobody else can have it.
 */
export function mayRelease(claim: Claim | undefined, owner: string, held: Held, isHostFinished: boolean): boolean {
  const standing = standingOf(claim, { owner, claimId: held.claimId, hasState: true });
  return (
    standing === "own" ||
    (standing === "same-owner" && held.claimId === undefined && !held.isFinished && !isHostFinished)
  );
}
