/** ifupdown-ng, as Debian's boot runs it. */
import { sh } from "../../../provider/shell";
import { PLAIN_INTERFACES } from "../interfaces-files";
import type { NetworkJudge } from "../judge";
import { ifupdownNgCase } from "./files";

export const ifupdownNgJudge: NetworkJudge = {
  name: "ifupdown-ng",
  build: "test/networks/ifupdown-ng/build.sh",
  plain: PLAIN_INTERFACES,
  cases: ifupdownNgCase,
  clear: sh`rm -rf /etc/network/interfaces /etc/network/interfaces.d /etc/network/more`,
  start: sh`rm -rf /run/ifstate*
ifup -a 2>&1`,
};
