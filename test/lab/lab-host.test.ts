/**
 * The lab itself: what every other test on real Xen stands on. Needs QEMU and what recipe/host-image.sh calls; the first
 * run builds images (docs/lab.md says how long that takes).
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  createLink,
  ensureFrozen,
  ensureGuestAssets,
  findHost,
  startAssetServer,
  thaw,
  type FrozenHost,
  type LabHost,
} from "../../lab/host";
import { labSuites, xenVersions } from "../support/lab-suites";
import { note } from "../support/notes";

const minute = 60_000;
const report = (line: string): void => {
  process.stderr.write(`lab: ${line}\n`);
};

/** Hosts a test has started, so that a failing test leaves none behind. */
const started: LabHost[] = [];
let scratch: string;

async function start(frozen: FrozenHost, options: Parameters<typeof thaw>[1]): Promise<LabHost> {
  await findHost(options.name)?.stop(); // left by a test run that was killed
  const host = await thaw(frozen, options);
  started.push(host);
  return host;
}

async function ask(host: LabHost, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await host.run(command);
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode} on ${host.name}: ${stderr}`);
  return stdout.trim();
}

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "lab-host-"));
});

afterEach(async () => {
  for (const host of started.splice(0)) await host.stop();
}, minute);

afterAll(() => rmSync(scratch, { recursive: true }));

describe("a plain host of the lab", () => {
  let frozen: FrozenHost;

  beforeAll(async () => {
    frozen = await ensureFrozen({ kind: "plain", suite: "bookworm" }, report);
  }, 20 * minute);

  it(
    "is back within seconds, is a machine of its own, and knows nothing of Xen",
    async () => {
      const before = Date.now();
      const host = await start(frozen, { name: "test-plain" });
      note(`lab: a plain host was thawed in ${((Date.now() - before) / 1000).toFixed(1)} s`);
      expect(await ask(host, "hostname; cat /etc/machine-id")).toBe(`test-plain\n${host.machineId}`);
      expect(await ask(host, "systemctl --failed --no-legend")).toBe("");
      expect((await host.run("command -v xl; test -e /proc/xen || test -e /sys/hypervisor/type")).exitCode).not.toBe(0);
      const clockOffset = Number(await ask(host, "date +%s")) - Date.now() / 1000;
      expect(Math.abs(clockOffset)).toBeLessThan(15);
    },
    3 * minute,
  );

  it(
    "forgets with a reset what happened to it, and stays the same machine at the same port",
    async () => {
      const host = await start(frozen, { name: "test-plain" });
      const { sshPort, machineId } = host;
      await ask(host, "touch /root/trace; mkdir -p /run/trace");
      await host.reset();
      expect((await host.run("ls -d /root/trace /run/trace")).stdout).toBe("");
      expect(await ask(host, "cat /etc/machine-id")).toBe(machineId);
      expect(host.sshPort).toBe(sshPort);
    },
    4 * minute,
  );

  it(
    "is found by another process, takes a disk while it runs, and is gone when stopped",
    async () => {
      const host = await start(frozen, { name: "test-plain" });
      const found = findHost("test-plain");
      expect(found?.pid).toBe(host.pid);
      const path = await host.plugDisk({ file: join(scratch, "spare.raw"), id: "spare", sizeMiB: 64 });
      expect(await ask(host, `blockdev --getsize64 ${path}`)).toBe(String(64 * 1024 * 1024));
      const folder = join(host.consoleLog, "..");
      await host.stop();
      expect(found?.isRunning()).toBe(false);
      expect(existsSync(folder)).toBe(false);
      await host.stop(); // once more is no fault
    },
    3 * minute,
  );

  it(
    "refuses a second one of its name",
    async () => {
      const host = await start(frozen, { name: "test-plain" });
      await expect(thaw(frozen, { name: "test-plain" })).rejects.toThrow('The lab host "test-plain" runs already.');
      expect(host.isRunning()).toBe(true);
    },
    3 * minute,
  );

  it(
    "reaches this machine's asset server, and is reached through forwards made before and after its start",
    async () => {
      const host = await start(frozen, { name: "test-plain", forwards: [{ guestPort: 8001 }] });
      const server = await startAssetServer(scratch);
      try {
        const url = server.publish("greeting", "from outside");
        expect(await ask(host, `curl -sf ${url}`)).toBe("from outside");
      } finally {
        await server.close();
      }
      await host.forward({ guestPort: 8002 });
      await ask(host, "mkdir /srv/www; echo from inside > /srv/www/index.html");
      for (const port of [8001, 8002]) await ask(host, `busybox httpd -p ${port} -h /srv/www`);
      expect(host.forwards).toHaveLength(2);
      for (const { hostPort } of host.forwards) {
        expect(await (await fetch(`http://127.0.0.1:${hostPort}/`)).text()).toBe("from inside\n");
      }
    },
    3 * minute,
  );

  it(
    "says so, and leaves nothing behind, where somebody holds the port it was told to use",
    async () => {
      const squatter = createServer();
      await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
      const address = squatter.address();
      const sshPort = address !== null && typeof address === "object" ? address.port : 0;
      await expect(thaw(frozen, { name: "test-plain", sshPort })).rejects.toThrow(/host forwarding rule/);
      expect(findHost("test-plain")).toBeUndefined();
      await new Promise((resolve) => squatter.close(resolve));
    },
    3 * minute,
  );

  it(
    "shares a cable and a disk with another one",
    async () => {
      const [left, right] = await createLink();
      const first = await start(frozen, { name: "test-left", link: left });
      const second = await start(frozen, { name: "test-right", link: right });
      await ask(first, "ip addr add 10.99.0.1/24 dev eth1; ip link set eth1 up");
      await ask(second, "ip addr add 10.99.0.2/24 dev eth1; ip link set eth1 up");
      expect(await ask(first, "ping -c 2 -W 5 10.99.0.2")).toContain(" 0% packet loss");
      expect(await ask(first, "cat /sys/class/net/eth1/address")).not.toBe(
        await ask(second, "cat /sys/class/net/eth1/address"),
      );
      // The lab's own key is on both, for `xl migrate`.
      expect(await ask(first, "ssh 10.99.0.2 hostname")).toBe("test-right");
      const file = join(scratch, "shared.raw");
      const path = await first.plugDisk({ file, id: "lun0", sizeMiB: 16 });
      await second.plugDisk({ file, id: "lun0" });
      await ask(first, `echo written by the first | dd of=${path} oflag=direct bs=512 conv=sync status=none`);
      expect(await ask(second, `dd if=${path} iflag=direct bs=512 count=1 status=none | tr -d '\\0'`)).toBe(
        "written by the first",
      );
      // One end is started anew; the cable still holds.
      await second.reset();
      await ask(second, "ip addr add 10.99.0.2/24 dev eth1; ip link set eth1 up");
      expect(await ask(first, "ping -c 3 -W 5 10.99.0.2")).toContain("bytes from 10.99.0.2");
    },
    6 * minute,
  );

  it(
    "comes with a guest to install",
    async () => {
      const assets = await ensureGuestAssets(frozen, report);
      for (const asset of [assets.kernel, assets.ramdisk, assets.rootfs, assets.disk]) {
        expect(existsSync(asset.file)).toBe(true);
        expect(asset.sha256).toMatch(/^[0-9a-f]{64}$/);
      }
    },
    2 * minute,
  );
});

describe.each(labSuites())("a Xen host of Debian %s", (suite) => {
  const version = xenVersions[suite];
  let frozen: FrozenHost;

  beforeAll(async () => {
    frozen = await ensureFrozen({ kind: "xen", suite }, report);
  }, 20 * minute);

  it(
    `runs Xen ${version}, and again after a reset`,
    async () => {
      const before = Date.now();
      const host = await start(frozen, { name: "test-xen" });
      note(`lab: a ${suite} host with Xen was thawed in ${((Date.now() - before) / 1000).toFixed(1)} s`);
      expect(await ask(host, "xl info | sed -n 's/^xen_version *: //p'")).toMatch(new RegExp(`^${version}\\.`));
      expect(await ask(host, "cat /sys/hypervisor/type; cat /proc/xen/capabilities")).toBe("xen\ncontrol_d");
      await ask(host, "xl mem-set 0 900");
      await host.reset();
      expect(await ask(host, "xl list | awk '$1 == \"Domain-0\" { print $3 }'")).toBe("1024");
    },
    4 * minute,
  );
});
