import { main } from "../../../cli/lab";
import { BOOT_LOADERS, NETWORKS, SUITES } from "../../../lab/host";

describe("pulumi-xen lab, wrongly called", () => {
  let said: string[];

  beforeEach(() => {
    said = [];
    jest.spyOn(console, "error").mockImplementation((line: unknown) => void said.push(String(line)));
    jest.spyOn(console, "log").mockImplementation(() => undefined);
  });

  afterEach(() => jest.restoreAllMocks());

  it.each([
    [["fly"], /there is no "fly"; there are: up, status, ssh, console, reset, down\./],
    [["up", "--suite", "sid"], /--suite is "sid", must be bookworm, trixie or bullseye\./],
    [
      ["up", "--network", "wicked"],
      /--network is "wicked", must be ifupdown, ifupdown2, networkd, netplan or network-manager\./,
    ],
    [["up", "--boot", "lilo"], /--boot is "lilo", must be grub2 or grub-legacy\./],
    [["up", "again"], /"again" is one word too many\./],
    [["up", "--fast"], /--fast/],
    [["status", "--name"], /--name/],
    [["ssh", "--name", "../other"], /A lab host's name is made of lower-case letters/],
    [["down", "--name", "../other"], /A lab host's name is made of lower-case letters/],
  ])("%j gets one line and exit code 2", async (args, line) => {
    expect(await main(args)).toBe(2);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(line);
  });

  it.each([[["ssh", "--name", "lab", "--help"]], [["--name", "ssh", "up", "--help"]]])(
    "%j asks us for help, not the host",
    async (args) => {
      expect(await main(args)).toBe(0);
      expect(said).toEqual([]);
    },
  );

  it("explains itself when asked, and fails when called without a word", async () => {
    const help = jest.mocked(console.log);
    expect(await main(["--help"])).toBe(0);
    for (const word of [...SUITES, ...NETWORKS, ...BOOT_LOADERS])
      expect(help).toHaveBeenLastCalledWith(expect.stringContaining(word));
    expect(await main(["up", "--help"])).toBe(0);
    expect(await main([])).toBe(2);
  });
});
