/** How an image comes to be: of nothing or of a source, whole before it has its name, and only where nothing has it. Pure. */
import { claimLock } from "../../host/claim";
import { download } from "../../host/download";
import { folderNameOf, ownedFolder } from "../../host/owned-folder";
import { type JobFile, type ShellText, type Step, libraryText, lines, sh } from "../../shell";
import { describeSource, isSecretSource, isUrl } from "../source-file/source-file.schema";
import { type DiskImageInputs, sizeBytesOf } from "./disk-image.properties";

const URL_FILE = "url";

/** The folder of the claim. */
export function folderOf(path: string): string {
  return ownedFolder("disk-image", folderNameOf(path));
}

/** What `path` is while it is made. */
export function unfinishedPath(path: string): string {
  return `${path}.pulumi-xen-new`;
}

/** Fetches a source that the host can reach; the URL comes as a file of the job. */
export function fetching({ path, source, secretProperties }: DiskImageInputs): { steps: Step[]; files: JobFile[] } {
  if (source === undefined || !isUrl(source)) return { steps: [], files: [] };
  const from = describeSource(source, "source", secretProperties);
  const fetched = download({
    label: "image",
    from,
    hides: isSecretSource("source", secretProperties),
    urlFile: sh`"$JOB_FILES"/${URL_FILE}`,
    sha256: source.sha256,
    target: unfinishedPath(path),
    mode: "0600",
  });
  const script = sh`if [ ! -e ${path} ]; then
${fetched}
fi`;
  return {
    steps: [{ name: "download", title: `fetch ${from}`, effect: "none", script }],
    files: [{ name: URL_FILE, content: `${source.url}\n` }],
  };
}

/** Makes the image under another name, then gives it its own. A local source lies there already. */
export function makeStep(inputs: DiskImageInputs): Step {
  return { name: "make", title: `make ${inputs.path}`, effect: "none", script: makeScript(inputs) };
}

function makeScript(inputs: DiskImageInputs): ShellText {
  const { path, format, preallocation, source } = inputs;
  const folder = folderOf(path);
  const bytes = sizeBytesOf(inputs) ?? 0;
  const empty =
    format === "qcow2"
      ? sh`qemu-img create -q -f qcow2 -o ${`preallocation=${preallocation ?? "off"}`} "$new" ${bytes}`
      : sh`truncate -s ${bytes} "$new"`;
  const fill =
    source === undefined
      ? lines([sh`rm -f "$new"`, empty])
      : format === "qcow2"
        ? qcow2FromSource(bytes)
        : rawFromSource(bytes);
  return sh`image=${path} new=${unfinishedPath(path)} made=${`${folder}/made`}
if [ -f "$image" ] && [ -f "$made" ] && [ "$(stat -c %i "$image")" = "$(cat "$made")" ]; then
  rm -f "$new"; echo "$image is there"; exit 0
fi
${fill}
printf '%s\n' ${source?.sha256 ?? "empty"} >${`${folder}/made-of.new`}
mv -f ${`${folder}/made-of.new`} ${`${folder}/made-of`}
(
${claimLock}
${libraryText(__dirname, "place-image.sh")}
)
free=$(df -Pk "$(dirname "$image")" | tail -n 1 | awk '{ print $4 }')
if [ "$((free * 1024))" -lt ${bytes} ]; then
  echo "note: the guest may fill the image up to $((${bytes} / 1048576)) MiB, and the file system has $((free / 1024)) MiB free"
fi`;
}

function rawFromSource(bytes: number): ShellText {
  return sh`[ "$(head -c 4 "$new" | od -An -tx1 | tr -d ' ')" != 514649fb ] || die "The source is a qcow2 image, but format is raw. Set format to qcow2, or convert the source (qemu-img convert -O raw)."
has=$(stat -L -c %s "$new")
${mustHold(bytes)}
fallocate -d "$new" 2>/dev/null || true
truncate -s ${bytes} "$new"`;
}

/** `has` is the source's size in bytes. The size that is named is one that check takes: in whole MiB. */
function mustHold(bytes: number): ShellText {
  return sh`if [ "$has" -gt ${bytes} ]; then
  needed=$(awk -v mib=$(((has + 1048575) / 1048576)) 'BEGIN { text = sprintf("%.10f", mib / 1024); sub(/0+$/, "", text); sub(/[.]$/, "", text); print text }')
  die "The source has $has bytes, more than the image's ${bytes}. Set sizeGiB to $needed or more."
fi`;
}

// A backing file would be opened with root's rights, whatever it names: a source must stand alone.
function qcow2FromSource(bytes: number): ShellText {
  return sh`[ "$(head -c 4 "$new" | od -An -tx1 | tr -d ' ')" = 514649fb ] || die "The source is no qcow2 image. Give one, or set format to raw."
[ "$(od -An -v -tx1 -j 8 -N 8 "$new" | tr -d ' \n')" = 0000000000000000 ] || die "The source is a qcow2 image with a backing file. Give one that stands alone (qemu-img convert makes it)."
has=$((0x$(od -An -v -tx1 -j 24 -N 8 "$new" | tr -d ' \n')))
${mustHold(bytes)}
[ "$has" = ${bytes} ] || qemu-img resize -q -f qcow2 "$new" ${bytes}`;
}
