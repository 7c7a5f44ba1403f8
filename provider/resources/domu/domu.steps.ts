/** The steps of a guest's jobs, each "make it so": run again after any interruption it goes on where it was. Pure. */
import { type Claim, claimLock, takeClaim, takeClaimUnderLock, unlessClaimed } from "../../host/claim";
import { lostMounts } from "../../host/lost-mounts";
import { ROOT_FOLDER, folderOfKind } from "../../host/owned-folder";
import { type ShellText, type Step, sh } from "../../shell";
import type { Toolstack } from "../../toolstack";
import { guestScript } from "./domu.functions";
import { IN_USE_FILE, WRITTEN_FILE, sharedDisks } from "./domu.in-use";
import { claimFolder } from "./domu.observe";
import { DUE } from "./domu.snapshots";
import { autostartLink, configPath, guestFolder, saveFile, seedPath } from "./domu.place";
import type { DomUInputs } from "./domu.properties";
import { forgetVlans, writeVlans } from "./domu.vlans";

/** How long a guest may take to shut down before we stop waiting. */
export const SHUTDOWN_SECONDS = 180;

export interface ClaimStepOptions {
  /** The claim as it was observed. */
  readonly seen: Claim | undefined;
  readonly renews: boolean;
  /** What its files are called until the rename: the claim's name. */
  readonly nameNow: string;
  readonly isUpdate: boolean;
  /** A name, an address or a disk that it has not now. */
  readonly takesMore: boolean;
}

/**
 * Under one lock: nobody else has what the guest takes, the claim is made, its configuration is written. The configuration
 * comes with the job, as "$JOB_FILES"/final.cfg.
 */
export function claimStep(
  on: Toolstack,
  inputs: DomUInputs,
  { seen, renews, nameNow, isUpdate, takesMore }: ClaimStepOptions,
): Step {
  const { name, uuid } = inputs;
  return {
    name: "write-config",
    title: `write ${configPath(name)}`,
    effect: "none",
    script: guestScript(
      inputs,
      sh`(
${claimLock}
older=
${claimFolder}
if ${takesMore ? sh`:` : sh`! grep -qF "$uuid" ${configPath(name)}`}; then
  ${lostMounts}
  in_use=$(LOST_MOUNTS=$lost_mounts ${on.python} -c ${on.inUse} "$folder" <"$JOB_FILES"/${IN_USE_FILE})
  if [ -z "$in_use" ]; then in_use=$({ ${sharedDisks}
} <"$JOB_FILES"/${WRITTEN_FILE}); fi
  if [ -n "$in_use" ]; then give_up "$in_use" "Nothing was touched."; fi
fi
# A mark of before claims lies in a folder by the guest's name: it moves to the one by its uuid.
if [ -n "$older" ]; then
  if [ -d ${guestFolder(uuid)} ]; then rmdir ${guestFolder(uuid)}; fi
  mv "$older" ${guestFolder(uuid)}
fi
folder=${guestFolder(uuid)}
${takeClaimUnderLock({ folder: guestFolder(uuid), owner: inputs.owner ?? "unknown", of: nameNow, seen, renews })}
chmod 711 "$folder"
# A rename to yet another name was begun and then reverted: what it wrote under that name is removed.
renaming=$(cat "$folder/renaming" 2>/dev/null || :)
if [ -n "$renaming" ] && [ "$renaming" != ${name} ] && [ "$renaming" != ${nameNow} ]; then
  [ "$(readlink "/etc/xen/auto/$renaming" 2>/dev/null)" != "/etc/xen/$renaming.cfg" ] || rm -f "/etc/xen/auto/$renaming"
  if grep -qF "$uuid" "/etc/xen/$renaming.cfg" 2>/dev/null; then rm -f "/etc/xen/$renaming.cfg"; fi
fi
${nameNow === name ? sh`rm -f "$folder/renaming"` : sh`printf '%s\n' ${name} >"$folder/renaming"`}
rm -f "$folder/failure" "$folder/cancel"
mkdir -p /etc/xen
${writeVlans(inputs)}
install_file "$JOB_FILES/final.cfg" ${configPath(name)} 0600
)
guest=${nameNow}
case $(phase) in
  none) ${isUpdate ? sh`set_phase updating` : sh`set_phase disk-ready`} ;;
  done) ${isUpdate ? sh`set_phase updating` : sh`:`} ;;
esac
# A stored configuration overrides everything at the guest's next reboot: keep it in step with the file.
# There seldom is one: xl is asked for the domain only then.
set -- /var/lib/xen/userdata-d.*."$uuid".xl
if [ -f "$1" ]; then
  row=$(domain_row); domid=\${row%% *}
  if [ -n "$domid" ] && [ -f "/var/lib/xen/userdata-d.$domid.$uuid.xl" ]; then
    ${on.storeForNextBoot?.(sh`${configPath(name)}`) ?? sh`:`}
  fi
fi`,
    ),
  };
}

/** Nothing but the claim, with a new id. */
export function takeOverStep(inputs: DomUInputs, seen: Claim | undefined, nameNow: string): Step {
  const claim = { folder: guestFolder(inputs.uuid), owner: inputs.owner ?? "unknown", of: nameNow, seen, renews: true };
  return { name: "claim", title: `claim ${nameNow}`, effect: "none", script: guestScript(inputs, takeClaim(claim)) };
}

/**
 * The new name: the domain's, its file's, its link's. The file of the new name is written already.
 * `called`: for people, since somebody may have renamed the domain alone.
 */
export function renameStep(on: Toolstack, inputs: DomUInputs, nameNow: string, called: string): Step {
  const { name } = inputs;
  return {
    name: "rename",
    title: `rename ${called} to ${name}`,
    effect: "live",
    script: guestScript(
      inputs,
      sh`${on.rename(name)}
if [ -L ${autostartLink(nameNow)} ] && [ "$(readlink ${autostartLink(nameNow)})" = ${configPath(nameNow)} ]; then
  ln -sfn ${configPath(name)} ${autostartLink(name)}; rm -f ${autostartLink(nameNow)}
fi
${nameNow === name ? sh`:` : sh`rm -f ${configPath(nameNow)} ${saveFile(nameNow)}`}
if [ -f "$folder/claim" ]; then
  while IFS= read -r line; do
    case $line in of=*) line=of=${name} ;; esac
    printf '%s\n' "$line"
  done <"$folder/claim" >"$folder/claim.new"
  replace_whole "$folder/claim" 644
fi
rm -f "$folder/renaming"`,
    ),
  };
}

/** A domain that a creation has left when it was cut off; it has no memory and never ran. */
export function clearStep(inputs: DomUInputs): Step {
  return {
    name: "clear",
    title: `remove what a creation of ${inputs.name} has left`,
    effect: "none",
    script: guestScript(inputs, sh`clear_unbuilt`),
  };
}

/** All that can be known beforehand says that the guest will come up: asked before it is taken down. */
export function proofStep(inputs: DomUInputs): Step {
  return {
    name: "prove-boot",
    title: `check that ${inputs.name} will come up again`,
    effect: "none",
    script: guestScript(inputs, proofOf(inputs)),
  };
}

function proofOf({ name, boot, kernel }: DomUInputs): ShellText {
  if (boot === "pygrub") {
    return sh`older=
${claimFolder}
mkdir -p "$folder"
said=$(pygrub_permit "$disk" "$folder/disk-mode" 2>&1) || give_up "$said" "Then run up again."
said=$(pygrub_proves "$disk") ||
  give_up "pygrub finds no kernel to boot on $disk: $said" "Look at the guest's disk; docs/install.md lists what pygrub can read."`;
  }
  const needsFile = boot === "direct" ? kernel !== undefined : boot === "pvgrub2";
  return needsFile
    ? sh`[ -f "$kernel" ] || give_up "$kernel does not exist on this host, so "${name}" could not boot." "Bring it there, or set boot to another way."`
    : sh`:`;
}

/** Builds the guest from its final configuration, unless it runs. */
export function bootStep(on: Toolstack, inputs: DomUInputs): Step {
  const { name } = inputs;
  return {
    name: "boot",
    title: `boot ${name} from its own disk`,
    effect: "live",
    script: guestScript(
      inputs,
      sh`clear_unbuilt
row=$(domain_row)
if [ -z "$row" ]; then
  ${proofOf(inputs)}
  rm -f ${saveFile(name)}
  ${on.create(sh`${configPath(name)}`, name)}
  install_file ${configPath(name)} "$folder/boot.cfg" 0600
  row=$(domain_row)
fi
echo "$guest runs, domain \${row%% *}"
case $(phase) in disk-ready|installing|installed|switched|none) set_phase booted ;; esac`,
    ),
  };
}

export function stopStep(on: Toolstack, inputs: DomUInputs, why: string): Step {
  return {
    name: "stop",
    title: `shut ${inputs.name} down${why === "" ? "" : ` for ${why}`}`,
    effect: "restart",
    script: guestScript(inputs, on.shutdown(SHUTDOWN_SECONDS)),
  };
}

/** The link that makes xendomains start the guest with the host. */
export function autostartStep({ name, autostart }: DomUInputs): Step {
  const link = autostartLink(name);
  return {
    name: "autostart",
    title: autostart === true ? `start ${name} with the host` : `do not start ${name} with the host`,
    effect: "none",
    script:
      autostart === true
        ? sh`mkdir -p /etc/xen/auto; chmod 755 /etc/xen/auto
[ "$(readlink ${link} 2>/dev/null)" = ${configPath(name)} ] || ln -sfn ${configPath(name)} ${link}
`
        : sh`if [ -L ${link} ] && [ "$(readlink ${link})" = ${configPath(name)} ]; then rm -f ${link}; fi
`,
  };
}

/** What a guest that is down ran with is no use of a disk any more. */
const forgetRecord = sh`if [ -e "$folder/boot.cfg" ]; then
  row=$(domain_row)
  [ -n "$row" ] || rm -f "$folder/boot.cfg"
fi`;

export function doneStep(inputs: DomUInputs): Step {
  return {
    name: "done",
    title: `${inputs.name} is as declared`,
    effect: "none",
    script: guestScript(
      inputs,
      sh`rm -f "$folder/install.cfg" "$folder/install.run" "$folder/install.disk" "$folder/failure" "$folder"/${DUE}
${inputs.powerState === "stopped" ? forgetRecord : sh``}
${inputs.cloudInit === undefined ? sh`release_seed ${seedPath(inputs.uuid)}; rm -f ${seedPath(inputs.uuid)}` : sh``}
${forgetVlans(inputs)}
[ "$(phase)" = done ] || set_phase done`,
    ),
  };
}

/** What runs now is what the file says: live changes are in the toolstack's own record, this is ours. */
export function keepStep(inputs: DomUInputs): Step {
  return {
    name: "keep-config",
    title: `record what ${inputs.name} runs with`,
    effect: "none",
    script: guestScript(inputs, sh`install_file ${configPath(inputs.name)} "$folder/boot.cfg" 0600`),
  };
}

/** Whom a removal is for: the claim of the state, and what the guest's files are called. */
export interface Removal {
  readonly claimId: string | undefined;
  readonly nameNow: string;
}

/** Shuts the guest down; one that does not go is ended. */
export function endStep(on: Toolstack, inputs: DomUInputs, { claimId }: Removal, called: string): Step {
  return {
    name: "stop",
    title: `shut ${called} down`,
    effect: "replace",
    script: guestScript(
      inputs,
      sh`older=
${claimFolder}
${unlessClaimed(sh`"$folder"`, claimId)}
${on.shutdownOrDestroy(SHUTDOWN_SECONDS)}`,
    ),
  };
}

/** Takes everything away that we brought, the guest's disk excepted. */
export function removeStep(inputs: DomUInputs, { claimId, nameNow }: Removal): Step {
  const files = [...new Set([nameNow, inputs.name])].map((name) => removeFiles(name, nameNow));
  return {
    name: "remove",
    title: `remove ${nameNow} and its files`,
    effect: "none",
    script: guestScript(
      inputs,
      sh`older=
${claimFolder}
(
${claimLock}
${unlessClaimed(sh`"$folder"`, claimId)}
pygrub_restore "$folder/disk-mode"
renaming=$(cat "$folder/renaming" 2>/dev/null || :)
${files.reduce(
  (all, text) => sh`${all}${text}
`,
  sh``,
)}
release_seed ${seedPath(inputs.uuid)}
rm -rf "$folder"
)
rmdir ${folderOfKind("domu")} ${ROOT_FOLDER} 2>/dev/null || true`,
    ),
  };
}

/** Of the name that is only declared, just what a rename that was cut short has written. */
function removeFiles(name: string, nameNow: string): ShellText {
  const own = name === nameNow ? sh`:` : sh`[ "$renaming" = ${name} ]`;
  return sh`if ${own}; then
  if [ -L ${autostartLink(name)} ] && [ "$(readlink ${autostartLink(name)})" = ${configPath(name)} ]; then
    rm -f ${autostartLink(name)}; rmdir /etc/xen/auto 2>/dev/null || true
  fi
  rm -f ${configPath(name)} ${saveFile(name)}
fi`;
}
