/**
 * The seed of cloud-init's NoCloud: a disk labelled `cidata` with `user-data`, `meta-data` and `network-config`. Pure.
 *
 * The instance-id is the guest's uuid: to cloud-init the guest stays the same machine, whatever else of the seed changes. What the keys mean:
 * https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html
 */
import { prefixLength } from "../answers/values";
import { type YamlValue, yaml } from "../answers/yaml";
import type { CloudInit, CloudInitUser } from "./cloud-init";
import { isoImage } from "./iso9660";

/** What a seed needs to know of its guest. */
export interface SeedOf {
  readonly name: string;
  readonly uuid: string;
  /** Of its first interface. */
  readonly mac: string | undefined;
  readonly ip: string | undefined;
}

const LABEL = "cidata";

export function seedImage(cloudInit: CloudInit, guest: SeedOf): Uint8Array {
  return isoImage(LABEL, seedFiles(cloudInit, guest));
}

/** Exported for its judges. */
export function seedFiles(cloudInit: CloudInit, guest: SeedOf): Readonly<Record<string, string>> {
  const network = cloudInit.networkData ?? networkConfig(cloudInit, guest);
  return {
    "meta-data": yaml({ "instance-id": guest.uuid, "local-hostname": hostName(cloudInit, guest) }),
    ...(network === undefined ? {} : { "network-config": network }),
    "user-data": cloudInit.userData ?? `#cloud-config\n${yaml(userData(cloudInit))}`,
  };
}

/** A guest's name may have underscores, which no host name has. */
function hostName({ hostname, domain }: CloudInit, { name }: SeedOf): string {
  const own = hostname ?? name.replaceAll("_", "-").replaceAll(/^[-.]+|[-.]+$/g, "");
  return domain === undefined || domain === "" ? own : `${own}.${domain}`;
}

function userData(cloudInit: CloudInit): YamlValue {
  const { authorizedKeys = [], users, rootPasswordHash, timezone, packages = [], runcmd = [] } = cloudInit;
  return {
    ...(authorizedKeys.length === 0 ? {} : { ssh_authorized_keys: authorizedKeys.map((key) => key.trim()) }),
    ...(users === undefined
      ? {}
      : { users: [...(authorizedKeys.length === 0 ? [] : ["default"]), ...users.map(userEntry)] }),
    ...(rootPasswordHash === undefined
      ? {}
      : { chpasswd: { expire: false, users: [{ name: "root", password: rootPasswordHash, type: "hash" }] } }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(packages.length === 0 ? {} : { package_update: true, packages }),
    ...(runcmd.length === 0 ? {} : { runcmd }),
  };
}

function userEntry({ name, authorizedKeys = [], passwordHash, isAdmin, shell }: CloudInitUser): YamlValue {
  return {
    name,
    ...(authorizedKeys.length === 0 ? {} : { ssh_authorized_keys: authorizedKeys.map((key) => key.trim()) }),
    lock_passwd: passwordHash === undefined,
    ...(passwordHash === undefined ? {} : { passwd: passwordHash }),
    // Without a password nobody could answer when sudo asks for it.
    ...(isAdmin === true ? { sudo: `ALL=(ALL:ALL) ${passwordHash === undefined ? "NOPASSWD:" : ""}ALL` } : {}),
    ...(shell === undefined ? {} : { shell }),
  };
}

/** The first interface, found by its address and given the name that it has on every kernel. */
function networkConfig({ network }: CloudInit, { mac, ip }: SeedOf): string | undefined {
  const address = network?.address ?? ip;
  if (network === undefined || mac === undefined || address === undefined) return undefined;
  const { netmask, gateway, dns = [] } = network;
  return yaml({
    version: 2,
    ethernets: {
      eth0: {
        match: { macaddress: mac.toLowerCase() },
        "set-name": "eth0",
        addresses: [`${address}/${prefixLength(netmask)}`],
        // Not `default`: cloud-init of Debian 11 and Ubuntu 20.04 knows only networks here.
        ...(gateway === undefined ? {} : { routes: [{ to: "0.0.0.0/0", via: gateway }] }),
        ...(dns.length === 0 ? {} : { nameservers: { addresses: dns } }),
      },
    },
  });
}
