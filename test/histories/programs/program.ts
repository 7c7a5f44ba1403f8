/** A user's program, as data: what it declares, in the words of the resource classes' arguments. */

export interface Program {
  readonly resources: readonly Declared[];
}

interface Common {
  /** Whatever it is called: by this its resource is meant in other resources' arguments. */
  readonly ref: string;
  readonly name: string;
  /** The component it is in. */
  readonly parent?: string;
  /** Keys that it had before, where the user said so. */
  readonly aliases?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
}

export interface DeclaredDisk extends Common {
  readonly type: "DiskImage";
  readonly args: {
    readonly path: string;
    readonly sizeGiB: number;
    /** Begins as an image with a system on it; from a URL with a secret in it. */
    readonly source?: "system" | "secretSystem";
    readonly keepOnDelete?: boolean;
    readonly allow?: readonly string[];
  };
}

export interface DeclaredMedia extends Common {
  readonly type: "InstallMedia";
  readonly args: { readonly name?: string; readonly isSecret?: boolean };
}

export interface DiskUse {
  /** The `ref` of a DiskImage, or a path on the host. */
  readonly image: string;
  readonly device?: string;
  readonly mode?: "w" | "r";
}

export interface VifUse {
  readonly bridge: string;
  readonly mac?: string;
  readonly ip?: string;
}

interface DomUArguments {
  readonly name?: string;
  readonly uuid?: string;
  readonly memoryMiB?: number;
  readonly maxMemoryMiB?: number;
  readonly vcpus?: number;
  readonly maxVcpus?: number;
  readonly cpus?: string;
  readonly disks: readonly DiskUse[];
  readonly vifs: readonly VifUse[];
  readonly vncPassword?: string;
  readonly boot?: string;
  readonly kernel?: string;
  readonly extra?: string;
  readonly onPoweroff?: string;
  readonly onReboot?: string;
  readonly onCrash?: string;
  readonly autostart?: boolean;
  readonly powerState?: string;
  /** For its system, which answers as soon as it runs, or for somebody who never does. */
  readonly waitFor?: "system" | "nobody";
  /** The `ref` of an InstallMedia. */
  readonly media?: string;
  readonly allow?: readonly string[];
}

export interface DeclaredGuest extends Common {
  readonly type: "DomU";
  readonly args: DomUArguments;
}

export type Declared = DeclaredDisk | DeclaredMedia | DeclaredGuest;

/** As in a URN, without stack and project. */
export function keyOf({ type, name, parent }: Pick<Declared, "type" | "name" | "parent">): string {
  return parent === undefined ? `${type}::${name}` : `Component$${type}::${parent}-${name}`;
}

/** What a guest is called on its host. */
export function guestNameOf({ name, args }: DeclaredGuest): string {
  return args.name ?? name;
}

export function isGuest(declared: Declared): declared is DeclaredGuest {
  return declared.type === "DomU";
}

export function isDisk(declared: Declared): declared is DeclaredDisk {
  return declared.type === "DiskImage";
}
