/**
 * Which Debians the lab's tests take: 12 always; 13 and 11 with `LAB_SUITES=bookworm,trixie,bullseye`, since building and booting
 * another host takes longer than the rest together on two cores.
 */
import { SUITES, type Suite } from "../../lab/host";
import { note } from "./notes";

export const xenVersions: Readonly<Record<Suite, string>> = { bookworm: "4.17", trixie: "4.20", bullseye: "4.14" };

export function labSuites(): Suite[] {
  const asked = (process.env["LAB_SUITES"] ?? "").split(",");
  const left = SUITES.filter((suite) => suite !== SUITES[0] && !asked.includes(suite));
  if (left.length > 0) {
    const what = left.map((suite) => `Debian ${suite} with Xen ${xenVersions[suite]}`).join(", ");
    note(`not run: ${what} (set LAB_SUITES=${SUITES.join(",")} for all)`);
  }
  return SUITES.filter((suite) => !left.includes(suite));
}
