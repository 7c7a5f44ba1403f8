/** How a host is given up, as data: as it is, or as plain Linux. Pure. */
import { type Claim } from "../../host/claim";
import { releaseFolder } from "../../host/owned-folder";
import { notStartAtBoot } from "../../host/services/services-at-boot";
import { removePygrubUser } from "../../host/pygrub-user";
import { type Job, type ShellText, lines, sh } from "../../shell";
import { HOST_FOLDER, type ObservedHost } from "./xen-host.observe";
import type { XenHostInputs } from "./xen-host.properties";
import { type Claiming, SERVICES_FILE, claim, endTrialStep, job, partsOf, step } from "./xen-host.steps";

const forget = step("forget", "release the claim on the host", "none", releaseFolder("host", "self"));

/** Who is to come back after a reboot stands in the folder of the claim alone. */
const noGuestWaits = step(
  "see-that-no-guest-waits",
  "see that no guest waits to come back after a reboot",
  "none",
  sh`guests=${HOST_FOLDER}/guests
if [ -s "$guests" ]; then
  waiting=$(awk '{ print $3 " (" $4 ")" }' "$guests" | tr '\n' ' ')
  die "A reboot took these guests down, and they are not back: $waiting. Run up to bring them back, or start them by hand and remove $guests on the host; then run destroy again."
fi`,
);

/** `keep`: nothing but the claim goes. */
export function leaveJob(seen: Claim | undefined, claiming: Claiming): Job {
  return job("leave the Xen host as it is", [claim(seen, claiming), noGuestWaits, forget]);
}

/** `restore`: from its next boot on the host is plain Linux; the packages stay. */
export function restoreJob(host: ObservedHost, inputs: XenHostInputs, claiming: Claiming): Job {
  const begin = claim(host.claim, claiming);
  const { family, boot } = partsOf(host);
  const repository = inputs.repository === undefined ? [] : [family.packages.repositoryFile(inputs.repository).path];
  const environmentFile = family.xendomainsEnvironmentFile;
  return job("make plain Linux the default again", [
    begin,
    noGuestWaits,
    endTrialStep(boot),
    step("make-default", "make plain Linux what the host boots", "none", boot.makeLinuxDefault),
    step(
      "remove-settings",
      "remove our settings",
      "none",
      lines([
        ...(family.atBoot === undefined ? [] : [notStartAtBoot(SERVICES_FILE)]),
        ...(environmentFile === undefined ? [] : [releasePygrub(environmentFile)]),
        // Its guests' jobs make the user on every family.
        removePygrubUser,
        ...(repository.length === 0 ? [] : [sh`rm -f ${repository}`]),
        boot.removeSettings,
      ]),
    ),
    forget,
  ]);
}

function releasePygrub(environmentFile: string): ShellText {
  return sh`if [ -e ${environmentFile} ]; then
  rm -f ${environmentFile}
  rmdir "$(dirname ${environmentFile})" 2>/dev/null || :
  systemctl daemon-reload
fi`;
}
