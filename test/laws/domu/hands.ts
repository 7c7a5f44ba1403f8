/** What somebody does to a guest by hand, behind the program's back. */
import * as fc from "fast-check";
import { type DomainConfig, parseDomainConfig, parseDiskSpec, renderDomainConfig } from "../../../provider/xen";
import { builtFrom, done } from "./domain";
import { type Host, booted } from "./host";
import type { Verb } from "./verbs";

export type Hand =
  | { readonly xl: Verb }
  | { readonly xl: "crash" | "pause" | "stop" | "reboot" | "create" }
  | { readonly rename: string }
  | { readonly unplug: "disks" | "vifs"; readonly at: number }
  | { readonly seed: "remove" | "another" }
  | { readonly vlans: "remove" | "another" | "no-script" | "typed" }
  | { readonly link: boolean }
  | { readonly file: "remove" | "comment" }
  | { readonly append: string };

const disks = [
  "format=raw,vdev=xvdq,access=rw,target=/xen/vm/q.img",
  "format=qcow2,vdev=xvdb,access=ro,target=/xen/vm/r.img",
];

const verbs: fc.Arbitrary<Verb> = fc.oneof(
  fc.tuple(fc.constant("setMemory" as const), fc.constantFrom(64, 130, 256, 512)),
  fc.tuple(fc.constant("setVcpus" as const), fc.constantFrom(1, 2, 3)),
  fc.tuple(fc.constant("pinVcpus" as const), fc.constantFrom("0", "1-2", "0-7", "all")),
  fc.constant(["setScheduling", { weight: 512, cap: 50 }] as const),
  fc.tuple(fc.constant("attachDisk" as const), fc.constantFrom(...disks.flatMap((text) => parseDiskSpec(text) ?? []))),
  fc.constant(["attachVif", { mac: "00:16:3e:00:00:99", bridge: "br1", more: [] }] as const),
);

/** Not shown by any text, whoever wrote it. */
export const PASSWORD_BY_HAND = "geheim34";

/** Lines of xl.cfg(5) that somebody writes at the end: the last one of a key counts. */
const lines = [
  "memory = 300",
  "memory = 0x200",
  "maxmem = 4096",
  "vcpus = 3",
  'vcpus = "two"',
  'extra = "single"',
  'extra += "more"',
  'root = "/dev/xvdb"',
  'kernel = "/boot/other"',
  'bootloader = "/usr/bin/other"',
  'type = "pvh"',
  'type = "hvm"',
  'name = "someone"',
  'uuid = "99999999-2222-4333-8444-555555555555"',
  'on_crash = "preserve"',
  'cpus = "2"',
  'cpus = ["0", "1"]',
  "nomigrate = 1",
  "cpu_weight = 300",
  'disk = ["format=raw,vdev=xvda,target=/xen/vm/z.img"]',
  'disk = ["phy:/dev/vg0/e,xvda,w", "file:/xen/vm/b.img,xvdb,r"]',
  "disk = []",
  'vif = ["bridge=br1"]',
  'vif = ["mac=00:16:3e:00:00:01,bridge=br0,model=e1000"]',
  'vfb = ["vnc=1"]',
  'vfb = ["vnc=1,keymap=de", "sdl=1"]',
  `vfb = ["vnc=1,vncpasswd=${PASSWORD_BY_HAND}"]`,
  `vfb = "vncpasswd=${PASSWORD_BY_HAND}"`,
  "memory = = 3",
  "something = [[1]]",
];

export const hands: fc.Arbitrary<Hand> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ xl: verbs }) },
  {
    weight: 3,
    arbitrary: fc.record({
      xl: fc.constantFrom("crash" as const, "pause" as const, "stop" as const, "reboot" as const, "create" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ rename: fc.constantFrom("web1", "guest2") }) },
  {
    weight: 2,
    arbitrary: fc.record({ unplug: fc.constantFrom("disks" as const, "vifs" as const), at: fc.nat({ max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ seed: fc.constantFrom("remove" as const, "another" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      vlans: fc.constantFrom("remove" as const, "another" as const, "no-script" as const, "typed" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ link: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ file: fc.constantFrom("remove" as const, "comment" as const) }) },
  { weight: 4, arbitrary: fc.record({ append: fc.constantFrom(...lines) }) },
);

/** What cannot be done, such as pausing a guest that is down, changes nothing. */
export function touched(host: Host, hand: Hand): Host {
  const { domain, claimed, files } = host;
  const text = files[claimed];
  if ("seed" in hand)
    return host.seed === undefined ? host : { ...host, seed: hand.seed === "remove" ? undefined : "another" };
  if ("vlans" in hand) return host.vlans.file === undefined ? host : otherVlans(host, host.vlans.file, hand.vlans);
  if ("append" in hand) return text === undefined ? host : withFile(host, `${text}${hand.append}\n`);
  if ("file" in hand) {
    const { [claimed]: _out, ...others } = files;
    if (hand.file === "remove") return { ...host, files: others };
    return text === undefined ? host : withFile(host, `# by hand\n${text}`);
  }
  if ("link" in hand) {
    const links = host.links.filter((link) => link !== claimed);
    return { ...host, links: hand.link ? [...links, claimed] : links };
  }
  // The file of a disk must be there.
  if ("xl" in hand && hand.xl === "create" && host.seed === undefined && text?.includes("/seed.img") === true)
    return host;
  if ("xl" in hand && hand.xl === "create")
    return text === undefined || domain !== undefined ? host : created(host, parseDomainConfig(text));
  if (domain === undefined) return host;
  if ("rename" in hand) return { ...host, domain: { ...domain, name: hand.rename } };
  if ("unplug" in hand)
    return { ...host, domain: { ...domain, [hand.unplug]: domain[hand.unplug].toSpliced(hand.at, 1) } };
  switch (hand.xl) {
    case "crash":
      return { ...host, domain: { ...domain, state: "crashed" } };
    case "pause":
      return domain.state === "crashed" ? host : { ...host, domain: { ...domain, state: "paused" } };
    case "stop":
      return { ...host, domain: undefined };
    case "reboot":
      // The pinning is lost by the guest's own reboot.
      return domain.state === "crashed"
        ? host
        : {
            ...host,
            domain: { ...domain, cpus: "all" },
            inVlans: booted(host.vlans.file, parseDomainConfig(host.record ?? "")),
          };
    case "create":
      return host;
    default: {
      const ended = domain.state === "crashed" ? "it hears nothing" : done(domain, hand.xl);
      return typeof ended === "string" ? host : { ...host, domain: ended };
    }
  }
}

/** Of the files in its folder, or typed with `bridge vlan` for what runs. */
function otherVlans(host: Host, file: string, what: Extract<Hand, { vlans: unknown }>["vlans"]): Host {
  const others = (line: string): string => `${line.split(" ")[0] ?? ""} 7`;
  if (what === "remove") return { ...host, vlans: { script: host.vlans.script } };
  if (what === "no-script") return { ...host, vlans: { file } };
  if (what === "another")
    return { ...host, vlans: { ...host.vlans, file: `${file.trimEnd().split("\n").map(others).join("\n")}\n` } };
  return {
    ...host,
    inVlans: Object.fromEntries(Object.entries(host.inVlans).map(([mac, line]) => [mac, others(line)])),
  };
}

function withFile(host: Host, text: string): Host {
  return { ...host, files: { ...host.files, [host.claimed]: text } };
}

/** xl builds nothing of a text that it refuses, and another uuid would be another guest. */
function created(host: Host, config: DomainConfig): Host {
  if (config.refused !== undefined || config.unread !== undefined || config.uuid !== host.uuid) return host;
  return {
    ...host,
    domain: builtFrom(parseDomainConfig(renderDomainConfig(config))),
    inVlans: booted(host.vlans.file, config),
  };
}
