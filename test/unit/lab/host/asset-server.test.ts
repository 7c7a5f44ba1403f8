import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fileName, startAssetServer, type AssetServer } from "../../../../lab/host/asset-server";

describe("the asset server", () => {
  let folder: string;
  let server: AssetServer;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "assets-"));
    writeFileSync(join(folder, "vmlinuz"), "kernel");
    mkdirSync(join(folder, "inside"));
    server = await startAssetServer(folder);
  });

  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it("serves the folder's files with their length", async () => {
    const response = await fetch(`${server.url}/vmlinuz`);
    expect(response.headers.get("content-length")).toBe("6");
    expect(await response.text()).toBe("kernel");
  });

  it("serves published text, and tells its address as the lab's hosts see it", async () => {
    expect(server.publish("ks", "DISK=/dev/xvda\n")).toBe(`http://10.0.2.2:${server.port}/ks`);
    expect(await (await fetch(`${server.url}/ks`)).text()).toBe("DISK=/dev/xvda\n");
  });

  it.each(["/", "/missing", "/inside", "/..%2fetc", "/inside/x"])("has nothing at %s", async (path) => {
    expect((await fetch(server.url + path)).status).toBe(404);
  });

  it("changes nothing for anybody", async () => {
    expect((await fetch(`${server.url}/vmlinuz`, { method: "PUT", body: "x" })).status).toBe(405);
  });

  it.each(["/../secret", "//etc/passwd", "/.hidden", "/a/../b", "/a\\b", "/%2e%2e"])(
    "takes %p for no file name",
    (url) => {
      expect(fileName(url)).toBeUndefined();
    },
  );
});
