/**
 * XenHost on the userland of a real Alpine, booted by the real extlinux, as far as that can be run without Xen: what is looked at, a trial
 * and its proof, one that fails, one that is cut off behind each of its steps, and giving the host back.
 */
import { defaultOf, parseExtlinuxMenu } from "../../../provider/host/boot/extlinux/extlinux-conf";
import { questionFor } from "../../../provider/resources/xen-host/xen-host.observe";
import { restoreJob } from "../../../provider/resources/xen-host/xen-host.leave";
import { completeXenHost } from "../../../provider/resources/xen-host/xen-host.rules";
import { hostRefusals } from "../../../provider/resources/xen-host/xen-host.refusals";
import { trialJob } from "../../../provider/resources/xen-host/xen-host.steps";
import { walkToXen } from "../../../provider/resources/xen-host/xen-host.walk";
import { type ShellText, sh } from "../../../provider/shell";
import { AlpineXenHost, SOURCE, alpineXenHost } from "../../support/alpine-judge/xen-host";
import { succeed } from "../../support/extlinux-judge";
import type { NamespaceHost } from "../../support/namespace-host";
import { note } from "../../support/notes";

jest.setTimeout(600_000);

let host: NamespaceHost | undefined;
afterEach(() => host?.stop());

function where(name: string, body: (alpine: NamespaceHost) => Promise<void>): void {
  it(name, async () => {
    const found = await alpineXenHost();
    if ("missing" in found) return note(`not run: XenHost on Alpine's own userland: no ${found.missing}`);
    host = found;
    await body(found);
  });
}

const OWNER = "shop/prod::XenHost::dom0";
const inputs = completeXenHost({
  owner: OWNER,
  connection: { host: "198.51.100.7" },
  dom0: { memoryMiB: 512 },
  kernelArgs: ["console=hvc0"],
  repository: SOURCE,
  allow: ["reboot"],
});
const up = (xen: AlpineXenHost): ReturnType<typeof walkToXen> =>
  walkToXen({ host: xen, inputs, machineId: "machine-1", announced: "reboot" });

/** What boots by default, what is left of a trial, and which services start at a boot. */
async function left({
  shell,
}: NamespaceHost): Promise<{ boots: string | undefined; trial: string; services: string[] }> {
  const said = (script: ShellText): Promise<string> => succeed(shell, script);
  return {
    boots: defaultOf(parseExtlinuxMenu(await said(sh`cat /boot/extlinux.conf`)).entries)?.label,
    trial: await said(
      sh`ls /etc/init.d /etc/runlevels/* /var/lib/pulumi-xen/host/self 2>/dev/null | grep trial || :; grep -a -o pulumi-xen-trial /boot/ldlinux.sys /boot/extlinux.conf || :`,
    ),
    services: (await said(sh`rc-update show default 2>/dev/null`)).match(/\bxen\w+/g) ?? [],
  };
}
const SERVICES = ["xenconsoled", "xendomains", "xenqemu", "xenstored"];

describe("XenHost on Alpine", () => {
  where("finds nothing that forbids it, and plans the services that its packages do not start", async (alpine) => {
    const observed = await new AlpineXenHost(alpine).ask(questionFor(inputs));
    expect(observed.family?.name).toBe("alpine");
    expect([observed.boot?.program, observed.boot?.boots, observed.isInMemory]).toEqual(["extlinux", "linux", false]);
    expect(observed.dom0Kernels).toEqual(["6.12.13-0-lts"]);
    expect(hostRefusals(observed, inputs, true)).toEqual([]);
    expect(trialJob(observed, inputs, { owner: OWNER, renews: false }).steps.map(({ name }) => name)).toEqual([
      "claim",
      "note-beginning",
      "remember-arguments",
      "add-repository",
      "install-packages",
      "start-at-boot",
      "make-boot-menu",
      "arm-trial",
      "note-phase",
      "reboot",
    ]);
  });

  where(
    "boots Xen on trial and by default once it is proven, changes nothing with a second up, and is given back",
    async (alpine) => {
      const xen = new AlpineXenHost(alpine);
      xen.beforeBoot = async () => {
        const armed = await left(alpine);
        expect([armed.boots, armed.services]).toEqual(["lts", SERVICES]);
        expect(await succeed(alpine.shell, sh`rc-update show default 2>/dev/null`)).toContain("pulumi-xen-trial");
      };
      const outputs = await up(xen);
      expect([outputs.phase, outputs.drift, outputs.defaultBoot]).toEqual(["ready", "none", "xen"]);
      expect(outputs.packageVersions).toMatchObject({ "xen-hypervisor": "4.20.1-r0" });
      expect(await left(alpine)).toEqual({ boots: "pulumi-xen", trial: "", services: SERVICES });

      await xen.boot();
      expect((await succeed(alpine.shell, sh`cat /etc/px-started`)).split("\n").sort()).toEqual(["", ...SERVICES]);
      const before = xen.performed.length;
      const kept = { owner: OWNER, claimId: outputs.claimId, isFinished: true };
      await walkToXen({ host: xen, inputs, machineId: "machine-1", announced: "none", kept });
      expect(xen.performed.slice(before)).toEqual([]);

      const seen = await xen.ask(questionFor(inputs));
      await xen.perform(restoreJob(seen, inputs, { owner: OWNER, renews: false }));
      expect(await left(alpine)).toEqual({ boots: "lts", trial: "", services: [] });
      expect(
        await succeed(
          alpine.shell,
          sh`ls -d /etc/modules-load.d/* /etc/update-extlinux.d/* /var/lib/pulumi-xen 2>/dev/null || :`,
        ),
      ).toBe("");
    },
  );

  where(
    "comes back as plain Linux where the hypervisor cannot be loaded, says so, and boots Xen with the next up",
    async (alpine) => {
      const xen = new AlpineXenHost(alpine);
      xen.beforeBoot = async () => {
        await succeed(alpine.shell, sh`mv /boot/xen.gz /boot/away`);
      };
      await expect(up(xen)).rejects.toThrow(/has come back as plain Linux by itself/);
      expect(await left(alpine)).toEqual({ boots: "lts", trial: "", services: SERVICES });
      await succeed(alpine.shell, sh`mv /boot/away /boot/xen.gz`);
      xen.beforeBoot = undefined;
      expect((await up(xen)).phase).toBe("ready");
      expect(await left(alpine)).toEqual({ boots: "pulumi-xen", trial: "", services: SERVICES });
    },
  );

  where("boots Linux where an up is cut off behind any of its steps, and Xen with the next one", async (alpine) => {
    const xen = new AlpineXenHost(alpine);
    for (const step of [
      "claim",
      "add-repository",
      "install-packages",
      "start-at-boot",
      "make-boot-menu",
      "arm-trial",
    ]) {
      xen.cutBehind = step;
      await expect(up(xen)).rejects.toThrow(/lost its power/);
      expect([step, (await left(alpine)).boots]).toEqual([step, "lts"]);
    }
    // The host comes back on trial: whatever is left of it is taken up.
    await xen.boot();
    xen.cutBehind = undefined;
    expect((await up(xen)).phase).toBe("ready");
    expect(await left(alpine)).toEqual({ boots: "pulumi-xen", trial: "", services: SERVICES });
  });
});
