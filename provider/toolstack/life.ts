/**
 * What xl and xm do alike with the life of a domain: the functions of library/life.sh, which each gives its own words, and the verbs over
 * them. Shell text; pure.
 */
import { type JobFile, type ShellText, libraryText, lines, sh } from "../shell";
import { PYGRUB_USER } from "../xen";
import { TOOLSTACK_FILE, type Toolstack } from "./toolstack";

const life = libraryText(__dirname, "life.sh");

/** `own`: the toolstack's functions, among them those that life.sh needs. */
export function lifeFunctions(...own: readonly ShellText[]): ShellText {
  return lines([life, ...own]);
}

export function lifeLibrary(functions: ShellText): JobFile {
  return { name: TOOLSTACK_FILE, content: lines([sh`PYGRUB_USER=${PYGRUB_USER}`, functions, sh``]).text };
}

/** `functions`: those of lifeFunctions. Looked at twice, since a domain is built within moments. */
export function sayUnbuilt(functions: ShellText): ShellText {
  return sh`${functions}
is_left() { row=$(domain_row); state_of "$row"; [ "$domain_state" = unbuilt ] && [ -z "$(builder_of "\${row%% *}")" ]; }
if is_left && sleep 3 && is_left; then say unbuilt left; else say unbuilt building; fi`;
}

type LifeVerb = "rename" | "unpause" | "shutdown" | "shutdownOrDestroy" | "create";

/** `command`: what is typed for it. */
export function lifeVerbs(command: ShellText): Pick<Toolstack, LifeVerb> {
  return {
    // Live: the guest notices nothing, and its next domain bears the new name too (seen on 4.17).
    rename: (name) => sh`renamed=$(domain_row)
if [ -n "$renamed" ] && [ "\${renamed##* }" != ${name} ]; then
  said=$(${command} rename "\${renamed%% *}" ${name} 2>&1) || give_up "${command} did not rename \${renamed##* } to "${name}": $(complaint_in "$said")" "Look at ${command} list on the host."
  renamed=$(domain_row)
  [ "\${renamed##* }" = ${name} ] || give_up "${command} renamed nothing: the guest is still called \${renamed##* }." "Look at ${command} list on the host."
fi`,

    // Unpausing a guest that runs prints an error and ends with 0.
    unpause: sh`need_domain
${command} unpause "$domid" >/dev/null 2>&1 || true
unpaused=$(domain_row)
state_of "$unpaused"
case $domain_state in ??p*) give_up "$guest is still paused." "Look at ${command} list on the host." ;; esac`,

    shutdown: (seconds) => sh`seconds=${seconds}
stop_domain "$seconds" || {
  [ "$?" = 1 ] || exit 1
  give_up "$guest did not shut down within $seconds seconds; it still runs." "Shut it down from inside, or run: ${command} destroy $guest. Then run up again."
}
echo "$guest is down"`,

    shutdownOrDestroy: (seconds) => sh`seconds=${seconds}
stop_domain "$seconds" || { [ "$?" = 1 ] || exit 1; echo "it did not shut down in time: it is ended"; destroy_domain; }`,

    // What belongs to the first start alone: a domain that reboots is not paused again (xl_vmcontrol.c).
    create: (config, what, how) => sh`said=$(create_domain ${config}${how?.isPaused === true ? sh` -p` : sh``} 2>&1) ||
  give_up "${command} could not start "${what}": $said" "Look at $toolstack_log on the host."`,
  };
}
