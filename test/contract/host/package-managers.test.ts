/** Every package manager keeps the contract, by the real one, out of repositories that the test makes. */
import { apk } from "../../../provider/host/packages/apk";
import { apt } from "../../../provider/host/packages/apt";
import { rpm } from "../../../provider/host/packages/rpm";
import { zypper } from "../../../provider/host/packages/zypper";
import { apkHost } from "../../support/package-hosts/apk";
import { aptHost } from "../../support/package-hosts/apt";
import { rpmPackageHost } from "../../support/package-hosts/rpm";
import { zypperPackageHost } from "../../support/package-hosts/zypper";
import { packageManagerSuite } from "../../suites/package-manager";

jest.setTimeout(300_000);

describe("apt", () => {
  packageManagerSuite({
    manager: apt,
    start: aptHost,
    source: (name) => ({ name, url: `file:///srv/${name}`, checkSignatures: false }),
    versions: { older: "4.17.3-1", newer: "4.17.3-2" },
  });
});

describe("rpm", () => {
  packageManagerSuite({
    manager: rpm,
    start: rpmPackageHost,
    source: (name) => ({ name, url: `file:///srv/${name}`, checkSignatures: false }),
    versions: { older: "4.2.5-38.el6", newer: "4.2.5-40.el6" },
  });
});

describe("zypper", () => {
  packageManagerSuite({
    manager: zypper,
    start: zypperPackageHost,
    source: (name) => ({ name, url: `file:///srv/${name}`, checkSignatures: false }),
    versions: { older: "4.18.5-150600.3.1", newer: "4.18.5-150600.3.4" },
  });
});

describe("apk", () => {
  packageManagerSuite({
    manager: apk,
    start: apkHost,
    source: (name) => ({ name, url: `file:///srv/${name}` }),
    versions: { older: "4.20.1-r0", newer: "4.20.1-r2" },
  });

  it("is told what it has no place for", () => {
    const faults = apk.repositoryFaults({
      name: "ours",
      url: "http://mirror.example/alpine",
      suite: "x",
      signedBy: "/etc/key",
      cost: 5,
      checkSignatures: false,
    });
    expect(faults).toEqual([
      expect.stringContaining("repository.suite"),
      expect.stringContaining("repository.cost"),
      expect.stringContaining("/etc/apk/keys"),
      expect.stringContaining("repository.checkSignatures"),
    ]);
    expect(apk.repositoryFaults({ name: "ours", url: "http://mirror.example/alpine" })).toEqual([]);
  });
});
