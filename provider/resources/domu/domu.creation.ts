/** The plan of a create, for people. Pure. */
import { shown } from "../../property";
import { seedDisk } from "./domu.cloud-init";
import type { DomUInputs } from "./domu.properties";

/** What a create does, a line each. */
export function domuCreation(inputs: DomUInputs): string[] {
  const { name, type, memoryMiB, vcpus, boot, install, waitFor, powerState, autostart, disks, allow = [] } = inputs;
  const secret = new Set(inputs.secretProperties);
  const said = (property: string, value: unknown): string => shown(value, { secret: secret.has(property) });
  const size = `${said("memoryMiB", memoryMiB)} MiB, ${said("vcpus", vcpus)} vcpu`;
  const what = `${shown(name)} (${said("type", type)}, ${size})`;
  const way = boot === undefined ? "its firmware" : said("boot", boot);
  const lines =
    install === undefined
      ? [`create ${what}, booting through ${way}`]
      : [
          `install ${what} from ${said("install", install.media?.kernelPath)}, at most ${said("install", install.timeoutMinutes ?? 60)} minutes`,
          `boot it from its own disk through ${way}`,
          allow.includes("dataLoss")
            ? `what ${firstDisk(disks, secret)} holds is lost`
            : `${firstDisk(disks, secret)} must be empty: an installer writes over nothing`,
        ];
  const seed = seedDisk(inputs);
  if (seed !== undefined)
    lines.push(
      `write what cloud-init reads at its first boot, a disk that it sees as ${said("cloudInit", seed.device)}`,
    );
  if (waitFor !== undefined) lines.push(`wait for ${waitWords(inputs)}`);
  if (autostart === true) lines.push("start it with the host");
  if (powerState === "stopped") lines.push("leave it stopped");
  return lines;
}

function firstDisk(disks: DomUInputs["disks"], secret: ReadonlySet<string>): string {
  return Array.isArray(disks)
    ? shown((disks as { path?: string }[])[0]?.path, { secret: secret.has("disks") })
    : "[unknown]";
}

/** `tcp port 22`, for people. */
export function waitWords({ waitFor, secretProperties = [] }: DomUInputs): string {
  if (secretProperties.includes("waitFor")) return "[secret]";
  if (waitFor === undefined || typeof waitFor !== "object") return "[unknown]";
  const { tcpPort, http, consoleText, ipInCidr } = waitFor;
  return [
    ...(ipInCidr === undefined ? [] : [`an address in ${shown(ipInCidr)}`]),
    ...(tcpPort === undefined ? [] : [`tcp port ${shown(tcpPort)}`]),
    ...(http === undefined ? [] : ["an answer over http"]),
    ...(consoleText === undefined ? [] : [`${JSON.stringify(shown(consoleText))} on the console`]),
  ].join(" and ");
}
