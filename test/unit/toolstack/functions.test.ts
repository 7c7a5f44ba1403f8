import { spawnSync } from "node:child_process";
import { pygrubFunctions, xl } from "../../../provider/toolstack";

describe.each(["dash", "bash", "busybox"])("the functions of the toolstack under %s", (shell) => {
  it("are a script that the shell can read", () => {
    const argv = shell === "busybox" ? ["sh", "-n"] : ["-n"];
    const { status, stderr } = spawnSync(shell, argv, {
      input: `${String(xl.library.content)}\n${pygrubFunctions.text}\n`,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});
