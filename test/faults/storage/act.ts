/** One call of the provider, as Pulumi makes it; here, or in a process of its own that can be killed. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { ErrorCode } from "../../../provider/errors";
import { type CommonInputs, type ResourceKind } from "../../../provider/pulumi";
import { diskImageKind } from "../../../provider/resources/disk-image/disk-image.lifecycle";
import { installMediaKind } from "../../../provider/resources/install-media/install-media.lifecycle";
import { projectRoot } from "../../support/project-root";
import { ResourceStack, type Saved } from "../../support/resource-stack";
import type { Declared } from "./works";

/** As plain data: it may run in another process. */
export interface Act {
  readonly kind: Declared["kind"];
  readonly does: "create" | "update" | "refresh" | "delete";
  readonly properties: object;
  /** State, as far as there is any. */
  readonly saved?: Saved | undefined;
}

export type Acted =
  /** `saved`: none after a removal, or where a refresh finds nothing. */
  | { readonly kind: "done"; readonly saved: Saved | undefined }
  /** `saved`: what Pulumi keeps of one that failed half-way. */
  | {
      readonly kind: "error";
      readonly code: ErrorCode | undefined;
      readonly message: string;
      readonly saved?: Saved | undefined;
    }
  | { readonly kind: "died" };

export interface Acting {
  readonly ended: Promise<Acted>;
  /** Only of one in a process of its own. */
  readonly kill: () => void;
}

function stackOf(
  kind: Declared["kind"],
): Pick<ResourceStack<CommonInputs, object>, "check" | "create" | "update" | "refresh" | "delete"> {
  return kind === "disk-image"
    ? new ResourceStack(diskImageKind)
    : new ResourceStack(installMediaKind as unknown as ResourceKind<CommonInputs & { name: string }, object>);
}

export async function act({ kind, does, properties, saved }: Act): Promise<Acted> {
  const stack = stackOf(kind);
  // Of a create there are no inputs before.
  const inputs = await stack.check(saved?.inputs ?? {}, "it", properties);
  try {
    if (does === "create") return { kind: "done", saved: await stack.create("it", properties) };
    const kept = needed(saved);
    if (does === "update") return { kind: "done", saved: await stack.update(kept, "it", properties) };
    if (does === "refresh") return { kind: "done", saved: await stack.refresh(kept) };
    await stack.delete(kept);
    return { kind: "done", saved: undefined };
  } catch (error) {
    const {
      code,
      message,
      id,
      properties: outs,
    } = error as { code?: ErrorCode; message: string; id?: string; properties?: Saved["outs"] };
    const left = id === undefined || outs === undefined ? undefined : { id, inputs, outs };
    return { kind: "error", code, message, ...(left === undefined ? {} : { saved: left }) };
  }
}

export function actElsewhere(what: Act): Acting {
  const child = spawn(
    process.execPath,
    [
      "-r",
      join(projectRoot, "test/support/typescript-loader.cjs"),
      join(projectRoot, "test/faults/storage/actor.ts"),
      JSON.stringify(what),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => {
    output += bytes.toString("utf8");
  });
  const ended = new Promise<Acted>((resolve) => {
    child.once("close", () => {
      const told = output.split("\n").find((line) => line.startsWith("ACTED "));
      resolve(told === undefined ? { kind: "died" } : (JSON.parse(told.slice(6)) as Acted));
    });
  });
  return { ended, kill: () => child.kill("SIGKILL") };
}

function needed(saved: Saved | undefined): Saved {
  if (saved === undefined) throw new Error("There is no state for this.");
  return saved;
}
