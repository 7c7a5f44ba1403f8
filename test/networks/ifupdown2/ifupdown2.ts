/** ifupdown2, as Debian's boot runs it. */
import { sh } from "../../../provider/shell";
import { PLAIN_INTERFACES } from "../interfaces-files";
import type { NetworkJudge } from "../judge";
import { ifupdown2Case } from "./files";

export const ifupdown2Judge: NetworkJudge = {
  name: "ifupdown2",
  build: "test/networks/ifupdown2/build.sh",
  plain: PLAIN_INTERFACES,
  cases: ifupdown2Case,
  clear: sh`rm -rf /etc/network/interfaces /etc/network/interfaces.d /etc/network/more /var/tmp/network`,
  // It ends with 0 whatever it could not do.
  start: sh`rm -rf /run/network
mkdir -p /etc/network
bash /usr/share/ifupdown2/sbin/start-networking start >/run/judge.log 2>&1 || { cat /run/judge.log; exit 1; }
! grep '^error: ' /run/judge.log`,
};
