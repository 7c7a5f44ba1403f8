import { spawnSync } from "node:child_process";
import { pygrubFunctions } from "../../../provider/toolstack";
import { xl } from "../../../provider/toolstack/xl/xl";
import { xm } from "../../../provider/toolstack/xm/xm";

describe.each(["dash", "bash", "busybox"])("the functions of the toolstack under %s", (shell) => {
  it.each([xl, xm])("are a script that the shell can read: $name", ({ library }) => {
    const argv = shell === "busybox" ? ["sh", "-n"] : ["-n"];
    const { status, stderr } = spawnSync(shell, argv, {
      input: `${String(library.content)}\n${pygrubFunctions.text}\n`,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});
