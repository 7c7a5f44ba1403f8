/** What makes a host of SUSE's ready for its trial of Xen, by the real zypper, rpm and systemctl: the steps of XenHost, with packages of the test's own. */
import { suse } from "../../../provider/host/families/suse";
import { type ObservedHost, questionFor } from "../../../provider/resources/xen-host/xen-host.observe";
import type { XenHostInputs } from "../../../provider/resources/xen-host/xen-host.properties";
import { hostRefusals } from "../../../provider/resources/xen-host/xen-host.refusals";
import { preparationSteps } from "../../../provider/resources/xen-host/xen-host.steps";
import { lines, sh } from "../../../provider/shell";
import type { NamespaceHost } from "../../support/namespace-host";
import { note } from "../../support/notes";
import { published } from "../../support/package-hosts/published";
import { repositoryOf } from "../../support/rpm-judge";
import { zypperHost } from "../../support/zypper-judge";
import { suseHost, inputs as plainInputs } from "../../unit/resources/xen-host/observed";

jest.setTimeout(300_000);

const unit = (type: string): string =>
  `[Unit]\nDescription=a unit of Xen\n[Service]\nType=${type}\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n`;
const VERSION = "4.18.5_02-150600.3.1";
const UNITS = {
  "/usr/lib/systemd/system/xencommons.service": unit("oneshot"),
  "/usr/lib/systemd/system/xendomains.service": unit("oneshot"),
};
const inputs: XenHostInputs = {
  ...plainInputs,
  repository: { name: "xen", url: "file:///srv/xen", checkSignatures: false },
};

/** The host as it is seen now, with the boot loader of an openSUSE: this one has none. */
async function seen(host: NamespaceHost): Promise<ObservedHost> {
  const { packages, repositories, unitsOff } = await host.shell.ask(questionFor(inputs));
  return { ...suseHost, packages, repositories, unitsOff };
}

/** All steps but those of the boot loader. */
async function prepare(host: NamespaceHost): Promise<string[]> {
  const names: string[] = [];
  for (const { name, script } of preparationSteps(await seen(host), inputs)) {
    if (name.includes("boot")) continue;
    names.push(name);
    const { exitCode, stdout, stderr } = await host.shell.run(script);
    if (exitCode !== 0) throw new Error(`${name}: ${stdout}${stderr}`);
  }
  return names;
}

it("SUSE's hosts get Xen by zypper, and its services are switched on once", async () => {
  const host = await zypperHost();
  if ("missing" in host) {
    note(`not run: packages of SUSE by the real zypper: no ${host.missing}`);
    return;
  }
  try {
    await published(
      host.shell,
      lines([
        sh`rm -rf /usr/lib/systemd/system/xen* /etc/systemd/system/multi-user.target.wants/xen*`,
        repositoryOf("/srv/xen", [
          ...suse.xenPackages.filter((name) => name !== "xen-tools").map((name) => ({ name, version: VERSION })),
          { name: "xen-tools", version: VERSION, files: UNITS },
        ]),
      ]),
    );
    expect(hostRefusals(await seen(host), inputs, true)).toEqual([]);
    expect(await prepare(host)).toEqual(["add-repository", "install-packages", "enable-services"]);
    const after = await seen(host);
    expect(after.unitsOff).toEqual([]);
    for (const name of suse.xenPackages) expect([name, after.packages.get(name)]).toEqual([name, VERSION]);
    expect(await prepare(host)).toEqual([]);
    await host.shell.run(sh`systemctl disable xendomains.service`);
    expect((await seen(host)).unitsOff).toEqual(["xendomains.service"]);
    expect(await prepare(host)).toEqual(["enable-services"]);
  } finally {
    host.stop();
  }
});
