/** What a host says of Red Hat's network scripts, asked in a shell: a folder stands for its root, laid out as EL 6's is. */
import { chmodSync } from "node:fs";
import { ifcfg } from "../../../provider/host/network/ifcfg/ifcfg";
import { Answer, lines, preamble, saidIn, sh } from "../../../provider/shell";
import { World } from "../../support/proofs/worlds";

const FOLDER = "/etc/sysconfig/network-scripts";

describe("the question about ifcfg files", () => {
  let world: World;
  beforeEach(() => {
    world = new World(["/etc/dhcp", "/etc/dhclient", "/usr/sbin/brctl", "/sbin/arping", "/sbin/ifup-local"]);
    world.file(`${FOLDER}/ifup-eth`, "");
    world.file(`${FOLDER}/ifcfg-lo`, "DEVICE=lo\n");
    world.file(`${FOLDER}/ifcfg-eth0`, 'DEVICE="eth0"\nHWADDR=52:54:00:00:00:01\n');
    world.tool("ifup", "exit 99");
    world.tool("pidof", "exit 1");
  });
  afterEach(() => world.remove());

  const ask = async (isActive = "false"): Promise<Answer> => {
    const functions = sh`is_active() { ${sh`${isActive}`}; }
say_network_file() { say_file "file.$1" "$1"; }
say_network_part() { say "file.$1" "$(grep "$2" "$1")"; }`;
    // The same question again is asked again.
    world.mend();
    const { stdout } = await world.run(lines([preamble, functions, ifcfg.ask]).text);
    const said = stdout
      .toString("latin1")
      .split("\n")
      .flatMap((line) => saidIn(line) ?? []);
    return new Answer(new Map(said.map(({ key, value }) => [key, value])));
  };
  const program = (path: string): void => {
    world.file(path, "");
    chmodSync(world.at(path), 0o755);
  };

  it("says nothing where the scripts are not there, though files of theirs are (EL 8, Debian)", async () => {
    const bare = new World();
    bare.file(`${FOLDER}/ifcfg-eth0`, "DEVICE=eth0\n");
    bare.tool("ifup", "exit 99");
    const { stdout } = await bare.run(lines([preamble, ifcfg.ask]).text);
    bare.remove();
    expect(stdout.toString()).toBe("");
  });

  it("says that they run the network, and what there is of them", async () => {
    expect((await ask()).keys().filter((key) => !key.startsWith("file."))).toEqual(["ifcfg.there", "ifcfg.card.eth0"]);
    world.file("/etc/rc3.d/S10network", "");
    program("/usr/sbin/brctl");
    program("/sbin/arping");
    expect((await ask()).keys().filter((key) => !key.startsWith("file."))).toEqual([
      "ifcfg.there",
      "ifcfg.network",
      "ifcfg.brctl",
      "ifcfg.arping",
      "ifcfg.card.eth0",
    ]);
  });

  it("says the files that the scripts read, and not those that they pass over", async () => {
    for (const name of [
      "route-eth0",
      "route6-eth0",
      "rule-eth0",
      "rule6-eth0",
      "eth0.route",
      "ifcfg-eth0:1",
      "pulumi-xen-br0",
    ])
      world.file(`${FOLDER}/${name}`, `${name}\n`);
    for (const name of ["ifcfg-eth0.bak", "ifcfg-eth0~", "ifcfg-eth0.rpmsave", "keys-eth0", "network-functions"])
      world.file(`${FOLDER}/${name}`, "old\n");
    world.file("/etc/sysconfig/network", "NETWORKING=yes\n");
    world.file("/etc/sysconfig/static-routes", "any net 10.0.0.0/8 gw 198.51.100.1\n");
    world.file("/sbin/ifup-local", "#!/bin/sh\n");
    const answer = await ask();
    const named = (name: string): string => `${FOLDER}/${name}`;
    expect(
      answer
        .keys()
        .filter((key) => key.startsWith("file."))
        .map((key) => key.slice(5))
        .sort(),
    ).toEqual(
      [
        ...["eth0.route", "ifcfg-eth0", "ifcfg-eth0:1", "ifcfg-lo", "pulumi-xen-br0"].map(named),
        ...["route-eth0", "route6-eth0", "rule-eth0", "rule6-eth0"].map(named),
        "/etc/sysconfig/network",
        "/etc/sysconfig/static-routes",
        "/sbin/ifup-local",
      ].sort(),
    );
    expect(answer.get(`file.${named("ifcfg-eth0")}`)).toBe('DEVICE="eth0"\nHWADDR=52:54:00:00:00:01\n');
  });

  it("says no password of a wireless network's", async () => {
    world.file(`${FOLDER}/ifcfg-wlan0`, "DEVICE=wlan0\nTYPE=Wireless\nKEY=hunter2\n");
    const answer = await ask();
    expect(answer.get(`file.${FOLDER}/ifcfg-wlan0`)).toBe("DEVICE=wlan0\nTYPE=Wireless");
    expect(answer.get("ifcfg.secret.wlan0")).toBe("yes");
  });

  it("says which links NetworkManager has, and where it cannot be asked", async () => {
    world.file("/etc/rc3.d/S23NetworkManager", "");
    expect((await ask()).get("ifcfg.network-manager")).toBe("yes");
    world.tool("pidof", "[ $1 = NetworkManager ]");
    expect((await ask()).get("ifcfg.untold")).toBe("yes");
    world.tool(
      "nmcli",
      "printf 'eth0:connected\\neth1:unmanaged\\neth2:connecting (getting IP configuration)\\nbr1:connected (externally)\\n'",
    );
    const managed = (await ask()).keys().filter((key) => key.startsWith("ifcfg.manages."));
    expect(managed).toEqual(["ifcfg.manages.eth0", "ifcfg.manages.eth2"]);
  });

  it("says dhclient's settings for a link", async () => {
    world.file("/etc/dhcp/dhclient-eth0.conf", "send host-name x;\n");
    expect((await ask()).get("ifcfg.client.eth0")).toMatch(/\/etc\/dhcp\/dhclient-eth0\.conf$/);
  });
});
