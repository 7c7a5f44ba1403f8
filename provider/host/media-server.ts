/**
 * Serving an installation over HTTP from the host, for as long as an install needs it.
 *
 * An install job calls `startServing` in a step before the guest is created and `stopServing` when it is over. One
 * server for each bridge and port: installs at the same time share it, the last one to stop ends it. Each guest has
 * its own part, so that two installs with different media do not see each other's files:
 *
 *   http://ADDRESS:PORT/GUEST/files/…         the media's tree
 *   http://ADDRESS:PORT/GUEST/answers/NAME    the answer file, tokens filled in
 *
 * All of it lives in /run, so a reboot leaves nothing; /run itself is what is locked, for a lock file would stay behind. A server whose jobs died ends by itself (`forMinutes`).
 * ADDRESS is the bridge's own, found when the job runs; texts that need it hold tokens, filled in by `fillTokens`.
 */
import { type ShellText, libraryText, sh } from "../shell";

const mediaServerProgram = libraryText(__dirname, "media-server.py");
const fillTokensProgram = libraryText(__dirname, "fill-tokens.py");

/** Who is served what, and where. */
export interface Serving {
  /** The media's folder on the host (InstallMedia.directory); its `files/` is what `{mediaUrl}` shows. */
  readonly directory: string;
  /** The bridge whose IPv4 address the server listens on, and no other. */
  readonly bridge: string;
  readonly port: number;
  /** The guest's name: letters, digits, dots, dashes, underscores. */
  readonly guest: string;
  /** After this time the server forgets this guest by itself; default 240. Set it above the install's timeout. */
  readonly forMinutes?: number;
}

/** What a guest's part is known by. */
export type ServingPart = Pick<Serving, "bridge" | "port" | "guest">;

/** An answer file to be published for the guest; its tokens are filled in. */
export interface PublishedAnswers {
  /** Its name in `{answersUrl}`. */
  readonly fileName: string;
  /** The shell word of the file that holds it now, such as sh`"$JOB_FILES"/answers`. */
  readonly source: ShellText;
}

/** Replaced on the host in answers and in the installer's kernel arguments. */
const MEDIA_TOKENS = ["{mediaUrl}", "{answersUrl}", "{hostAddress}"] as const;

/** Does a text need a running server to be complete? */
export function needsServing(text: string): boolean {
  return MEDIA_TOKENS.some((token) => text.includes(token));
}

/** The folder of one server on the host. */
function servingFolder(part: Pick<Serving, "bridge" | "port">): string {
  return `/run/pulumi-xen/http/${part.bridge}-${part.port}`;
}

/** The log of the server's requests, one a line. */
export function requestLog(part: Pick<Serving, "bridge" | "port">): string {
  return `${servingFolder(part)}/log`;
}

/**
 * Makes it so that the guest is served; harmless to repeat. For a step of a job.
 * Fails, with a sentence, when the bridge has no IPv4 address, python3 is missing or the port is taken by others.
 */
export function startServing(serving: Serving, answers?: PublishedAnswers): ShellText {
  const folder = servingFolder(serving);
  const minutes = serving.forMinutes ?? 240;
  return sh`(
serving=${folder} bridge=${serving.bridge} port=${serving.port} guest=${serving.guest} media=${serving.directory} minutes=${minutes}
${functions}
command -v python3 >/dev/null 2>&1 || die "python3 is missing on this host; it serves the installation. Install the package python3."
address=$(bridge_address)
[ -n "$address" ] || die "The bridge $bridge has no IPv4 address, so a guest on it cannot fetch its installation. Give the bridge an address."
exec 8</run; flock 8
mkdir -p /run/pulumi-xen/http
chmod 755 /run/pulumi-xen /run/pulumi-xen/http
mkdir -p "$serving/www/$guest/answers" "$serving/guests/$guest"
chmod 755 "$serving" "$serving/guests" "$serving/guests/$guest"
chmod 711 "$serving/www" "$serving/www/$guest" "$serving/www/$guest/answers"
rm -f "$serving/www/$guest/files"; ln -s "$media/files" "$serving/www/$guest/files"
now=$(date +%s)
printf '%s\n' "$((now + minutes * 60))" >"$serving/guests/$guest/until"
printf '%s\n' "$address" >"$serving/guests/$guest/host-address"
printf 'http://%s:%s/%s/files\n' "$address" "$port" "$guest" >"$serving/guests/$guest/media-url"
chmod 644 "$serving/guests/$guest"/*
${answers === undefined ? sh`` : publish(answers)}
if ! server_pid >/dev/null || [ "$(cat "$serving/address" 2>/dev/null)" != "$address" ]; then
  stop_server
  printf '%s' ${mediaServerProgram} >"$serving/server.py"; chmod 644 "$serving/server.py"
  printf '%s\n' "$address" >"$serving/address"
  : >"$serving/log"; chmod 644 "$serving/log"
  if command -v setsid >/dev/null 2>&1; then detach=setsid; else detach=nohup; fi
  $detach python3 "$serving/server.py" "$address" "$port" "$serving" </dev/null >"$serving/log" 2>&1 8<&- &
  tries=0
  until server_pid >/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 150 ] || { ! kill -0 $! 2>/dev/null && [ "$tries" -gt 10 ]; }; then
      tail -n 3 "$serving/log" >&2
      die "The installation could not be served at $address port $port. Where another program has the port, set servePort of the InstallMedia."
    fi
    sleep 0.2
  done
fi
echo "serving http://$address:$port/$guest/"
)`;
}

/** Makes it so that the guest is not served; ends the server with its last guest. Harmless to repeat. */
export function stopServing(part: ServingPart): ShellText {
  return sh`(
serving=${servingFolder(part)} guest=${part.guest}
if [ -d "$serving" ]; then
${functions}
exec 8</run; flock 8
rm -rf "$serving/www/$guest" "$serving/guests/$guest"
if ! rmdir "$serving/guests" 2>/dev/null && [ -d "$serving/guests" ]; then
  echo "the media server goes on for other guests"
else
  stop_server
  rm -rf "$serving"
  rmdir /run/pulumi-xen/http /run/pulumi-xen 2>/dev/null || true
fi
fi
)`;
}

/**
 * Writes `target` from `source`, tokens replaced by what `startServing` found; any other bytes pass unchanged.
 * @param source the shell word of the file to read, such as sh`"$JOB_FILES"/install.cfg`
 * @param target the shell word of the file to write, whole or not at all; its folder exists
 */
export function fillTokens(part: ServingPart, source: ShellText, target: ShellText, mode = "0600"): ShellText {
  return sh`python3 -c ${fillTokensProgram} ${source} ${target} ${mode} ${`${servingFolder(part)}/guests/${part.guest}`}`;
}

function publish(answers: PublishedAnswers): ShellText {
  return sh`name=${answers.fileName}
printf 'http://%s:%s/%s/answers/%s\n' "$address" "$port" "$guest" "$name" >"$serving/guests/$guest/answers-url"
chmod 644 "$serving/guests/$guest/answers-url"
python3 -c ${fillTokensProgram} ${answers.source} "$serving/www/$guest/answers/$name" 0400 "$serving/guests/$guest"
if [ "$(id -u)" = 0 ]; then chown nobody "$serving/www/$guest/answers/$name"; fi`;
}

/** A pid is believed only when its command line is our server's: pids are used again. */
const functions = sh`bridge_address() { ip -4 -o addr show dev "$bridge" 2>/dev/null | awk '{ sub("/.*", "", $4); print $4; exit }'; }
server_pid() {
  pid=$(cat "$serving/pid" 2>/dev/null) || return 1
  case "$pid" in ''|*[!0-9]*) return 1 ;; esac
  tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -Fqx "$serving/server.py" || return 1
  printf '%s\n' "$pid"
}
stop_server() {
  if old=$(server_pid); then
    kill "$old" 2>/dev/null || true
    tries=0
    while server_pid >/dev/null; do
      tries=$((tries + 1)); [ "$tries" -le 50 ] || { kill -9 "$old" 2>/dev/null || true; break; }
      sleep 0.1
    done
  fi
  rm -f "$serving/pid"
}`;
