/**
 * Serving an installation over HTTP from the host, for as long as an install needs it.
 *
 * An install job calls `startServing` in a step before the guest is created and `stopServing` when it is over. One
 * server for each bridge and port: installs at the same time share it, the last one to stop ends it. Each guest has
 * its own part, so that two installs with different media do not see each other's files:
 *
 *   http://ADDRESS:PORT/GUEST/files/…         the media's files
 *   http://ADDRESS:PORT/GUEST/tree/…          what is in the media's ISO, read out of it for each request (library/iso9660.py)
 *   http://ADDRESS:PORT/GUEST/answers/NAME    the answer file and those beside it, tokens filled in
 *
 * All of it lives in /run, so a reboot leaves nothing; /run itself is what is locked, for a lock file would stay behind. A server whose jobs died ends by itself (`forMinutes`).
 * ADDRESS is the bridge's own, found when the job runs; texts that need it hold tokens, filled in by `fillTokens`.
 */
import { type Answer, type ShellText, anyPython, libraryText, lines, sh } from "../shell";
import { isoReader } from "./iso";

const mediaServerProgram = libraryText(__dirname, "media-server.py");
const fillTokensProgram = libraryText(__dirname, "fill-tokens.py");
const serverFunctions = libraryText(__dirname, "media-server.sh");
const openServing = libraryText(__dirname, "open-serving.sh");
const portTakenProgram = libraryText(__dirname, "port-taken.py");
const portTaken = libraryText(__dirname, "port-taken.sh");
const publishAnswers = libraryText(__dirname, "publish-answers.sh");
const publishFile = libraryText(__dirname, "publish-file.sh");
const startServer = libraryText(__dirname, "start-serving.sh");
const stopServer = libraryText(__dirname, "stop-serving.sh");

/** Who is served what, and where. */
export interface Serving {
  /** The media's folder on the host (InstallMedia.directory); its `files/` is what `{mediaUrl}` shows. */
  readonly directory: string;
  /** The bridge whose IPv4 address the server listens on, and no other. */
  readonly bridge: string;
  readonly port: number;
  /** The ISO on the host whose content is what `{treeUrl}` shows; default: none. */
  readonly iso?: string | undefined;
  /** The guest's name: letters, digits, dots, dashes, underscores. */
  readonly guest: string;
  /** After this time the server forgets this guest by itself; default 240. Set it above the install's timeout. */
  readonly forMinutes?: number;
}

/** What a guest's part is known by. */
export type ServingPart = Pick<Serving, "bridge" | "port" | "guest">;

/** A file to be published for the guest; its tokens are filled in. */
interface PublishedFile {
  /** Its name below `{answersFolderUrl}`. */
  readonly fileName: string;
  /** The shell word of the file that holds it now, such as sh`"$JOB_FILES"/answers`. */
  readonly source: ShellText;
}

/** An answer file, which is what `{answersUrl}` names, and those that stand beside it. */
export interface PublishedAnswers extends PublishedFile {
  readonly others?: readonly PublishedFile[];
}

/** The content of the ISO; only media with a tree have it. */
export const TREE_TOKEN = "{treeUrl}";

/** Replaced on the host in answers and in the installer's kernel arguments. */
const MEDIA_TOKENS = ["{mediaUrl}", "{answersUrl}", "{answersFolderUrl}", "{hostAddress}", TREE_TOKEN] as const;

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
 * Fails, with a sentence, when the bridge has no IPv4 address, there is no Python or the port is taken by others.
 */
export function startServing(serving: Serving, answers?: PublishedAnswers): ShellText {
  const folder = servingFolder(serving);
  const minutes = serving.forMinutes ?? 240;
  return sh`(
ms_serving=${folder} ms_bridge=${serving.bridge} ms_port=${serving.port} ms_guest=${serving.guest}
ms_media=${serving.directory} ms_minutes=${minutes} ms_program=${mediaServerProgram} ms_python=${anyPython}
ms_iso=${serving.iso ?? ""} ms_reader=${isoReader}
${serverFunctions}
${openServing}
${answers === undefined ? sh`` : publish(answers)}
${startServer})`;
}

/** For a question: where the bridge has an address, whether another program has the port there. */
export function sayPortTaken(part: Pick<Serving, "bridge" | "port">): ShellText {
  return sh`(
ms_serving=${servingFolder(part)} ms_bridge=${part.bridge} ms_port=${part.port} ms_probe=${portTakenProgram} ms_python=${anyPython}
${serverFunctions}
${portTaken})`;
}

/** The address at which it has; `undefined` where none has, or where that could not be told. */
export function readPortTaken(answer: Answer): string | undefined {
  return answer.get("port.taken");
}

/** Makes it so that the guest is not served; ends the server with its last guest. Harmless to repeat. */
export function stopServing(part: ServingPart): ShellText {
  return sh`(
ms_serving=${servingFolder(part)} ms_guest=${part.guest}
${serverFunctions}
${stopServer})`;
}

/**
 * Writes `target` from `source`, tokens replaced by what `startServing` found; any other bytes pass unchanged.
 * @param source the shell word of the file to read, such as sh`"$JOB_FILES"/install.cfg`
 * @param target the shell word of the file to write, whole or not at all; its folder exists
 */
export function fillTokens(part: ServingPart, source: ShellText, target: ShellText, mode = "0600"): ShellText {
  return sh`${anyPython} -c ${fillTokensProgram} ${source} ${target} ${mode} ${`${servingFolder(part)}/guests/${part.guest}`}`;
}

function publish({ others = [], ...first }: PublishedAnswers): ShellText {
  return sh`ms_name=${first.fileName} ms_fill=${fillTokensProgram}
${publishAnswers}
${lines(
  [first, ...others].map(
    ({ fileName, source }) => sh`ms_name=${fileName} ms_source=${source}
${publishFile}`,
  ),
)}`;
}
