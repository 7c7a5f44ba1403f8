/** What the constructors of the resource classes make of a program's arguments, and in which order they register. */
import { providerText } from "../../../provider/pulumi";
import type { Connection } from "../../../provider/remote";
import type { Registration } from "../engine/run";
import type { Properties } from "../engine/provider-protocol";
import { GUEST_ANSWER } from "../host/guest-port";
import { sha256Of } from "../host/other-tools";
import {
  type Declared,
  type DeclaredDisk,
  type DeclaredGuest,
  type DeclaredMedia,
  type Program,
  keyOf,
} from "./program";

export interface StackPlace {
  readonly project: string;
  readonly stack: string;
  readonly connection: Connection;
  /** Where the host's guests answer. */
  readonly guestPort: number;
  /** Does this version of the product know the input `owner`? */
  readonly hasOwner: boolean;
}

/** Stand for secrets of users; they must be seen nowhere but where they are needed. */
export const SECRETS = ["hush4711", "hush-url-4712"] as const;

const KINDS = { DiskImage: "disk-image", InstallMedia: "install-media", DomU: "domu" } as const;
const ORDER = ["DiskImage", "InstallMedia", "DomU"] as const;

type Outputs = (key: string) => Properties;

export function registrations(program: Program, place: StackPlace): Registration[] {
  const keys = new Map(program.resources.map((declared) => [declared.ref, keyOf(declared)]));
  const ordered = [...program.resources].sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type));
  return ordered.map((declared) => ({
    key: keyOf(declared),
    kind: KINDS[declared.type],
    aliases: declared.aliases ?? [],
    replaceOnChanges: declared.replaceOnChanges ?? [],
    dependencies: refsOf(declared).flatMap((ref) => keys.get(ref) ?? []),
    inputs: (outputs) => ({
      ...own(declared, keys, outputs, place),
      connection: place.connection,
      ...(place.hasOwner ? { owner: `${place.project}/${place.stack}::${declared.type}::${declared.name}` } : {}),
      __provider: providerText(KINDS[declared.type]),
    }),
  }));
}

function refsOf(declared: Declared): string[] {
  if (declared.type !== "DomU") return [];
  return [
    ...declared.args.disks.map(({ image }) => image),
    ...(declared.args.media === undefined ? [] : [declared.args.media]),
  ];
}

function own(
  declared: Declared,
  keys: ReadonlyMap<string, string>,
  outputs: Outputs,
  { guestPort }: StackPlace,
): Properties {
  switch (declared.type) {
    case "DiskImage":
      return diskInputs(declared);
    case "InstallMedia":
      return mediaInputs(declared);
    case "DomU":
      return guestInputs(declared, keys, outputs, guestPort);
  }
}

function web(path: string, isSecret: boolean): Properties {
  return { url: `http://media.test${path}${isSecret ? `?token=${SECRETS[1]}` : ""}`, sha256: sha256Of(path) };
}

function diskInputs({ args: { source, ...args } }: DeclaredDisk): Properties {
  const isSecret = source === "secretSystem";
  return {
    ...args,
    ...(source === undefined ? {} : { source: web("/system.img", isSecret) }),
    ...(isSecret ? { secretProperties: ["source"], secretPaths: [["source", "url"]] } : {}),
  };
}

function mediaInputs({ name, args }: DeclaredMedia): Properties {
  const isSecret = args.isSecret === true;
  return {
    name: args.name ?? name,
    kernel: web("/vmlinuz", isSecret),
    ramdisk: web("/initrd.gz", isSecret),
    ...(isSecret
      ? {
          secretProperties: ["kernel", "ramdisk"],
          secretPaths: [
            ["kernel", "url"],
            ["ramdisk", "url"],
          ],
        }
      : {}),
  };
}

function guestInputs(
  { name, args }: DeclaredGuest,
  keys: ReadonlyMap<string, string>,
  outputs: Outputs,
  guestPort: number,
): Properties {
  const { disks, vifs, media, vncPassword, waitFor, ...rest } = args;
  const mediaKey = media === undefined ? undefined : keys.get(media);
  const picked = (of: Properties, names: readonly string[]): Properties =>
    Object.fromEntries(names.map((one) => [one, of[one]]));
  return {
    ...rest,
    name: args.name ?? name,
    disks: disks.map(({ image, ...use }) => {
      const key = keys.get(image);
      return key === undefined ? { ...use, path: image } : { ...use, ...picked(outputs(key), ["path", "format"]) };
    }),
    vifs,
    ...(vncPassword === undefined
      ? {}
      : { vfb: { vncPassword }, secretProperties: ["vfb"], secretPaths: [["vfb", "vncPassword"]] }),
    ...(waitFor === undefined
      ? {}
      : {
          waitFor: {
            ip: "127.0.0.1",
            http: { port: guestPort, path: `/${waitFor}`, contains: GUEST_ANSWER },
            timeoutSeconds: waitFor === "nobody" ? 1 : 30,
          },
        }),
    // Nothing is served: what a server does is tried in test/contract and in the lab.
    ...(mediaKey === undefined
      ? {}
      : {
          install: {
            media: picked(outputs(mediaKey), ["name", "directory", "kernelPath", "ramdiskPath"]),
            timeoutMinutes: 5,
          },
        }),
  };
}
