/** Debian's ifupdown and bridge-utils. */
import { sh } from "../../../provider/shell";
import type { NetworkJudge } from "../judge";
import { networkCase } from "./files";

export const ifupdownJudge: NetworkJudge = {
  name: "ifupdown",
  build: "test/networks/ifupdown/build.sh",
  plain: new Map([
    [
      "/etc/network/interfaces",
      "auto eth0\niface eth0 inet static\n  address 198.51.100.2/24\n\nauto eth1\niface eth1 inet static\n  address 10.1.0.1/24\n",
    ],
  ]),
  cases: networkCase,
  clear: sh`rm -rf /etc/network/interfaces /etc/network/interfaces.d /etc/network/more`,
  start: sh`rm -rf /run/network; mkdir -p /run/network
ifup -a 2>&1`,
};
