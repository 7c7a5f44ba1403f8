/**
 * A host with a real network system: a few namespaces of this machine with two cards, eth0 and eth1, that can be booted again and
 * again with other files.
 */
import { spawnSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { sh, type ShellText, lines } from "../../provider/shell";
import { projectRoot } from "../support/project-root";
import type { LocalShell } from "../support/local-shell";
import type { BuiltJudge } from "../support/built-judge";
import { NamespaceHost, judgePackages } from "../support/namespace-host";
import { ShellHost } from "../support/shell-host";
import type { Ran } from "../support/ran";
import type { NetworkJudge } from "./judge";

/** The processes of this machine, by their namespace. */
const MACHINE = readlinkSync("/proc/self/ns/pid");

/** What its network has; the texts of iproute2, whose fields of no weight are taken out. */
export interface NetworkState {
  /** `eth0 198.51.100.2/24` */
  readonly addresses: readonly string[];
  /** `203.0.113.0/24 via 198.51.100.1 dev eth0` */
  readonly routes: readonly string[];
  readonly rules: readonly string[];
  /** `eth0 mtu 1500 txqueuelen 1000` */
  readonly cards: readonly string[];
  /** The longest packet of each link, by its name. */
  readonly mtus: ReadonlyMap<string, number>;
}

/** The packages; or why they cannot be had. */
export function packagesOf({ build }: NetworkJudge): BuiltJudge {
  const packages = judgePackages(join(projectRoot, build));
  if ("missing" in packages) return packages;
  const tried = spawnSync("unshare", ["--mount", "--net", "ip", "link", "add", "br0", "type", "bridge"]);
  return tried.status === 0 ? packages : { missing: "a kernel in which a network namespace can have a bridge" };
}

export class NetworkHost {
  readonly remote: ShellHost;
  readonly #host: NamespaceHost;
  readonly #judge: NetworkJudge;

  static async start(judge: NetworkJudge, packages: string): Promise<NetworkHost> {
    return new NetworkHost(judge, await NamespaceHost.start(packages));
  }

  private constructor(judge: NetworkJudge, host: NamespaceHost) {
    this.#judge = judge;
    this.#host = host;
    this.remote = new ShellHost(host.shell);
  }

  /** A bridge of its outlives a boot. */
  get isPersistent(): boolean {
    return this.#judge.persistent !== false;
  }

  get shell(): LocalShell {
    return this.#host.shell;
  }

  run(script: ShellText): Promise<Ran> {
    return this.#host.shell.run(script);
  }

  /** As after a power cut, with these files where they are given. @returns what the system said and how it ended. */
  async boot(files?: ReadonlyMap<string, string>): Promise<Ran> {
    const written =
      files === undefined
        ? sh`:`
        : lines([
            sh`rm -rf /var/lib/pulumi-xen`,
            this.#judge.clear,
            ...[...files].map(([path, text]) => sh`mkdir -p "$(dirname ${path})"; printf %s ${text} >${path}`),
          ]);
    return this.run(sh`[ "$(readlink /proc/self/ns/pid)" != ${MACHINE} ] || die "this is no host of its own"
umask 022
${written}
# Timers of the case before.
kill -9 -1 2>/dev/null || :
for link in /sys/class/net/*; do
  link=\${link##*/}
  case $link in lo) ;; *) ip link delete dev "$link" 2>/dev/null || : ;; esac
done
ip addr flush dev lo; ip link set lo down
# As the kernel's own: networkd takes others away.
ip rule flush; ip rule add priority 32766 table main protocol kernel; ip rule add priority 32767 table default protocol kernel
ip -6 rule flush; ip -6 rule add priority 32766 table main protocol kernel
# What was typed, with a link or without.
for family in -4 -6; do ip $family route flush table all proto boot 2>/dev/null || :; done
for card in 0 1; do
  ip link add eth$card address 52:54:00:00:00:0$card type veth peer name wire$card
  ip link set wire$card up
done
${this.#judge.start}`);
  }

  async state(): Promise<NetworkState> {
    const { stdout } =
      await this.run(sh`ip -j addr show; echo; ip -j route show table all; echo; ip -j -6 route show table all; echo
ip rule show; ip -6 rule show`);
    const [addresses = "[]", routes = "[]", routes6 = "[]", ...rules] = stdout
      .split(/\n+/)
      .filter((line) => line !== "");
    return {
      addresses: addressesOf(addresses),
      routes: [...routesOf(routes), ...routesOf(routes6)].map(this.#judge.asIs ?? String).sort(),
      // Without its number, which depends on those that others have left.
      rules: rules.map((rule) => rule.replace(/^\d+:\s*/, "")).sort(),
      cards: cardsOf(addresses),
      mtus: new Map((JSON.parse(addresses) as RawLink[]).map(({ ifname, mtu }) => [ifname, mtu])),
    };
  }

  stop(): void {
    this.#host.stop();
  }
}

interface RawLink {
  readonly ifname: string;
  readonly mtu: number;
  readonly txqlen?: number;
  readonly addr_info: readonly {
    readonly local: string;
    readonly prefixlen: number;
    readonly scope: string;
    readonly address?: string;
  }[];
}

const OURS = /^(eth\d|br\d)$/;

function addressesOf(json: string): string[] {
  return (JSON.parse(json) as RawLink[])
    .filter(({ ifname }) => OURS.test(ifname))
    .flatMap(({ ifname, addr_info }) =>
      addr_info
        .filter(({ scope }) => scope === "global")
        .map(
          ({ local, prefixlen, address }) =>
            `${ifname} ${local}/${String(prefixlen)}${address === undefined ? "" : ` peer ${address}`}`,
        ),
    )
    .sort();
}

function cardsOf(json: string): string[] {
  return (JSON.parse(json) as RawLink[])
    .filter(({ ifname }) => ifname.startsWith("eth"))
    .map(({ ifname, mtu, txqlen }) => `${ifname} mtu ${String(mtu)} txqueuelen ${String(txqlen)}`)
    .sort();
}

/** The kernel's own go with the addresses. */
function routesOf(json: string): string[] {
  return (
    (JSON.parse(json) as Record<string, string>[])
      // Or without a link: blackhole and its kin.
      .filter(({ dev = "lo", protocol }) => (OURS.test(dev) || dev === "lo") && protocol !== "kernel")
      .map(
        ({ type = "", dst = "", gateway = "-", dev = "", table = "main", metric = "-", prefsrc = "-" }) =>
          `${type === "" ? "" : `${type} `}${dst} via ${gateway} dev ${dev} table ${table} metric ${metric} src ${prefsrc}`,
      )
  );
}
