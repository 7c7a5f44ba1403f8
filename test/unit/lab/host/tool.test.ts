import { runTool, tryTool } from "../../../../lab/host/tool";

describe("running a program of this machine", () => {
  it("gives how it ended, both outputs apart", async () => {
    const result = await tryTool("sh", ["-c", "echo out; echo err >&2; exit 3"]);
    expect(result).toEqual({ exitCode: 3, stdout: "out\n", stderr: "err\n" });
  });

  it("passes its input", async () => {
    expect(await runTool("cat", [], { input: "text" })).toBe("text");
  });

  it("fails with what the program said", async () => {
    await expect(runTool("sh", ["-c", "echo no space left >&2; exit 1"])).rejects.toThrow(
      /sh ended with 1.\nno space left/,
    );
  });

  it("names a program that is not installed", async () => {
    await expect(runTool("no-such-program", [])).rejects.toThrow("Cannot run no-such-program: it is not installed.");
  });

  it("ends a program at its deadline, with all it has started", async () => {
    const marker = `9${process.pid}`;
    const overdue = runTool("sh", ["-c", `sleep ${marker} & sleep ${marker}`], { timeoutSeconds: 0.3 });
    await expect(overdue).rejects.toThrow("sh did not end within 0.3 s.");
    const left = await tryTool("sh", ["-c", `ps -eo args | grep -c "[s]leep ${marker}"`]);
    expect(left.stdout.trim()).toBe("0");
  });

  it("hands on whole lines as they come", async () => {
    const lines: string[] = [];
    await runTool("sh", ["-c", "printf 'a\\nb'; printf 'c\\n'"], { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(["a", "bc"]);
  });
});
