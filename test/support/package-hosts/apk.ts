/** The real apk of Alpine, in its own userland, and packages in its format of three archives in one file, with an index that we sign. */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type ShellText, lines, sh } from "../../../provider/shell";
import type { MadePackage, PackageManagerHost } from "../../suites/package-manager";
import { alpineHost } from "../alpine-judge";
import type { NamespaceHost } from "../namespace-host";
import { published } from "./published";

const KEY = "px-test.rsa.pub";

export async function apkHost(): Promise<PackageManagerHost | { readonly missing: string }> {
  const host = await alpineHost();
  return "missing" in host ? host : apkHostOf(host);
}

export async function apkHostOf(host: NamespaceHost): Promise<PackageManagerHost> {
  const { shell } = host;
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = publicKey.export({ type: "spki", format: "pem" }).toString();
  await published(shell, sh`printf '%s' ${key} >${`/etc/apk/keys/${KEY}`}`);
  return {
    shell,
    publish: async (name, packages, isSigned) => {
      // Both see the same /tmp.
      const made = shell.at(`made-${name}`);
      await published(shell, repositoryOf(made, packages));
      const index = readFileSync(join(made, "index.tar.gz"));
      const signature = entry(`.SIGN.RSA256.${KEY}`, sign("sha256", index, privateKey));
      writeFileSync(
        join(made, "x86_64/APKINDEX.tar.gz"),
        isSigned ? Buffer.concat([gzipSync(signature), index]) : index,
      );
      await published(shell, sh`rm -rf ${`/srv/${name}`}; mkdir -p /srv; cp -r ${made} ${`/srv/${name}`}`);
    },
    stop: () => host.stop(),
  };
}

/** An archive that others follow has no end of its own: the first kilobyte holds its one small file. */
function repositoryOf(folder: string, packages: readonly MadePackage[]): ShellText {
  return lines([
    sh`rm -rf ${folder}; mkdir -p ${`${folder}/x86_64`} && cd ${folder}`,
    ...packages.map(({ name, version, files = {} }) => {
      const info = `pkgname = ${name}\npkgver = ${version}\npkgdesc = a package of a test\nurl = http://example.org\nsize = 1\narch = x86_64\nlicense = none\norigin = ${name}\n`;
      // Text, for the shell decodes it: an archive of small files of text.
      return sh`printf '%s' ${archiveOf(files).toString("base64")} | base64 -d | gzip >data.tar.gz
{ printf '%s' ${info}; echo "datahash = $(sha256sum data.tar.gz | cut -d ' ' -f 1)"; } >.PKGINFO
tar -c -f - .PKGINFO | head -c 1024 | gzip >control.tar.gz
cat control.tar.gz data.tar.gz >${`x86_64/${name}-${version}.apk`}`;
    }),
    sh`apk index --allow-untrusted --quiet --output index.tar.gz x86_64/*.apk`,
  ]);
}

/** Each file with its sum before it, which apk wants (APK-TOOLS.checksum), and its folders before that. */
function archiveOf(files: Readonly<Record<string, string>>): Buffer {
  const folders = ["/usr/share/px-test/x", ...Object.keys(files)].flatMap((path) =>
    [...path.matchAll(/\/(?=[^/])/g)].map(({ index }) => path.slice(1, index + 1)),
  );
  const parts = Object.entries(files).flatMap(([path, text]) => {
    const sum = createHash("sha1").update(text).digest("hex");
    const record = ` APK-TOOLS.checksum.SHA1=${sum}\n`;
    return [
      entry("pax", Buffer.from(`${record.length + 2}${record}`), "x"),
      entry(path.slice(1), Buffer.from(text), "0", 0o755),
    ];
  });
  const made = [...new Set(folders)]
    .filter((folder) => folder !== "")
    .map((folder) => entry(folder, Buffer.alloc(0), "5", 0o755));
  return Buffer.concat([...made, ...parts, Buffer.alloc(1024)]);
}

/** A file in an archive of tar without the archive's end. */
function entry(name: string, content: Buffer, type = "0", mode = 0o644): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${mode.toString(8).padStart(7, "0")}\0`, 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write(type, 156);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
