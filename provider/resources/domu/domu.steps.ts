/** The steps of a guest's jobs, each "make it so": run again after any interruption it goes on where it was. Pure. */
import { type Step, sh } from "../../shell";
import { guestScript } from "./domu.functions";
import { autostartLink, configPath, guestFolder, saveFile } from "./domu.place";
import type { DomUInputs } from "./domu.schema";

/** How long a guest may take to shut down before we stop waiting. */
export const SHUTDOWN_SECONDS = 180;

/** The configuration files come with the job, as "$JOB_FILES"/final.cfg. */
export function claimStep({ name, uuid }: DomUInputs, options: { isUpdate: boolean }): Step {
  return {
    name: "write-config",
    title: `write ${configPath(name)}`,
    effect: "none",
    script: guestScript(
      name,
      sh`mkdir -p /var/lib/pulumi-xen/domu; chmod 755 /var/lib/pulumi-xen /var/lib/pulumi-xen/domu
mkdir -p "$folder"; chmod 700 "$folder"
if [ -f "$folder/owner" ]; then
  grep -qxF ${`uuid=${String(uuid)}`} "$folder/owner" || give_up "Another guest of pulumi-xen is called $guest." "Choose another name."
else
  printf 'pulumi-xen 1\nuuid=%s\n' ${String(uuid)} >"$folder/owner.new"; mv "$folder/owner.new" "$folder/owner"
fi
rm -f "$folder/failure" "$folder/cancel"
mkdir -p /etc/xen
install_file "$JOB_FILES/final.cfg" ${configPath(name)} 0600
case $(phase) in
  none) set_phase disk-ready ;;
  done) ${options.isUpdate ? sh`set_phase updating` : sh`:`} ;;
esac
# A stored configuration overrides everything at the guest's next reboot: keep it in step with the file.
domid=$(xl domid "$guest" 2>/dev/null || true)
if [ -n "$domid" ] && [ -f "/var/lib/xen/userdata-d.$domid."${String(uuid)}.xl ]; then
  xl config-update "$guest" ${configPath(name)} >/dev/null 2>&1 || give_up "xl refused the new configuration of $guest." "Look at /etc/xen on the host."
fi`,
    ),
  };
}

/** Builds the guest from its final configuration, unless it runs. */
export function bootStep(inputs: DomUInputs): Step {
  const { name, disks = [], boot } = inputs;
  const proof =
    boot === "pygrub"
      ? sh`disk=${disks[0]?.path ?? ""}
  said=$(pygrub_permit "$disk" "$folder/disk-mode" 2>&1) || give_up "$said" "Then run up again."
  said=$(pygrub_proves "$disk") ||
    give_up "pygrub finds no kernel to boot on $disk: $said" "Look at the guest's disk; docs/install.md lists what pygrub can read."`
      : sh`:`;
  return {
    name: "boot",
    title: `boot ${name} from its own disk`,
    effect: "live",
    script: guestScript(
      name,
      sh`row=$(domain_row "$guest")
if [ -z "$row" ]; then
  ${proof}
  rm -f ${saveFile(name)}
  said=$(create_domain "$guest" ${configPath(name)} 2>&1) ||
    give_up "xl could not build $guest: $said" "Look at /var/log/xen on the host."
  install_file ${configPath(name)} "$folder/boot.cfg" 0600
  row=$(domain_row "$guest")
fi
echo "$guest runs, domain \${row%% *}"
case $(phase) in disk-ready|installing|installed|switched|none) set_phase booted ;; esac`,
    ),
  };
}

export function stopStep({ name }: Pick<DomUInputs, "name">, why: string): Step {
  return {
    name: "stop",
    title: `shut ${name} down ${why}`,
    effect: "restart",
    script: guestScript(
      name,
      sh`seconds=${SHUTDOWN_SECONDS}
stop_domain "$guest" "$seconds" ||
  give_up "$guest did not shut down within $seconds seconds, so nothing was changed about it." "Shut it down from inside, or run: xl destroy $guest. Then run up again."
echo "$guest is down"`,
    ),
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

export function doneStep({ name }: DomUInputs): Step {
  return {
    name: "done",
    title: `${name} is as declared`,
    effect: "none",
    script: guestScript(
      name,
      sh`rm -f "$folder/install.cfg" "$folder/install.run" "$folder/failure"
[ "$(phase)" = done ] || set_phase done`,
    ),
  };
}

/** Takes everything away that we brought, the guest's disk excepted. */
export function removeStep({ name, uuid }: DomUInputs): Step {
  return {
    name: "remove",
    title: `remove ${name} and its files`,
    effect: "none",
    script: guestScript(
      name,
      sh`if grep -qxF ${`uuid=${String(uuid)}`} "$folder/owner" 2>/dev/null; then
  pygrub_restore "$folder/disk-mode"
  if [ -L ${autostartLink(name)} ] && [ "$(readlink ${autostartLink(name)})" = ${configPath(name)} ]; then
    rm -f ${autostartLink(name)}; rmdir /etc/xen/auto 2>/dev/null || true
  fi
  rm -f ${configPath(name)} ${saveFile(name)}
  rm -rf "$folder"
fi
rmdir /var/lib/pulumi-xen/domu /var/lib/pulumi-xen 2>/dev/null || true`,
    ),
  };
}

/** Under another name from now on; the guest is down. */
export function renameStep(before: DomUInputs, now: DomUInputs): Step {
  return {
    name: "rename",
    title: `rename ${before.name} to ${now.name}`,
    effect: "restart",
    script: sh`if [ -d ${guestFolder(before.name)} ] && [ ! -d ${guestFolder(now.name)} ]; then
  mv ${guestFolder(before.name)} ${guestFolder(now.name)}
fi
if [ -L ${autostartLink(before.name)} ] && [ "$(readlink ${autostartLink(before.name)})" = ${configPath(before.name)} ]; then
  rm -f ${autostartLink(before.name)}
fi
rm -f ${configPath(before.name)} ${saveFile(before.name)}
`,
  };
}
