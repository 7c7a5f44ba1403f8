/** The cells that cannot exist, each with its reason: shown as `–` in the table. */
import type { FaultName } from "./fault-names";
import type { Step } from "./steps";

const notDialled = "a cut upload is not begun again by itself, so nothing is dialled: the next run's dial is `connect`";
const nothingOnHost = "nothing of ours runs or is written on the host yet";
const noLock = "no lock is taken here";
const nothingSent = "nothing is sent at this step: the script has arrived whole, and the log is the part of `follow`";

export const IMPOSSIBLE: Partial<Record<FaultName, Partial<Record<Step, string>>>> = {
  silent: {
    upload: "no connection or channel is asked for; one that falls silent with content on its way is dark (3)",
  },
  hostKey: { upload: notDialled },
  login: { upload: notDialled },
  exits: { connect: nothingOnHost },
  noStatus: { connect: "there is no channel yet" },
  diskFull: { connect: nothingOnHost },
  readOnly: { connect: nothingOnHost },
  lockHeld: { connect: noLock, upload: noLock, run: noLock, follow: noLock, result: noLock },
  partial: { lock: nothingSent, run: nothingSent, result: nothingSent },
  hostStopped: { connect: nothingOnHost },
  hostKilled: { connect: nothingOnHost },
};
