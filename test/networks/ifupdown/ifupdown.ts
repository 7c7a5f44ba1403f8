/** Debian's ifupdown and bridge-utils. */
import { sh } from "../../../provider/shell";
import { PLAIN_INTERFACES } from "../interfaces-files";
import type { NetworkJudge } from "../judge";
import { networkCase } from "./files";

export const ifupdownJudge: NetworkJudge = {
  name: "ifupdown",
  build: "test/networks/ifupdown/build.sh",
  plain: PLAIN_INTERFACES,
  cases: networkCase,
  clear: sh`rm -rf /etc/network/interfaces /etc/network/interfaces.d /etc/network/more`,
  start: sh`rm -rf /run/network; mkdir -p /run/network
ifup -a 2>&1`,
};
