/** A small resource kind whose "host" is a map: enough to see what the adapter does with any kind. */
import { z } from "zod";
import type { Change } from "../../../provider/change";
import { shown } from "../../../provider/property";
import { type CommonInputs, type ResourceKind, type Unfinished, UnfinishedError } from "../../../provider/pulumi";

export interface ToyInputs extends CommonInputs {
  readonly name: string;
  readonly memoryMiB?: number;
  readonly password?: string;
  readonly disks?: readonly { path: string; device: string }[];
  readonly nested?: { readonly deep?: { readonly port: number } };
  readonly config?: string;
}
export interface ToyOutputs {
  readonly phase: string;
  readonly extra?: unknown;
}

export function toyKind(
  world: { failAfter?: string; seen?: Map<string, ToyInputs>; left?: readonly Unfinished[] } = {},
): ResourceKind<ToyInputs, ToyOutputs> {
  const seen = world.seen ?? new Map<string, ToyInputs>();
  return {
    kind: "toy",
    title: "Toy",
    label: ({ name }) => name,
    inputs: z.strictObject({
      name: z.string().min(1),
      memoryMiB: z.int().min(4).optional(),
      password: z.string().min(8).optional(),
      disks: z.array(z.strictObject({ path: z.string().startsWith("/"), device: z.string() })).optional(),
      nested: z.strictObject({ deep: z.strictObject({ port: z.int() }).optional() }).optional(),
    }),
    faults: [
      ({ name, memoryMiB }) =>
        name === "big" && (memoryMiB ?? 0) < 100 ? [{ property: "memoryMiB", reason: "is too little for big." }] : [],
    ],
    complete: (inputs) => ({
      ...inputs,
      memoryMiB: inputs.memoryMiB ?? 512,
      config: `memory=${shown(inputs.memoryMiB ?? 512)}`,
    }),
    computed: ["config"],
    changes: (olds, news) => {
      const changes: Change[] = [];
      if (olds.memoryMiB !== news.memoryMiB) {
        changes.push({
          property: "memoryMiB",
          text: `memoryMiB ${shown(olds.memoryMiB)} -> ${shown(news.memoryMiB)}`,
          effect: "live",
        });
      }
      if (olds.name !== news.name) {
        changes.push({
          property: "name",
          text: `name ${olds.name} -> ${shown(news.name)}`,
          effect: "replace",
          losesData: true,
        });
      }
      return changes;
    },
    creation: ({ name }) => [`create ${shown(name)}`],
    effectWith: (effect, { memoryMiB }) => (memoryMiB === 4 ? "none" : effect),
    allowable: ["restart", "replace", "dataLoss"],
    defaultAllow: ["restart"],
    isFinished: ({ phase }) => phase === "done",
    create: async (inputs) => {
      if (world.failAfter === "nothing") throw new Error("no host");
      seen.set(inputs.name, inputs);
      if (world.failAfter === "disk")
        throw new UnfinishedError(inputs.name, { phase: "disk" }, new Error("the link is gone"));
      return { id: inputs.name, outputs: { phase: "done", extra: undefined } };
    },
    read: async (id, inputs, outputs) => {
      const there = seen.get(id);
      const left = world.left === undefined ? {} : { unfinished: world.left };
      return there === undefined
        ? undefined
        : { inputs: { ...inputs, memoryMiB: there.memoryMiB ?? 0 }, outputs, ...left };
    },
    update: async (id, _olds, news) => {
      seen.set(id, news);
      return { outputs: { phase: "done" } };
    },
    delete: async (id) => {
      seen.delete(id);
    },
  };
}
