/** Every package manager keeps the contract, by the real one, out of repositories that the test makes. */
import { apt } from "../../../provider/host/packages/apt";
import { rpm } from "../../../provider/host/packages/rpm";
import { aptHost } from "../../support/package-hosts/apt";
import { rpmPackageHost } from "../../support/package-hosts/rpm";
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
