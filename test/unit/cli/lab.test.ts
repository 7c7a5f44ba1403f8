import { main } from "../../../cli/lab";

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
    [["up", "--suite", "sid"], /--suite is "sid", must be bookworm or trixie\./],
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
    expect(await main(["--help"])).toBe(0);
    expect(await main(["up", "--help"])).toBe(0);
    expect(await main([])).toBe(2);
  });
});
