/**
 * Answer files before those who read them in the field: pykickstart, cloud-init's own schema and a YAML reader, xmllint, debconf
 * and shells.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fullOptions, leastOptions, made } from "../../support/answer-samples";
import {
  type ReadingCase,
  cloudInitOn,
  debconfOn,
  judge,
  readingsOf,
  shellSays,
  xmllintOn,
} from "../../support/answers-judges";
import { heldBy } from "../../support/answers-judges/held";
import { itWith } from "../../support/answers-judges/it-with";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";

jest.setTimeout(300_000);

const pykickstart = judge("pykickstart");
const cloudInit = judge("cloud-init");
const yaml = judge("yaml");
const xmllint = judge("xmllint");

const both = [fullOptions, leastOptions];
const RELEASES = ["RHEL7", "RHEL8", "RHEL9", "RHEL10", "F38", "F40", "F42", "F44"];

describe("pykickstart", () => {
  const folder = "folder" in pykickstart ? pykickstart.folder : undefined;

  itWith(
    "pykickstart",
    pykickstart,
    "reads a kickstart as EL 6 to 10 and Fedora do, and finds in it what was said",
    () => {
      const cases: ReadingCase[] = [
        ...RELEASES.flatMap((release) =>
          both.map(({ kickstart }) => ({ release, content: made("kickstart", kickstart).content })),
        ),
        ...both.map(({ kickstart }) => ({
          release: "RHEL6",
          content: made("kickstart", { ...kickstart, release: "el6" }).content.replace("selinux --enforcing\n", ""),
        })),
      ].map((one) => ({ format: "kickstart", ...one }));
      const readings = readingsOf(cases, folder);
      expect(readings.filter((reading) => "refused" in (reading as object))).toEqual([]);
      readings.forEach((reading, index) => {
        expect(reading).toMatchObject(
          index % 2 === 0
            ? {
                lang: "de_DE.UTF-8",
                keyboard: "de",
                timezone: "Europe/Berlin",
                network: {
                  bootProto: "static",
                  device: "00:16:3e:12:34:56",
                  hostname: "guest1.example.org",
                  ip: "198.51.100.21",
                  netmask: "255.255.255.0",
                  gateway: "198.51.100.1",
                  nameserver: "198.51.100.53,198.51.100.54",
                },
                root: { password: "$6$salt$roothash", isCrypted: true, isLocked: false },
                users: [{ name: "op", groups: ["wheel"], password: "$6$salt$ophash", isCrypted: true }],
                append: "console=hvc0",
                bootDrive: "xvda",
                disks: ["xvda"],
                parts: [
                  ["/boot", "ext2", 1024, false],
                  ["swap", "", 256, false],
                  ["/", "ext4", 1024, true],
                ],
                groups: ["core"],
                packages: ["curl", "openssh-server", "rsync"],
              }
            : { network: { bootProto: "dhcp", device: "link" }, root: { isLocked: true }, users: [] },
        );
      });
    },
  );

  itWith("pykickstart", pykickstart, "refuses what is no kickstart", () => {
    expect(readingsOf([{ format: "kickstart", release: "RHEL9", content: "rootpw\n" }], folder)).toEqual([
      { refused: expect.stringContaining("rootpw") as unknown },
    ]);
  });
});

describe("cloud-init", () => {
  const folder = "folder" in cloudInit ? cloudInit.folder : "";

  itWith("cloud-init schema", cloudInit, "calls user-data valid, and what the new system gets of it", () => {
    const [whole] = readingsOf(
      [{ format: "yaml", content: made("autoinstall", fullOptions.autoinstall).content }],
      folder,
    );
    const { autoinstall } = whole as { autoinstall: Record<string, unknown> };
    for (const { autoinstall: options } of both)
      expect(cloudInitOn(made("autoinstall", options).content, folder)).toMatchObject({ isValid: true });
    const inside = `#cloud-config\n${JSON.stringify(autoinstall["user-data"])}\n`;
    expect(cloudInitOn(inside, folder)).toMatchObject({ isValid: true });
    expect(cloudInitOn(inside.replace('"hash"', '"nonsense"'), folder)).toMatchObject({ isValid: false });
  });

  itWith(
    "a YAML reader",
    yaml,
    "gets the files of a NoCloud seed, whose storage ends in a boot partition that pygrub reads",
    () => {
      const { content, files = {} } = made("autoinstall", fullOptions.autoinstall);
      const at = "folder" in yaml ? yaml.folder : undefined;
      const [user, meta] = readingsOf(
        [content, files["meta-data"] ?? ""].map((text) => ({ format: "yaml", content: text })),
        at,
      );
      expect(meta).toEqual({ "instance-id": "guest1", "local-hostname": "guest1" });
      expect(user).toMatchObject({
        autoinstall: {
          version: 1,
          network: {
            ethernets: { guest: { match: { macaddress: "00:16:3e:12:34:56" }, addresses: ["198.51.100.21/24"] } },
          },
          storage: {
            config: expect.arrayContaining([
              expect.objectContaining({ type: "disk", path: "/dev/xvda", ptable: "msdos", grub_device: true }),
              { type: "format", id: "boot-format", volume: "boot", fstype: "ext2" },
              { type: "mount", id: "boot-mount", device: "boot-format", path: "/boot" },
            ]) as unknown,
          },
          identity: { hostname: "guest1.example.org", username: "op", password: "$6$salt$ophash" },
        },
      });
    },
  );
});

describe("AutoYaST's profile", () => {
  itWith("xmllint", xmllint, "is well-formed for xmllint", () => {
    const folder = "folder" in xmllint ? xmllint.folder : "";
    for (const { autoyast } of both) expect(xmllintOn(made("autoyast", autoyast).content, folder)).toBe("");
    expect(xmllintOn("<a><b></a>", folder)).toContain("mismatch");
  });
  // By hand, with jing over the .rnc files of YaST's repositories: docs/answers.md.
  note("not run: AutoYaST's own schema over its profile: no package registry has it");
});

describe("debconf-set-selections", () => {
  if (debconfOn("") === undefined) note("not run: preseed before debconf-set-selections: it is not on this machine");
  else
    it("finds nothing in a preseed", () => {
      for (const { preseed } of both) expect(debconfOn(made("preseed", preseed).content)).toBe("");
      expect(debconfOn("nonsense\n")).toContain("parse error");
    });
});

describe("setup-alpine's answers", () => {
  it.each([["sh"], ["busybox", "ash"]])(
    "are shell, and set the variables that setup-alpine reads, for %s %s",
    (...shell) => {
      for (const { alpine } of both) {
        const { content } = made("alpine", alpine);
        const program = shell.filter((word) => word !== undefined);
        expect(shellSays([...program, "-n"], content)).toBe("");
      }
      expect(heldBy("alpine", made("alpine", fullOptions.alpine).content, undefined)).toMatchObject({
        KEYMAPOPTS: "de de-nodeadkeys",
        HOSTNAMEOPTS: "guest1.example.org",
        TIMEZONEOPTS: "Europe/Berlin",
        DISKOPTS: "-m sys -s 256 /dev/xvda",
        ERASE_DISKS: "/dev/xvda",
        BOOTLOADER: "grub",
        BOOTFS: "ext2",
        KERNELOPTS: "console=hvc0",
        passwords: ["root:$6$salt$roothash", "op:$6$salt$ophash"],
        world: ["curl", "rsync", "doas"],
      });
    },
  );
});

test("the overlay of docs/answers.md is an archive whose script Alpine's shell reads", () => {
  const [, recipe = ""] =
    /```sh\n(mkdir -p overlay[^`]*)```/.exec(readFileSync(join(projectRoot, "docs/answers.md"), "utf8")) ?? [];
  const listed = shellSays(
    ["sh"],
    `set -e\ncd "$(mktemp -d)"\n${recipe}\ntar -tzf install.apkovl.tar.gz\nbusybox ash -n overlay/usr/local/sbin/install-from-answers\nrm -rf "$PWD"`,
  );
  expect(
    listed
      .split("\n")
      .filter((name) => !name.endsWith("/"))
      .toSorted(),
  ).toEqual(["", "etc/.default_boot_services", "etc/inittab", "usr/local/sbin/install-from-answers"]);
});
