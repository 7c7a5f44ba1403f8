/** Debian's ifupdown and bridge-utils. */
import { sh } from "../../../provider/shell";
import type { NetworkJudge } from "../judge";
import { networkCase } from "./files";

export const ifupdownJudge: NetworkJudge = {
  name: "ifupdown",
  build: "test/networks/ifupdown/build.sh",
  cases: networkCase,
  clear: sh`rm -rf /etc/network/interfaces /etc/network/interfaces.d /etc/network/more`,
  start: sh`rm -rf /run/network; mkdir -p /run/network
ifup -a 2>&1`,
};
