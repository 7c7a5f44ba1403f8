/**
 * Which Debian the lab's tests take: 12 always; 13 with `LAB_SUITES=bookworm,trixie`, since building and booting its
 * host takes longer than the rest together on two cores.
 */
import type { Suite } from "../../lab/host";
import { note } from "./notes";

export function labSuites(): Suite[] {
  if ((process.env["LAB_SUITES"] ?? "").split(",").includes("trixie")) return ["bookworm", "trixie"];
  note("not run: Debian 13 with Xen 4.20 (set LAB_SUITES=bookworm,trixie for it)");
  return ["bookworm"];
}
