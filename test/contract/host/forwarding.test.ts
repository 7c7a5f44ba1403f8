import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { type DroppingChain, readForwarding, sayForwarding } from "../../../provider/host/network/forwarding";
import { askNft } from "../../../provider/host/network/nft";
import { lines } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";

/** As nft 1.0.6 prints `list chains`, and one chain of it. */
const CHAINS = `table ip filter {
	chain FORWARD {
		type filter hook forward priority filter; policy drop;
	}
	chain DOCKER-USER {
	}
}
table inet host {
	chain ahead {
		type filter hook forward priority filter; policy drop;
	}
	chain input {
		type filter hook input priority filter; policy drop;
	}
}
table ip6 other {
	chain sixth {
		type filter hook forward priority 10; policy drop;
	}
}
`;
const one = (chain: string): string =>
  `table x y {\n\tchain ${chain} {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n`;

describe.each([[["dash"]], [["bash", "--posix"]], [["busybox", "sh"]]])("chains that drop, under %j", (program) => {
  let shell: LocalShell;
  beforeEach(() => {
    shell = new LocalShell(program);
    for (const folder of ["bin", "settings"]) mkdirSync(shell.at(folder));
    shell.path = `${shell.at("bin")}:/usr/bin:/bin`;
  });
  afterEach(() => shell.remove());

  const set = (ip: string, ip6: string): void => {
    writeFileSync(shell.at("settings/bridge-nf-call-iptables"), `${ip}\n`);
    writeFileSync(shell.at("settings/bridge-nf-call-ip6tables"), `${ip6}\n`);
  };
  const tool = (name: string, text: string): void => {
    writeFileSync(shell.at("bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(shell.at("bin", name), 0o755);
  };
  const nft = (): void =>
    tool("nft", `if [ "$2" = chains ]; then cat <<'X'\n${CHAINS}X\nelse cat <<X\n${one("$5")}X\nfi`);
  const asked = (): Promise<DroppingChain[]> =>
    shell.ask({ about: "chains", script: lines([askNft, sayForwarding(shell.at("settings"))]), read: readForwarding });
  const names = async (): Promise<string[]> =>
    (await asked()).flatMap(({ name, setting }) => (setting === undefined ? [] : [name]));
  const routed = async (): Promise<string[]> =>
    (await asked()).flatMap(({ name, setting }) => (setting === undefined ? [name] : []));

  it("are told of each family whose packets bridges send through them", async () => {
    nft();
    set("1", "0");
    expect(await names()).toEqual(["ip filter FORWARD", "inet host ahead"]);
    set("0", "1");
    expect(await names()).toEqual(["inet host ahead", "ip6 other sixth"]);
  });

  it("are told of what the host only routes too, of IPv4", async () => {
    nft();
    set("0", "0");
    expect(await routed()).toEqual(["ip filter FORWARD", "inet host ahead"]);
    set("1", "0");
    expect(await routed()).toEqual([]);
  });

  it("are not those of bridges where bridges do not send their packets through them", async () => {
    nft();
    expect(await names()).toEqual([]);
    set("0", "0");
    expect(await names()).toEqual([]);
  });

  it("are read by iptables where there is no nft, and only of its newer kind: to list the older one would load it", async () => {
    set("1", "0");
    tool(
      "iptables",
      `if [ "$1" = --version ]; then echo "iptables v1.8.9 (nf_tables)"; else echo "-P FORWARD DROP"; fi`,
    );
    expect(await names()).toEqual(["ip filter FORWARD"]);
    tool("iptables", `if [ "$1" = --version ]; then echo "iptables v1.8.9 (legacy)"; else exit 9; fi`);
    expect(await names()).toEqual([]);
  });

  it("are no finding where the tool does not tell", async () => {
    set("1", "1");
    tool("nft", "echo 'Operation not permitted' >&2; exit 1");
    expect(await names()).toEqual([]);
  });
});
