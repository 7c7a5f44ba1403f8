/**
 * What a guest's cloud-init reads, before those who read it: cloud-init's own schema and its reading of a seed's folder, a YAML reader, and readers
 * of ISO 9660. The whole of it inside a guest: test/lab/cloud-image.test.ts.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudInit } from "../../../provider/xen";
import { isoImage } from "../../../provider/xen/cloud-init/iso9660";
import { seedFiles, seedImage } from "../../../provider/xen/cloud-init/seed";
import { cloudInitOn, judge, readingsOf } from "../../support/answers-judges";
import { itWith } from "../../support/answers-judges/it-with";
import { KEY, fullCloudInit, seedGuest } from "../../support/cloud-init-samples";
import { isoJudge, readImage } from "../../support/iso-judge";

jest.setTimeout(300_000);

const cloudInit = judge("cloud-init");
const yaml = judge("yaml");
const iso = isoJudge();
const folderOf = (found: object): string => ("folder" in found ? String(found.folder) : "");

const userData = (said: CloudInit): string => seedFiles(said, seedGuest)["user-data"] ?? "";

describe("cloud-init", () => {
  itWith("cloud-init schema", cloudInit, "calls user-data of all values, of each alone and of none valid", () => {
    const each = Object.entries(fullCloudInit).map(([name, value]) => ({ [name]: value as unknown }));
    for (const said of [fullCloudInit, {}, ...each])
      expect([said, cloudInitOn(userData(said), folderOf(cloudInit))]).toMatchObject([said, { isValid: true }]);
    const broken = userData(fullCloudInit).replace("lock_passwd: false", 'lock_passwd: "nonsense"');
    expect(cloudInitOn(broken, folderOf(cloudInit))).toMatchObject({ isValid: false });
  });

  itWith(
    "cloud-init's network configuration",
    cloudInit,
    "makes an interface of network-config, for each of its renderers",
    () => {
      const config = seedFiles(fullCloudInit, seedGuest)["network-config"] ?? "";
      const made = ["eni", "networkd", "netplan", "sysconfig"].map((renderer) =>
        rendered(config, renderer, folderOf(cloudInit)),
      );
      for (const text of made) {
        expect(text).toContain("198.51.100.21");
        expect(text).toContain("198.51.100.1");
        expect(text).toContain("198.51.100.53");
        expect(text).toMatch(/00:16:3e:12:34:56/i);
      }
    },
  );
});

describe("a YAML reader", () => {
  itWith("a YAML reader", yaml, "gets every value as it was given", () => {
    const files = seedFiles(fullCloudInit, seedGuest);
    const cases = ["user-data", "meta-data", "network-config"].map((name) => ({
      format: "yaml" as const,
      content: files[name] ?? "",
    }));
    const [user, meta, network] = readingsOf(cases, folderOf(yaml));
    expect(meta).toEqual({ "instance-id": seedGuest.uuid, "local-hostname": "web1.example.org" });
    expect(user).toEqual({
      ssh_authorized_keys: [KEY],
      users: [
        "default",
        {
          name: "op",
          ssh_authorized_keys: [KEY],
          lock_passwd: false,
          passwd: "$6$salt$ophash",
          sudo: "ALL=(ALL:ALL) ALL",
          shell: "/bin/bash",
        },
        { name: "deploy", ssh_authorized_keys: [KEY], lock_passwd: true, sudo: "ALL=(ALL:ALL) NOPASSWD:ALL" },
        { name: "guest", lock_passwd: true },
      ],
      chpasswd: { expire: false, users: [{ name: "root", password: "$6$salt$roothash", type: "hash" }] },
      timezone: "Europe/Berlin",
      package_update: true,
      packages: ["curl", "rsync"],
      runcmd: fullCloudInit.runcmd,
    });
    expect(network).toEqual({
      version: 2,
      ethernets: {
        eth0: {
          match: { macaddress: "00:16:3e:12:34:56" },
          "set-name": "eth0",
          addresses: ["198.51.100.21/24"],
          routes: [{ to: "0.0.0.0/0", via: "198.51.100.1" }],
          nameservers: { addresses: ["198.51.100.53", "198.51.100.54"] },
        },
      },
    });
  });
});

describe("the seed's image", () => {
  itWith(
    "xorriso and isoinfo",
    iso,
    "gives its files back by their names, for root alone, under the label that cloud-init looks for",
    () => {
      const seen = readImage(seedImage(fullCloudInit, seedGuest), folderOf(iso));
      expect(seen.files).toEqual(seedFiles(fullCloudInit, seedGuest));
      expect(seen.modes).toEqual({ "meta-data": "0400", "network-config": "0400", "user-data": "0400" });
      expect(seen.volume).toContain("Volume id: cidata");
      expect(seen.volume).toContain("Rock Ridge signatures version 1 found");
      if (seen.blkid !== undefined) {
        expect(seen.blkid).toContain("LABEL=cidata");
        expect(seen.blkid).toContain("TYPE=iso9660");
      }
    },
  );

  itWith("xorriso and isoinfo", iso, "holds texts of every length, empty ones and large ones among them", () => {
    const lengths = [0, 1, 2047, 2048, 2049, 70_000];
    const files = Object.fromEntries(lengths.map((length, index) => [`f${index}`, "ü".repeat(length)]));
    expect(readImage(isoImage("cidata", files), folderOf(iso)).files).toEqual(files);
  });

  // Cut off, it must not be read: so the readers above can fail.
  itWith("xorriso and isoinfo", iso, "is refused by its readers where its first sector is gone", () => {
    const image = seedImage({}, seedGuest);
    image.fill(0, 16 * 2048, 17 * 2048);
    expect(() => readImage(image, folderOf(iso))).toThrow();
  });
});

/** What `cloud-init devel net-convert` writes for a renderer, all files of it. */
function rendered(config: string, renderer: string, judged: string): string {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-xen-net-"));
  try {
    const file = join(folder, "network-config");
    writeFileSync(file, config);
    const path = [join(judged, "python"), join(judged, "root/usr/lib/python3/dist-packages")].join(":");
    const distro = renderer === "sysconfig" ? "rhel" : "debian";
    const ran = spawnSync(
      "python3",
      [
        "-m",
        "cloudinit.cmd.main",
        "devel",
        "net-convert",
        "-p",
        file,
        "-k",
        "yaml",
        "-d",
        join(folder, "out"),
        "-D",
        distro,
        "-O",
        renderer,
      ], // prettier-ignore
      { encoding: "utf8", env: { ...process.env, PYTHONPATH: path } },
    );
    if (ran.status !== 0) throw new Error(`net-convert ended with ${String(ran.status)}: ${ran.stdout}${ran.stderr}`);
    const names = spawnSync("find", [join(folder, "out"), "-type", "f"], { encoding: "utf8" })
      .stdout.trim()
      .split("\n");
    return names.map((name) => readFileSync(name, "utf8")).join("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
