import { execFileSync } from "node:child_process";
import { consoleText } from "../../../../provider/resources/domu/domu.functions";

/** As Debian's installer sends it, under GNU screen. */
const SENT =
  "\u001b[?1049h\u001b[14B\u001b[0m\u001b[H\u001b[7m\u001b[32m\u001b[40m[\u001b(B\u001b[37m1*installer\u001b[31m)\u001b=\u001b>\r\n\u001b[K \r\n\tPartitions formatting\u0007  33%\n";

it.each(["dash", "bash", "busybox"])("a console's text is shown by %s without its control sequences", (shell) => {
  const [program, ...words] = shell === "busybox" ? ["busybox", "sh"] : [shell];
  const script = `${consoleText.text}\nconsole_text`;
  expect(execFileSync(program ?? "", [...words, "-c", script], { input: SENT, encoding: "utf8" })).toBe(
    "[1*installer)\nPartitions formatting  33%\n",
  );
});
