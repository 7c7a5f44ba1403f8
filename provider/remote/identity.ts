/** A host is known by its machine id, not by its address. */
import { WrongHostError } from "../errors";

export interface HostIdentity {
  /** /etc/machine-id; where there is none D-Bus's, the board's uuid, or one that we made there. */
  readonly machineId: string;
  /** Changes with each boot. */
  readonly bootId: string;
}

/** @throws WrongHostError */
export function assertSameHost(label: string, expectedMachineId: string | undefined, machineId: string): void {
  if (expectedMachineId === undefined || expectedMachineId === machineId) return;
  throw new WrongHostError(
    `${label} is another machine than the recorded one: its machine id is ${machineId}, recorded is ${expectedMachineId}.`,
    {
      hint: "Point the connection at the recorded machine. If it was installed again, its old resources are gone with it: remove them from the state (pulumi state delete) and declare them again.",
    },
  );
}
