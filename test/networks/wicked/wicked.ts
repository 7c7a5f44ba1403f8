/** SUSE's own wicked, where it is found (build.sh). */
import { sh } from "../../../provider/shell";
import type { NetworkJudge } from "../judge";
import { wickedCase } from "./files";

const FOLDER = "/etc/sysconfig/network";

export const wickedJudge: NetworkJudge = {
  name: "wicked",
  build: "test/networks/wicked/build.sh",
  plain: new Map([
    [`${FOLDER}/ifcfg-eth0`, "STARTMODE='auto'\nBOOTPROTO='static'\nIPADDR='198.51.100.2/24'\n"],
    [`${FOLDER}/ifcfg-eth1`, "STARTMODE='auto'\nBOOTPROTO='static'\nIPADDR='10.1.0.1/24'\n"],
  ]),
  cases: wickedCase,
  clear: sh`rm -rf ${FOLDER} /var/lib/wicked`,
  // Its service, whose units a boot of systemd starts one after the other: wicked.service is `wicked ifup all`.
  start: sh`rm -rf /run/wicked /run/dbus; mkdir -p ${FOLDER} /run/wicked /run/dbus /var/lib/wicked /etc/systemd/system
ln -sf /usr/lib/systemd/system/wicked.service /etc/systemd/system/network.service
ldconfig
printf '%s\n' "STARTMODE='auto'" "IPADDR='127.0.0.1/8'" >${`${FOLDER}/ifcfg-lo`}
: >${`${FOLDER}/config`}; : >${`${FOLDER}/dhcp`}
dbus-daemon --config-file=/usr/lib/pulumi-xen-judge-bus.conf --fork --nosyslog
for program in libexec/wicked/bin/wickedd-auto4 libexec/wicked/bin/wickedd-dhcp4 libexec/wicked/bin/wickedd-dhcp6 sbin/wickedd sbin/wickedd-nanny; do
  setsid "/usr/$program" --foreground </dev/null >/dev/null 2>"/run/\${program##*/}.log" &
done
tries=0
until wicked show --brief all 2>/dev/null | grep -q "^lo" && pidof wickedd-nanny >/dev/null; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || die "wickedd does not answer"
  sleep 0.1
done
wicked ifup --timeout 20 all </dev/null 2>&1`,
};
