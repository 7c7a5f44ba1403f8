/**
 * The plan that every fault is tried on, in the rhythm of every lifecycle: follow what an earlier run began, look, do
 * what is missing, look again, clean up. What it does is counted on the host: `trace` has a line for every beginning and
 * end of a step, `effects` one for what was made so.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type Connection, type RemoteHost, openHost } from "../../provider/remote";
import { type Job, type Question, type Step, sh } from "../../provider/shell";
import { Holds } from "./holds";

const OBJECT = "domu/guest1";
/** Its length is not in the script, its content neither: only in the job's file. */
const SECRET_LINES = 40;

/** Everything that the plan needs to know, as plain data: it may run in another process. */
export interface PlanSpec {
  readonly connection: Connection;
  /** Of the test; outside of the host's disk. */
  readonly folder: string;
  /** On the host's disk. */
  readonly disk: string;
  /** Travels in a file of the job, and must show nowhere. */
  readonly secret: string;
  /** What the image shall be; default: IMAGE_BYTES of a pattern. */
  readonly imageSeed?: number;
  /** Words that are in titles, paths and contents; default: plain ones. */
  readonly words?: string;
  readonly object?: string;
  /** Text that the first step runs besides: `cat /dev/zero`. */
  readonly firstDoes?: string;
  /** Of the job; default 90. */
  readonly timeoutSeconds?: number;
}

const IMAGE_BYTES = 400_000;

export function imageOf(spec: PlanSpec): Buffer {
  const seed = spec.imageSeed ?? 1;
  const image = Buffer.alloc(IMAGE_BYTES);
  for (let index = 0; index < image.length; index += 1) image[index] = (index * 31 + (index >> 8) * seed) & 0xff;
  return image;
}

export function configOf(spec: PlanSpec): string {
  return `name = 'guest1'\n# ${spec.words ?? "grüße"}\n${"memory = 512\n".repeat(500)}`;
}

export const pathsOf = (spec: PlanSpec) => ({
  image: join(spec.disk, `data ${spec.words ?? ""}`.trim(), "image"),
  config: join(spec.disk, "config", "guest1.cfg"),
  trace: join(spec.folder, "trace"),
  effects: join(spec.folder, "effects"),
  holds: join(spec.folder, "holds"),
});

interface Seen {
  readonly hasImage: boolean;
  readonly isDone: boolean;
}

/** @param tell - a line for each thing that happens, as a user would see it. */
export async function runPlan(spec: PlanSpec, tell: (line: string) => void): Promise<void> {
  const host = openHost(spec.connection);
  const object = spec.object ?? OBJECT;
  await host.identity();
  tell("connected");
  const before = await host.askOnceSettled(object, look(spec));
  if (!before.hasImage) await bringImage(host, spec);
  tell("uploaded");
  if (!before.isDone) await host.perform(referenceJob(spec), tell);
  tell("performed");
  const after = await host.ask(look(spec));
  if (!after.hasImage || !after.isDone) throw new Error(`a success that is none: ${JSON.stringify(after)}`);
  await host.forget(object);
  tell("forgotten");
}

function referenceJob(spec: PlanSpec): Job {
  const { trace, effects, config } = pathsOf(spec);
  const holds = new Holds(pathsOf(spec).holds);
  const words = spec.words ?? "so";
  const step = (name: string, script: Step["script"]): Step => ({
    name,
    title: `make ${name} ${words}`,
    effect: "none",
    script: sh`${holds.shell}
echo ${name} begin "$$" >>${trace}
[ "$(wc -l <"$JOB_FILES/secret")" -eq ${SECRET_LINES} ]
${script}
grep -qxF ${name} ${effects} 2>/dev/null || echo ${name} >>${effects}
echo ${name} end "$$" >>${trace}`,
  });
  return {
    object: spec.object ?? OBJECT,
    title: `change guest1 ${words}`,
    sections: ["network"],
    timeoutSeconds: spec.timeoutSeconds ?? 90,
    files: [
      { name: "secret", content: `${spec.secret}\n`.repeat(SECRET_LINES) },
      { name: "config", content: configOf(spec) },
    ],
    steps: [
      step(
        "first",
        sh`pass run "$$"
eval ${spec.firstDoes ?? ":"}
install_file "$JOB_FILES/config" ${config} 640`,
      ),
      step(
        "second",
        sh`printf 'gr\303\274\303\237e, whole\ngr\303'
pass follow "$$"
printf '\274\303\237e, in halves\n'`,
      ),
    ],
  };
}

async function bringImage(host: RemoteHost, spec: PlanSpec): Promise<void> {
  const image = imageOf(spec);
  const holds = new Holds(pathsOf(spec).holds);
  async function* pieces(): AsyncGenerator<Buffer> {
    yield image.subarray(0, IMAGE_BYTES / 2);
    await holds.pass("upload");
    yield image.subarray(IMAGE_BYTES / 2);
  }
  await host.upload(Readable.from(pieces()), {
    path: pathsOf(spec).image,
    mode: "640",
    sha256: createHash("sha256").update(image).digest("hex"),
    sizeBytes: image.length,
  });
}

function look(spec: PlanSpec): Question<Seen> {
  const { image, effects, config } = pathsOf(spec);
  const sum = createHash("sha256").update(imageOf(spec)).digest("hex");
  return {
    about: "guest1",
    script: sh`if [ -f ${image} ]; then say sum "$(sha256sum <${image})"; fi
say_file effects ${effects}
say_file config ${config}`,
    read: (answer) => ({
      hasImage: answer.get("sum")?.startsWith(sum) === true,
      isDone: answer.get("effects") === "first\nsecond\n" && answer.get("config") === configOf(spec),
    }),
  };
}
