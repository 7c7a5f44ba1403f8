/**
 * The private door: what the constant text in Pulumi's state loads, by resource kind. Private, and yet for ever:
 * every state ever written names it (docs/adr/0001-constant-provider-text.md).
 */
import { type DynamicProvider, dynamicProvider } from "./pulumi";
import { showProgress } from "./remote";
import { bridgeKind } from "./resources/bridge/bridge.lifecycle";
import { diskImageKind } from "./resources/disk-image/disk-image.lifecycle";
import { domuKind } from "./resources/domu/domu.lifecycle";
import { installMediaKind } from "./resources/install-media/install-media.lifecycle";
import { xenHostKind } from "./resources/xen-host/xen-host.lifecycle";

// Standard output of the provider process is what an engine shows as plain lines while an operation goes on.
const tell = (line: string): void => void process.stdout.write(`${line}\n`);
showProgress(tell);

const providers: Readonly<Record<string, DynamicProvider>> = {
  "xen-host": dynamicProvider(xenHostKind, tell),
  bridge: dynamicProvider(bridgeKind, tell),
  "disk-image": dynamicProvider(diskImageKind, tell),
  "install-media": dynamicProvider(installMediaKind, tell),
  domu: dynamicProvider(domuKind, tell),
};

/** @throws Error for a kind that this version does not have, which only a newer version can have written. */
export function provider(kind: string): DynamicProvider {
  const found = Object.hasOwn(providers, kind) ? providers[kind] : undefined;
  if (found === undefined) {
    throw new Error(
      `This version of pulumi-xen has no resource kind "${kind}". Install the version that wrote this stack.`,
    );
  }
  return found;
}
