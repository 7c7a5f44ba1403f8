/**
 * Installing a guest, then booting it from its own disk: the steps of one job that needs no client. Pure.
 *
 * The guest is created with the installer's kernel and `on_reboot="restart"`, paused; `xl config-update` stores the final
 * configuration, and only then it runs: no end of the job leaves an installer that would reboot into itself. When the
 * installer reboots, the host's own monitor of the guest builds it from that one (proven on 4.17 and by test/lab). An
 * installer that powers off instead is finished by the step `boot`.
 * docs/install.md tells what happens when the host reboots in between.
 */
import { fillTokens, startServing, stopServing } from "../../host/media-server";
import { type ShellText, type Step, sh } from "../../shell";
import type { Toolstack } from "../../toolstack";
import { guestScript } from "./domu.functions";
import type { DomUInstall } from "./domu.install.schema";
import { phasesWhere } from "./domu.life";
import { configPath, saveFile } from "./domu.place";
import type { DomUInputs } from "./domu.properties";
import type { BootMode } from "./domu.shall";

/** The file that a job of an install carries besides final.cfg. */
export const INSTALL_FILE = "install.cfg";
export const ANSWERS_FILE = "answers";

/** The files beside the answers: their names, and those of the job's files that hold them. */
export function filesBeside({ answers }: DomUInstall): { name: string; file: string; content: string }[] {
  const files = Object.entries(answers?.files ?? {}).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return files.map(([name, content], index) => ({ name, file: `${ANSWERS_FILE}.${index + 1}`, content }));
}

export function timeoutMinutes(install: DomUInstall): number {
  return install.timeoutMinutes ?? 60;
}

export function installSteps(on: Toolstack, inputs: DomUInputs, install: DomUInstall): Step[] {
  return [
    serveStep(inputs, install),
    startStep(on, inputs),
    watchStep(on, inputs, install),
    endServingStep(inputs, install),
  ];
}

/**
 * Before anything is claimed: an installer writes only onto what is empty, or what an install of this very guest was begun on,
 * or what may be lost.
 */
export function lookAtDiskStep(inputs: DomUInputs): Step {
  return {
    name: "look-at-disk",
    title: `check that the first disk of ${inputs.name} may be written`,
    effect: "none",
    script: guestScript(inputs, sh`disk_may_be_written "$disk" ${consent(inputs)}`),
  };
}

function consent({ allow = [] }: DomUInputs): "yes" | "no" {
  return allow.includes("dataLoss") ? "yes" : "no";
}

/** Is the install over, as far as the phase on the host says? */
const skipWhenInstalled = sh`case $(phase) in
  ${phasesWhere(({ isInstalled }) => !isInstalled)}) ;;
  *) echo "installed already"; exit 0 ;;
esac`;

function serveStep(inputs: DomUInputs, install: DomUInstall): Step {
  const { name } = inputs;
  const { serve, directory } = install.media;
  const source = sh`"$JOB_FILES"/${INSTALL_FILE}`;
  const target = sh`"$folder"/${INSTALL_FILE}`;
  const script =
    serve === undefined
      ? sh`install_file ${source} ${target} 0600`
      : sh`${startServing(
          { directory, ...serve, guest: name, forMinutes: timeoutMinutes(install) + 30 },
          install.answers === undefined
            ? undefined
            : {
                fileName: install.answers.fileName,
                source: sh`"$JOB_FILES"/${ANSWERS_FILE}`,
                others: filesBeside(install).map(({ name, file }) => ({
                  fileName: name,
                  source: sh`"$JOB_FILES"/${file}`,
                })),
              },
        )}
${fillTokens({ ...serve, guest: name }, source, target)}`;
  return {
    name: "serve-media",
    title: serve === undefined ? "write the installer's configuration" : `serve the installation on ${serve.bridge}`,
    effect: "none",
    script: guestScript(
      inputs,
      sh`${skipWhenInstalled}
${script}`,
    ),
  };
}

function startStep(on: Toolstack, inputs: DomUInputs): Step {
  const { name, boot } = inputs;
  return {
    name: "start-installer",
    title: `start the installer of ${name}`,
    effect: "none",
    script: guestScript(
      inputs,
      sh`${skipWhenInstalled}
${judgeFunctions(boot)}
clear_unbuilt
row=$(domain_row)
if [ -z "$row" ] && [ "$(phase)" = installing ]; then
  # It ended while nobody looked: was that the installer's own end, or the host's?
  if [ "$(cat "$folder/install.boot" 2>/dev/null)" = "$(cat /proc/sys/kernel/random/boot_id)" ] && ended_well; then
    set_phase installed; exit 0
  fi
  echo "the installer is gone without an end; it starts again"
fi
if [ -z "$row" ]; then
  # Once more, a moment before it is written.
  disk_may_be_written "$disk" ${consent(inputs)}
  ${
    boot === "pygrub"
      ? sh`said=$(pygrub_permit "$disk" "$folder/disk-mode" 2>&1) || give_up "$said" "Then run up again."`
      : sh`:`
  }
  disk_identity "$disk" >"$folder/install.disk"
  rm -f "$folder/console.log" ${saveFile(name)}; : >"$folder/console.log"
  # Paused: whoever ends this job before the next boot is settled leaves an installer that writes nothing.
  ${on.create(sh`"$folder/"${INSTALL_FILE}`, "the installer", { isPaused: true })}
  # xl's log keeps the name that the domain was created under.
  printf '%s\n' "$guest" >"$folder/install.name"
  row=$(domain_row)
fi
domid=\${row%% *}
if runs_kernel "$domid" "$installer"; then
  # From here on the installer's reboot leads to the guest's own kernel, with or without us.
  # An installer without that would boot into itself, again and again, over what it has installed.
  ( ${on.storeForNextBoot?.(sh`${configPath(name)}`) ?? sh`:`} ) || { destroy_domain; exit 1; }
  printf '%s\n' "$domid" >"$folder/install.run"
  cat /proc/sys/kernel/random/boot_id >"$folder/install.boot"
  set_phase installing
  state_of "$row"
  case $domain_state in ??p*) ${on.unpause} ;; esac
  echo "the installer runs, domain $domid; its console: $folder/console.log"
fi`,
    ),
  };
}

function watchStep(on: Toolstack, inputs: DomUInputs, install: DomUInstall): Step {
  const { name, boot } = inputs;
  return {
    name: "install",
    title: `install ${name}`,
    effect: "none",
    script: guestScript(
      inputs,
      sh`${skipWhenInstalled}
${judgeFunctions(boot)}
trap end_watch EXIT
# A failed install starts from the beginning with the next up.
failed() { ${stop({ name }, install)}; set_phase disk-ready >/dev/null; give_up "$1" "$2"; }
minutes=${String(timeoutMinutes(install))} seconds=${Math.round(timeoutMinutes(install) * 60)}
begun=$(date +%s); end=$((begun + seconds)); missing=0; left=0; first=$(cat "$folder/install.run" 2>/dev/null || true)
while :; do
  row=$(domain_row)
  show_console
  if [ -n "$row" ]; then
    missing=0; domid=\${row%% *}
    if [ "$domid" != "$first" ] && is_built "$domid"; then
      if runs_kernel "$domid" "$installer"; then
        destroy_domain
        failed "The installer of $guest rebooted into itself instead of the installed system." "No data was lost. Run up again; if it happens again, report the version of Xen."
      fi
      set_phase switched; break
    fi
    state_of "$row"
    case $domain_state in
      ???sc?) destroy_domain; failed "The installer of $guest crashed." "The end of its console is above, the whole of it in $folder/console.log." ;;
      ???s??|unbuilt)
        # It has ended, and nobody is there any more who would build it, or who has just begun to: then that is up to us.
        if monitor_of "$folder/"${INSTALL_FILE}; then left=0; else left=$((left + 1)); fi
        if [ "$left" -ge 3 ]; then
          echo ${on.monitor}" of $guest is gone; the end of its log:"
          tail -n 3 ${on.typed.log(name)} 2>/dev/null || :
          show_console
          destroy_domain
          if ended_well; then set_phase installed; break; fi
          failed "$why" "The end of the installer's console is above. Remove its cause, then run up again: the install starts from the beginning."
        fi ;;
    esac
    watch_console "$domid"
  else
    missing=$((missing + 1))
    # The monitor takes some seconds between two lives of a guest.
    if [ "$missing" -ge 3 ] && { ! monitor_of "$folder/"${INSTALL_FILE} || [ "$missing" -ge 60 ]; }; then
      show_console
      if ended_well; then set_phase installed; break; fi
      failed "$why" "The end of the installer's console is above. Remove its cause, then run up again: the install starts from the beginning."
    fi
  fi
  if [ -f "$folder/cancel" ]; then rm -f "$folder/cancel"; failed "The install of $guest was given up." "It is being removed."; fi
  if [ "$(date +%s)" -ge "$end" ]; then
    ${stop({ name }, install)}
    give_up "The install of $guest is not done after $minutes minutes; it still runs." "Look at its console ("${on.typed.console(name)}"). Run up again to wait as long again, or raise install.timeoutMinutes."
  fi
  sleep 2
done
show_console
echo "installed after $(($(date +%s) - begun)) s"`,
    ),
  };
}

function endServingStep(inputs: DomUInputs, install: DomUInstall): Step {
  const { name } = inputs;
  return {
    name: "end-serving",
    title: "end serving the installation",
    effect: "none",
    script: guestScript(
      inputs,
      sh`${stop({ name }, install)}
rm -f "$folder/install.boot" "$folder/install.name"
# The guest may have been built by the host's monitor: what it runs with is the final configuration.
if [ "$(phase)" = switched ]; then install_file ${configPath(name)} "$folder/boot.cfg" 0600; fi`,
    ),
  };
}

/** Ends serving the guest, where it was served. */
export function stop({ name }: Pick<DomUInputs, "name">, install: DomUInstall | undefined): ShellText {
  return install?.media.serve === undefined ? sh`:` : stopServing({ ...install.media.serve, guest: name });
}

/**
 *   ended_well                the installer is gone: by its own will, and is there a system on the disk? Else: why
 */
function judgeFunctions(boot: BootMode | undefined): ShellText {
  return sh`ended_well() {
  reason=$(last_reason "$(cat "$folder/install.name" 2>/dev/null || echo "$guest")")
  case "$reason" in
    0|1) ;;
    3) why="The installer of $guest crashed."; return 1 ;;
    4) why="The installer of $guest was ended by its watchdog."; return 1 ;;
    *) why="The installer of $guest was ended from outside before it was done."; return 1 ;;
  esac
  ${
    boot === "pygrub"
      ? sh`found=$(pygrub_proves "$disk") && return 0
  why="The installer of $guest ended, but pygrub finds no kernel to boot on $disk: $found"
  return 1`
      : sh`return 0`
  }
}`;
}
