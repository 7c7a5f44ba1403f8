/** What operators and guests do on the host, beside us. */
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import type { PretendHost } from "../host/pretend-host";
import { writeContent } from "../host/disk-content";
import { readBuild } from "../host/xl/domain";
import type { Act } from "./history";

/** Names of guests and files that are foreign: taken away before the end. */
export interface Foreign {
  readonly name: string;
  readonly files: readonly string[];
}

/** What became of the host; foreign things that it made. */
export async function perform(host: PretendHost, act: Act): Promise<Foreign | undefined> {
  const { xen } = host;
  const found = "guest" in act ? xen.all().find(({ name }) => name === act.guest) : undefined;
  switch (act.act) {
    case "xl":
      await host.operate(...act.args);
      return undefined;
    case "ends":
      if (found !== undefined && !found.isPaused) xen.end(found, act.how);
      return undefined;
    case "deaf":
      if (found !== undefined) xen.deaf.add(found.uuid);
      return undefined;
    case "unreadable":
      if (found !== undefined) xen.unreadable.add(found.uuid);
      return undefined;
    case "monitorGone":
      found?.monitor?.end();
      if (found !== undefined) found.hasMonitor = false;
      return undefined;
    case "editFile": {
      const text = host.read(act.path);
      if (text?.includes(act.from) === true) writeFileSync(host.at(act.path), text.replace(act.from, act.to));
      return undefined;
    }
    case "deleteFile":
      rmSync(host.at(act.path), { force: true });
      return undefined;
    case "foreign":
      return foreign(host, act);
  }
}

/** Somebody's own guest, that may want what we have. */
function foreign(host: PretendHost, act: Extract<Act, { act: "foreign" }>): Foreign | undefined {
  const config = `/etc/xen/${act.name}.cfg`;
  if (existsSync(host.at(config)) || host.xen.all().some(({ name }) => name === act.name)) return undefined;
  const image = act.disk ?? `/xen/vm/${act.name}-foreign.img`;
  const files = [config, ...(act.disk === undefined ? [image] : [])];
  if (act.disk === undefined) {
    writeFileSync(host.at(image), "", { mode: 0o644 });
    truncateSync(host.at(image), 4096);
    writeContent(host.at(image), { kind: "system", token: `foreign-${act.name}` });
    host.xen.events.wrote(image, `foreign-${act.name}`);
  }
  const like = host.xen.all().find(({ name }) => name === act.uuidOf)?.uuid;
  const text = [
    `name = '${act.name}'`,
    ...(like === undefined ? [] : [`uuid = "${like}"`]),
    "memory = 128",
    'bootloader = "pygrub"',
    `disk = [ '${image},raw,xvda,rw' ]`,
    ...(act.mac === undefined ? [] : [`vif = [ 'mac=${act.mac},bridge=br0' ]`]),
    "",
  ].join("\n");
  host.write(config, text);
  if (act.isRunning) {
    try {
      host.xen.create(readBuild(readFileSync(host.at(config), "utf8"), config), {
        isOurs: false,
        by: "operator",
        bootloaderUser: "",
        configPath: config,
      });
    } catch {
      // A disk that is not there: a guest that is down, then.
    }
  }
  return { name: act.name, files };
}

/** All of it goes, with what it still holds. */
export function clear(host: PretendHost, { name, files }: Foreign): void {
  const config = files[0] ?? "";
  for (const domain of host.xen.all())
    if (domain.name === name && domain.configPath === config && !domain.isOurs) host.xen.destroy(domain, "operator");
  for (const file of files) rmSync(host.at(file), { force: true });
}
