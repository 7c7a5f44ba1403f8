import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { imageUsersFunction, parseImageUsers } from "../../../provider/host/image-users";
import { lines, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";

jest.setTimeout(60_000);

describe.each([["dash"], ["bash --posix"], ["busybox sh"]])("who uses an image, under %s", (name) => {
  let shell: LocalShell;
  beforeEach(() => {
    shell = new LocalShell(name.split(" "));
    for (const folder of ["xen", "sys-hypervisor", "etc-xen", "etc-xen/auto", "bin", "var/pulumi-xen/domu/1234"])
      mkdirSync(shell.at(folder), { recursive: true });
    writeFileSync(shell.at("xen/a.img"), "");
    symlinkSync(shell.at("xen"), shell.at("vm"));
  });
  afterEach(() => shell.remove());

  const ask = async (what: "image_users" | "image_configured", path = "xen/a.img") => {
    const call = what === "image_users" ? sh`image_users` : sh`image_configured`;
    const ran = await shell.run(lines([imageUsersFunction, sh`${call} ${shell.at(path)}`]));
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    return parseImageUsers(ran.stdout);
  };

  it("a running guest whose disk is spelled in another way is found by device and inode", async () => {
    writeFileSync(shell.at("sys-hypervisor/type"), "xen\n");
    linkSync(shell.at("xen/a.img"), shell.at("hard.img"));
    const rows = [
      `/local/domain/0/backend/vbd/3/51712/params = "${shell.at("vm/a.img")}"`,
      `/local/domain/0/backend/qdisk/4/51728/params = "qcow2:${shell.at("hard.img")}"`,
      `/local/domain/0/backend/vbd/5/51712/params = "${shell.at("xen/other.img")}"`,
    ];
    writeFileSync(shell.at("bin/xenstore-ls"), `#!/bin/sh\ncat <<'EOF'\n${rows.join("\n")}\nEOF\n`, { mode: 0o755 });
    writeFileSync(shell.at("bin/xenstore-read"), '#!/bin/sh\necho "guest of $1" | tr / -\n', { mode: 0o755 });
    shell.path = `${shell.at("bin")}:/usr/sbin:/usr/bin:/bin`;
    expect((await ask("image_users")).filter(({ kind }) => kind === "guest")).toMatchObject([
      { domid: 3, backend: "vbd", device: "51712", name: "guest of -local-domain-3-name" },
      { domid: 4, backend: "qdisk" },
    ]);
  });

  it.each([
    ["by its keys", (at: string) => `disk = [ "format=raw, vdev=xvda, access=rw, target=${at}" ]`],
    ["by its places", (at: string) => `disk=['${at},raw,xvda,rw']`],
    ["in the old way", (at: string) => `disk = [ 'file:${at},xvda,w', ]`],
    ["on a line of its own, behind a comment", (at: string) => `disk = [ # ours ]\n  "${at}" ]`],
    ["with a colon for its driver", (at: string) => `disk = [ "tap:aio:${at},xvda,w" ]`],
  ])("a stored configuration that names it %s is found, another's is not", async (_how, disk) => {
    writeFileSync(shell.at("etc-xen/g.cfg"), `name = 'guest 1'\n${disk(shell.at("vm/a.img"))}\n`);
    writeFileSync(
      shell.at("etc-xen/h.cfg"),
      `name = 'other'\n${disk(shell.at("xen/b.img"))}\nextra = "${shell.at("xen/a.img")}"\n`,
    );
    expect(await ask("image_configured")).toEqual([
      { kind: "configured", name: "guest?1", file: shell.at("etc-xen/g.cfg") },
    ]);
  });

  it("a link for the start at boot and a configuration that we keep count too", async () => {
    const config = `name = "g"\ndisk = [ "target=${shell.at("xen/a.img")}" ]\n`;
    writeFileSync(shell.at("elsewhere.cfg"), config);
    symlinkSync(shell.at("elsewhere.cfg"), shell.at("etc-xen/auto/g"));
    writeFileSync(shell.at("var/pulumi-xen/domu/1234/boot.cfg"), config);
    expect(await ask("image_configured")).toMatchObject([
      { file: shell.at("etc-xen/auto/g") },
      { file: shell.at("var/pulumi-xen/domu/1234/boot.cfg") },
    ]);
  });

  it("a logical volume is found by the name without a slash that old configurations have", async () => {
    writeFileSync(shell.at("etc-xen/g.cfg"), 'name = "g"\ndisk = [ "phy:null,xvda,w" ]\n');
    const ran = await shell.run(lines([imageUsersFunction, sh`image_configured /dev/null`]));
    expect(ran.stdout).toContain("configured g");
  });
});
