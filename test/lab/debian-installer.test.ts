/**
 * Debian's own installer in a PV guest, exactly as far as it comes: kernel and ramdisk of its netboot boot, the network is the declared one, our
 * preseed is fetched from the host and answers its questions, and its further parts come from the mirror of this machine's apt. Where that mirror
 * lacks one of them, the installer says so on its console and waits for somebody; `up` then ends with its time, and shows that.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type StackEngine, type StackResult, practiceEngine } from "../../lab/engine";
import { builtJudge } from "../support/built-judge";
import { type LabStack, labStack, mustSucceed } from "../support/lab-stack";
import { note } from "../support/notes";
import { projectRoot } from "../support/project-root";
import { there } from "../support/there";

jest.setTimeout(90 * 60_000);

const GUEST = "10.0.2.51";
/** What the installer takes to come so far: five minutes on an idle machine, fifteen beside much other work. */
const INSTALL_MINUTES = 25;

const installer = builtJudge(join(projectRoot, "test/support/debian-netboot/build.sh"));
if ("missing" in installer) note(`not run: Debian's own installer: ${installer.missing}`);

("missing" in installer ? describe.skip : describe)("Debian's own installer in a guest", () => {
  const folder = "folder" in installer ? installer.folder : "";
  let ground: LabStack | undefined;
  let engine: StackEngine | undefined;
  let result: StackResult | undefined;
  beforeAll(async () => {
    ground = await labStack("debian-installer", { kind: "xen", suite: "bookworm", program: "debian-netboot" });
    engine = practiceEngine({ stateFile: join(ground.folder, "practice.json"), why: "tests" });
    result = await engine.up(stack());
  });
  afterAll(() => ground?.close());

  const raw = (command: string): Promise<string> => there(ground).raw(command);
  const mirror = (): string => readFileSync(join(folder, "mirror"), "utf8").trim();
  const stack = () => {
    const { stack: given, host } = there(ground);
    return {
      ...given,
      config: {
        host: "127.0.0.1",
        port: String(host.sshPort),
        privateKeyFile: host.privateKeyFile,
        hostKey: host.hostKey,
        installer: folder,
        mirror: mirror(),
        guestIp: GUEST,
        authorizedKey: readFileSync(`${host.privateKeyFile}.pub`, "utf8").trim(),
        emulation: "mitigations=off norandmaps",
        timeoutMinutes: String(INSTALL_MINUTES),
      },
    };
  };

  it("boots as a PV guest, and fetches our preseed from its host", () => {
    const { log } = there(result);
    expect(log).toContain("Run /init as init process");
    expect(log).toContain("xen_netfront: Initialising Xen virtual ethernet driver");
    expect(log).toMatch(/URL:http:\/\/10\.0\.2\.15:8980\/guest1\/answers\/preseed\.cfg \[\d+\/\d+\]/);
  });

  it("asks nothing that the preseed answers, and believes the mirror's signature", () => {
    const { log } = there(result);
    expect(log).toContain("localechooser: info: debian-installer/locale preseeded to 'en_US.UTF-8'");
    expect(log).toContain("Menu item 'choose-mirror' selected");
    expect(log).toContain(`URL:${mirror()}/dists/bookworm/Release.gpg `);
    expect(log).toContain("gpgv: Good signature from");
  });

  it("comes to its end, or to the first of its parts that the mirror lacks, which `up` then shows", async () => {
    const { ok, log, errors } = there(result);
    if (ok) {
      note("Debian's own installer came to its end");
      expect(await raw(`ssh -o ConnectTimeout=20 root@${GUEST} cat /etc/hostname`)).toBe("guest1");
      return;
    }
    const [, part = ""] = /(http:\S+\.udeb):\s[\s\S]{0,200}ERROR 404: Not Found/.exec(log) ?? [];
    expect(part).toMatch(/^http:/);
    note(`Debian's own installer came as far as ${part}, which the mirror lacks`);
    expect(log).toContain("The installer failed to download a file from the mirror");
    expect(errors.join("\n")).toContain(`${INSTALL_MINUTES} minutes`);
  });

  it("leaves nothing that runs or listens on its host after a destroy", async () => {
    await mustSucceed(there(engine), there(engine).destroy(stack()));
    expect(await raw("xl list | tail -n +2 | awk '{print $1}'; ls /xen/vm 2>/dev/null || true")).toBe("Domain-0");
    expect(await raw("ss -Hltn 'sport = :8980'")).toBe("");
  });
});
