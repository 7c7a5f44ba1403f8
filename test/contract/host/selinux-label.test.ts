/** The folders of images on a host with SELinux, whose programs are stand-ins here: this machine's kernel has none. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { raw } from "../../../provider/host/storage/raw";
import { sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";

let shell: LocalShell;
let log: string;

beforeEach(() => {
  shell = new LocalShell();
  log = shell.at("restored");
  mkdirSync(shell.at("bin"));
  mkdirSync(shell.at("var", "pulumi-xen", "disk-image", "g.img"), { recursive: true });
  shell.path = `${shell.at("bin")}:/usr/sbin:/usr/bin:/sbin:/bin`;
});
afterEach(() => shell.remove());

function tool(name: string, body: string): void {
  writeFileSync(shell.at("bin", name), `#!/bin/sh\n${body}\n`);
  chmodSync(shell.at("bin", name), 0o755);
}

/** `label`: what the policy gives the folder of the image. */
function withSelinux(label: string, isOn = true): void {
  tool("selinuxenabled", isOn ? "exit 0" : "exit 1");
  tool("restorecon", `echo "$@" >>${log}`);
  tool("stat", `case $* in *%C*) echo ${label} ;; *) exec /usr/bin/stat "$@" ;; esac`);
}

async function prepared(): Promise<string> {
  const place = { path: shell.at("xen", "vm", "g.img"), folder: shell.at("var", "pulumi-xen", "disk-image", "g.img") };
  const ran = await shell.run(raw.makes?.prepare(place) ?? sh``);
  expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
  return ran.stdout;
}

const restored = (): string[] => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);

describe("a host with SELinux", () => {
  it("labels the folders that we made as its policy has them, each time, and says nothing more", async () => {
    withSelinux("unconfined_u:object_r:xen_image_t:s0");
    expect(await prepared()).toBe("");
    expect(restored()).toEqual([shell.at("xen"), shell.at("xen", "vm")]);
    expect(await prepared()).toBe("");
    expect(restored()).toHaveLength(4);
  });

  it("leaves the label of a folder that was there, and says where it is no place for images", async () => {
    withSelinux("unconfined_u:object_r:default_t:s0");
    mkdirSync(shell.at("xen", "vm"), { recursive: true });
    const folder = shell.at("xen", "vm");
    expect(await prepared()).toContain(
      `semanage fcontext -a -t xen_image_t '${folder}(/.*)?' && restorecon -R ${folder}\n`,
    );
    expect(restored()).toEqual([]);
  });

  it("is not touched where SELinux is off", async () => {
    withSelinux("?", false);
    expect(await prepared()).toBe("");
    expect(restored()).toEqual([]);
  });
});
