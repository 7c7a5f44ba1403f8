/**
 * What the last boot had, kept over several changes before the next one: where that does not bring the last of them up, all of them are
 * taken back, since nothing newer than the last boot's network has been seen to boot. Shell text; pure.
 */
import { type ShellText, libraryText, lines, sh } from "../../shell";

/** What a change is about to touch. */
interface Touched {
  readonly files: readonly { readonly path: string }[];
  readonly ports: readonly string[];
  readonly bonds: { readonly all: readonly string[] };
  readonly aliases: readonly string[];
  readonly mtus: readonly { readonly port: string; readonly before: number }[];
  readonly folder: string;
}

/** Functions that expect $folder. */
export const bootedFunctions: ShellText = libraryText(__dirname, "booted.sh");

/** Before a change; what an earlier one waits for is set aside. */
export function keepBooted({ files, ports, bonds, aliases, mtus, folder }: Touched): ShellText {
  return lines([
    sh`folder=${folder}`,
    bootedFunctions,
    sh`booted_begin`,
    ...files.map(({ path }) => sh`booted_file ${path}`),
    ...ports.map((port) => sh`booted_link port ${port}`),
    ...bonds.all.map((bond) => sh`booted_link bond ${bond}`),
    ...aliases.map((alias) => sh`booted_link alias ${alias}`),
    ...mtus.map(({ port, before }) => sh`booted_link mtu ${port} ${before}`),
  ]);
}
