/** ifupdown-ng of a whole Alpine: musl, busybox, and OpenRC, which brings up link by link at a boot and runs what we have registered. */
import { sh } from "../../../provider/shell";
import { openrcBoots } from "../../support/alpine-judge";
import { ifupdownNgCase } from "../ifupdown-ng/files";
import { PLAIN_INTERFACES } from "../interfaces-files";
import type { NetworkJudge } from "../judge";

export const ifupdownNgAlpineJudge: NetworkJudge = {
  name: "ifupdown-ng-alpine",
  build: "test/support/alpine-judge/build.sh",
  plain: PLAIN_INTERFACES,
  cases: ifupdownNgCase,
  clear: sh`rm -rf /etc/network/interfaces /etc/network/interfaces.d /etc/network/more`,
  // The service counts as started where one link of several came up.
  start: sh`${openrcBoots}
rc-service networking status 2>&1
ifquery --running >/run/px-running
for link in $(ifquery --list -a); do grep -q -x -F -e "$link" /run/px-running || die "$link did not come up"; done`,
};
