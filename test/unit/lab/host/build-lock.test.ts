import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { withBuildLock } from "../../../../lab/host/build-lock";

describe("the build lock", () => {
  let folder: string;
  const silent = (): void => undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("lets one build run at a time, and says once that it waits", async () => {
    const lock = join(folder, "lock");
    const order: string[] = [];
    const said: string[] = [];
    let finishFirst = silent;
    const first = withBuildLock(lock, "the image", silent, async () => {
      order.push("first begins");
      await new Promise<void>((resolve) => {
        finishFirst = resolve;
      });
      order.push("first ends");
    });
    const second = withBuildLock(
      lock,
      "the image",
      (line) => said.push(line),
      async () => {
        order.push("second");
      },
    );
    finishFirst();
    await Promise.all([first, second]);
    expect(order).toEqual(["first begins", "first ends", "second"]);
    expect(said).toEqual([`Process ${process.pid} is making the image; waiting for it.`]);
    expect(existsSync(lock)).toBe(false);
  });

  it("is released by a build that fails", async () => {
    const lock = join(folder, "lock");
    const failing = withBuildLock(lock, "x", silent, () => Promise.reject(new Error("no mirror")));
    await expect(failing).rejects.toThrow("no mirror");
    expect(existsSync(lock)).toBe(false);
  });

  it("is taken over from a process that is gone, also when its number lives again", async () => {
    const lock = join(folder, "lock");
    for (const holder of ["4194303 12345", `${process.pid} 1`]) {
      writeFileSync(lock, `${holder}\n`);
      await expect(withBuildLock(lock, "x", silent, () => Promise.resolve("built"))).resolves.toBe("built");
    }
  });
});
