/** The answer files of all formats: what they are made of, and which options they refuse. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "../../../../provider/xen/answers";
import { FORMATS, type Format, fullOptions, leastOptions, made } from "../../../support/answer-samples";

const file = (format: Format): string => join(__dirname, "../../../golden/answers", `${format}.full`);

/** As one text: the kernel's arguments, the file, and those beside it. */
function whole(format: Format, options: object): string {
  const { fileName, content, files = {}, kernelArgs } = made(format, options);
  const parts = [["kernel arguments", `${kernelArgs}\n`], [fileName, content], ...Object.entries(files)];
  return parts.map(([name = "", text = ""]) => `=== ${name}\n${text}`).join("");
}

describe.each(FORMATS)("answers.%s", (format) => {
  it("writes what the golden file has", () => {
    const now = whole(format, fullOptions[format]);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file(format), now);
    expect(existsSync(file(format)) ? readFileSync(file(format), "utf8") : "").toBe(now);
  });

  it("needs few words for a guest with DHCP that nobody logs in to by password", () => {
    const text = whole(format, leastOptions[format]);
    expect(text).not.toContain("198.51.100");
    expect(text).not.toContain("undefined");
    expect(text).toContain("console=hvc0");
    expect(text).not.toMatch(/\$6\$/);
  });

  it("has arguments for the kernel that a PV guest takes, at most 1024 characters", () => {
    const { kernelArgs } = made(format, { ...fullOptions[format], hostname: "h".repeat(63) });
    expect(kernelArgs.length).toBeLessThan(800);
    expect(kernelArgs).toMatch(/^[!-~ ]+$/);
  });

  it("finds all faults at once, names each option, and shows no secret", () => {
    const wrong = {
      ...fullOptions[format],
      hostname: "guest1.example",
      rootPasswordHash: "hunter3 plain",
      timezone: "Europe/Munich",
      disk: "xvda",
      network: { address: "198.51.100.21/24", netmask: "24", gateway: "router", dns: "198.51.100.53" },
      swapMiB: 0.5,
      rootPasword: "x",
    };
    const refusal = faultsOf(() => made(format, wrong));
    expect(refusal.map((line) => line.replace(/^xen\.answers\.(\w+): (\S+) .*/, "$1 $2")).toSorted()).toEqual(
      [
        "hostname",
        "rootPasswordHash",
        "timezone",
        "disk",
        "network.address",
        "network.netmask",
        "network.gateway",
        "network.dns",
        "swapMiB",
        "rootPasword",
      ]
        .map((name) => `${format} ${name}`)
        .toSorted(),
    );
    expect(refusal.join("\n")).not.toContain("hunter3 plain");
    expect(refusal.join("\n")).toContain("rootPasswordHash is [secret], but must be a password's hash");
  });

  it.each([undefined, null, "guest1"])("refuses %p in place of its options with a sentence", (options) => {
    expect(() => made(format, options as unknown as object)).toThrow(
      `xen.answers.${format}: the options are missing: they must be an object`,
    );
  });
});

describe.each(FORMATS.filter((format) => format !== "preseed"))("answers.%s", (format) => {
  it.each([
    ["a partition", { disk: "/dev/xvda1" }, 'disk is "/dev/xvda1", but must be a whole disk such as /dev/xvda.'],
    ["two packages as one", { packages: ["a b"] }, 'packages[0] is "a b", but must be the name of one package'],
    ["a command of two lines", { lateCommands: ["a\nb"] }, 'lateCommands[0] is "a\\nb", but must be one line'],
    ["a command that is an option", { lateCommands: ["-x"] }, "lateCommands[0]"],
    [
      "IPv6 addresses",
      { network: { address: "2001:db8::2", netmask: "ffff::", gateway: "fe80::1", dns: ["::1"] } },
      "network.dns[0]",
    ],
    [
      "a user's password",
      { user: { name: "op", passwordHash: "hunter3 plain" } },
      "user.passwordHash is [secret], but must be a password's hash",
    ],
    ["root as the user", { user: { name: "root" } }, "user.name"],
    [
      "a user's wrong words",
      { user: { name: "op", password: "x" } },
      "user.password is not known here. Known are name, passwordHash",
    ],
    [
      "a list in place of a user, without what is in it",
      { user: [{ passwordHash: "$6$a$b" }] },
      "user is a list, but must be an object of name",
    ],
    ["no user but a name", { user: "op" }, 'user is "op", but must be an object of name'],
  ])("refuses %s", (_, wrong, sentence) => {
    expect(() => made(format, { ...leastOptions[format], ...wrong })).toThrow(sentence);
  });

  it("takes the line of a key as a file holds it, with its end", () => {
    const user = { name: "op", authorizedKeys: ["ssh-ed25519 AAAA me\n"] };
    expect(made(format, { ...leastOptions[format], user }).content).toContain("ssh-ed25519 AAAA me");
  });
});

test("EL 6 has words of its own, for the kernel and in the file", () => {
  const { content, kernelArgs } = made("kickstart", { ...fullOptions.kickstart, release: "el6" });
  expect(kernelArgs).toBe(
    "ks={answersUrl} method=http://mirror.example.org/almalinux/9/BaseOS/x86_64/os text ksdevice=00:16:3e:12:34:56 ip=198.51.100.21 netmask=255.255.255.0 gateway=198.51.100.1 dns=198.51.100.53,198.51.100.54 console=hvc0",
  );
  expect(content).toContain("--driveorder=xvda");
  expect(content).not.toContain("grub2-mkconfig");
});

test("setup-alpine asks for name servers where a fixed address comes without: that is refused", () => {
  const network = { ...fullOptions.alpine.network, dns: [] };
  expect(() => made("alpine", { ...fullOptions.alpine, network })).toThrow(
    "network.dns is [], but must hold at least one address.",
  );
  expect(made("kickstart", { ...fullOptions.kickstart, network }).content).not.toContain("nameserver");
});

test("the files beside an answer file have plain names of their own", () => {
  expect(text({ fileName: "user-data", content: "", files: { "meta-data": "x" } }).files).toEqual({ "meta-data": "x" });
  expect(() => text({ fileName: "user-data", content: "", files: { "../x": "", "user-data": "" } })).toThrow(
    /a name of files is "\.\.\/x", but must be a name .*\n.*"user-data", but must not be the name of the answer file itself/,
  );
});

function faultsOf(make: () => unknown): string[] {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return (error as Error).message.split("\n");
  }
  return [];
}
