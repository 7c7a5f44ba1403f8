/** File systems that do not answer: a real mount whose server is silent, in a namespace of its own. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageUsersFunction } from "../../../provider/host/image-users";
import { lostMounts } from "../../../provider/host/lost-mounts";
import { imageQuestion } from "../../../provider/resources/disk-image/disk-image.observe";
import { lines, sh } from "../../../provider/shell";
import { LocalShell } from "../../support/local-shell";
import { note } from "../../support/notes";
import { projectRoot } from "../../support/project-root";

jest.setTimeout(300_000);

const hasFuse = existsSync("/dev/fuse");
if (!hasFuse) note("not run: file systems that do not answer (there is no /dev/fuse)");
const namespace = ["unshare", process.getuid?.() === 0 ? "-m" : "-Urm"];

(hasFuse ? describe : describe.skip).each([["dash"], ["bash --posix"], ["busybox sh"]])(
  "a file system that does not answer, under %s",
  (name) => {
    const silent = mkdtempSync(join(tmpdir(), "pulumi-xen-silent-"));
    const mount = ["python3", join(projectRoot, "test/support/silent-mount.py"), silent];
    let shell: LocalShell;
    beforeEach(() => {
      shell = new LocalShell([...namespace, ...mount, ...name.split(" ")]);
      mkdirSync(shell.at("xen"));
      mkdirSync(shell.at("sys-hypervisor"));
      writeFileSync(shell.at("xen/a.img"), "");
    });
    afterEach(() => shell.remove());
    afterAll(() => rmSync(silent, { recursive: true }));

    it("is known after ten seconds, with what is mounted there, and no other is", async () => {
      const ran = await shell.run(
        lines([
          lostMounts,
          sh`printf '%s\n' "$lost_mounts"
for path in ${silent} ${`${silent}/vm/a.img`} ${`${silent}2/a.img`} / ${shell.at("xen/a.img")}; do
  if is_lost "$path"; then echo "lost: $lost_at"; else echo "there"; fi
done`,
        ]),
      );
      const lost = `lost: ${silent} (server:/share)`;
      expect(ran).toEqual({
        exitCode: 0,
        stdout: [`${silent} server:/share`, lost, lost, "there", "there", "there", ""].join("\n"),
        stderr: "",
      });
    });

    it("hides an image on it, which is said, and no image elsewhere, whoever uses one there", async () => {
      await expect(shell.ask(imageQuestion(`${silent}/vm/a.img`, "raw", false))).rejects.toThrow(
        `the file system mounted at ${silent} (server:/share) did not answer within 10 s`,
      );
      writeFileSync(shell.at("sys-hypervisor/type"), "xen\n");
      mkdirSync(shell.at("bin"));
      const rows = [
        `/local/domain/0/backend/vbd/3/51712/params = "${silent}/vm/b.img"`,
        `/local/domain/0/backend/vbd/4/51712/params = "${shell.at("xen/../xen/a.img")}"`,
      ];
      writeFileSync(shell.at("bin/xenstore-ls"), `#!/bin/sh\ncat <<'EOF'\n${rows.join("\n")}\nEOF\n`, { mode: 0o755 });
      writeFileSync(shell.at("bin/xenstore-read"), "#!/bin/sh\necho a\n", { mode: 0o755 });
      shell.path = `${shell.at("bin")}:/usr/sbin:/usr/bin:/sbin:/bin`;
      const users = await shell.run(lines([imageUsersFunction, sh`image_users ${shell.at("xen/a.img")}`]));
      expect(users).toMatchObject({ exitCode: 0, stdout: "guest 4 vbd 51712 a\n", stderr: "" });
    });
  },
);
