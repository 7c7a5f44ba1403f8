/** What a host says of wicked, asked in a shell: a folder stands for its root, and a few words of its own (0.6.80) for `wicked show-config`. */
import { symlinkSync } from "node:fs";
import { wicked } from "../../../provider/host/network/wicked/wicked";
import { Answer, lines, preamble, saidIn, sh } from "../../../provider/shell";
import { World } from "../../support/proofs/worlds";

const FOLDER = "/etc/sysconfig/network";
const SHOWN = `<interface origin="compat:suse:/etc/sysconfig/network/ifcfg-eth0">
  <name>eth0</name>
  <link/>
</interface>
<interface origin="firmware:ibft">
  <name>eth1</name>
</interface>
<interface origin="compat:suse:/etc/sysconfig/network/ifcfg-wlan0">
  <name>wlan0</name>
  <wireless>
    <wpa-psk><passphrase>hunter2</passphrase></wpa-psk>
  </wireless>
</interface>`;

describe("the question about wicked", () => {
  let world: World;
  beforeEach(() => {
    world = new World(["/etc/systemd/system", "/etc/firewalld"]);
    world.file(`${FOLDER}/ifcfg-lo`, "IPADDR='127.0.0.1/8'\n");
    world.file(`${FOLDER}/ifcfg-eth0`, "STARTMODE='auto'\n");
    world.tool("wicked", `cat <<'END'\n${SHOWN}\nEND`);
    world.tool("pidof", "exit 1");
  });
  afterEach(() => world.remove());

  const ask = async (): Promise<Answer> => {
    const functions = sh`is_active() { false; }
say_network_file() { say_file "file.$1" "$1"; }
say_network_part() { say "file.$1" "$(grep "$2" "$1")"; }`;
    // The same question again is asked again.
    world.mend();
    const { stdout } = await world.run(lines([preamble, functions, wicked.ask]).text);
    const said = stdout
      .toString("latin1")
      .split("\n")
      .flatMap((line) => saidIn(line) ?? []);
    return new Answer(new Map(said.map(({ key, value }) => [key, value])));
  };
  const facts = async (): Promise<string[]> => (await ask()).keys().filter((key) => key.startsWith("wicked."));

  it("says which links have their settings from elsewhere, and whether its daemon runs and starts at boot", async () => {
    expect(await facts()).toEqual(["wicked.origin.eth1"]);
    world.tool("pidof", '[ "$1" = wickedd ] && echo 7');
    world.file("/etc/systemd/system/keep", "");
    symlinkSync("/usr/lib/systemd/system/wicked.service", world.at("/etc/systemd/system/network.service"));
    expect(await facts()).toEqual(["wicked.runs", "wicked.boots", "wicked.origin.eth1"]);
  });

  it("says nothing where there is none of it", async () => {
    const bare = new World();
    bare.file(`${FOLDER}/ifcfg-eth0`, "STARTMODE='auto'\n");
    const { stdout } = await bare.run(lines([preamble, wicked.ask]).text);
    bare.remove();
    expect(stdout.toString()).toBe("");
  });

  it("says the files that it reads and no others, and those of which it makes nothing", async () => {
    for (const name of [
      "ifroute-eth0",
      "ifrule-eth0",
      "routes",
      "ifsysctl",
      "ifcfg-eth7",
      "if-up.d/nat",
      "pulumi-xen-br0",
    ])
      world.file(`${FOLDER}/${name}`, "#\n");
    for (const name of ["ifcfg-eth0.bak", "ifcfg-eth0~", "config", "dhcp", "ifroute-eth0.rpmnew"])
      world.file(`${FOLDER}/${name}`, "#\n");
    const answer = await ask();
    const said = answer.keys().filter((key) => key.startsWith("file."));
    expect(said.map((key) => key.slice(key.indexOf(FOLDER) + FOLDER.length + 1)).toSorted()).toEqual([
      "if-up.d/nat",
      "ifcfg-eth0",
      "ifcfg-eth7",
      "ifroute-eth0",
      "ifrule-eth0",
      "ifsysctl",
      "pulumi-xen-br0",
      "routes",
    ]);
    expect(answer.keys().filter((key) => key.startsWith("wicked.unread."))).toEqual(["wicked.unread.eth7"]);
  });

  it("says no password, of a file or of what wicked shows", async () => {
    world.file(`${FOLDER}/ifcfg-wlan0`, "STARTMODE=auto\nWIRELESS_WPA_PSK='hunter2'\n");
    world.file(`${FOLDER}/ifcfg-dsl0`, "STARTMODE=manual\nPASSWORD='hunter2'\n");
    const answer = await ask();
    expect(answer.get("wicked.secret.wlan0")).toBe("yes");
    expect(answer.get("wicked.secret.dsl0")).toBe("yes");
    expect(
      answer
        .keys()
        .map((key) => answer.need(key))
        .join("\n"),
    ).not.toContain("hunter2");
  });

  it("says the zone of firewalld that names a link", async () => {
    world.file("/etc/firewalld/zones/trusted.xml", '<zone>\n  <interface name="eth0"/>\n</zone>\n');
    expect((await ask()).get("wicked.zone.eth0")).toMatch(/\/etc\/firewalld\/zones\/trusted\.xml$/);
  });
});
