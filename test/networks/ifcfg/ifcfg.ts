/** EL 6's own network scripts, where they are found (build.sh). */
import { sh } from "../../../provider/shell";
import type { NetworkJudge } from "../judge";
import { ifcfgCase } from "./files";

export const ifcfgJudge: NetworkJudge = {
  name: "ifcfg",
  build: "test/networks/ifcfg/build.sh",
  plain: new Map([
    ["/etc/sysconfig/network", "NETWORKING=yes\n"],
    [
      "/etc/sysconfig/network-scripts/ifcfg-eth0",
      'DEVICE="eth0"\nBOOTPROTO=static\nONBOOT="yes"\nIPADDR=198.51.100.2\nNETMASK=255.255.255.0\n',
    ],
    [
      "/etc/sysconfig/network-scripts/ifcfg-eth1",
      'DEVICE="eth1"\nBOOTPROTO=static\nONBOOT="yes"\nIPADDR=10.1.0.1\nNETMASK=255.255.255.0\n',
    ],
  ]),
  cases: ifcfgCase,
  // That of link-local addresses has the link's number as its metric.
  asIs: (text) => text.replace(/^(169\.254\.0\.0\/16 .*) metric \d+ /, "$1 metric 10xx "),
  clear: sh`rm -f /etc/sysconfig/static-routes*
for file in /etc/sysconfig/network-scripts/*; do
  case \${file##*/} in ifcfg-lo | ifup* | ifdown* | init* | net* ) ;; *) rm -f "$file" ;; esac
done`,
  // Its words are for people; what it could not bring up, it says.
  start: sh`rm -rf /run/netreport /run/lock /run/resolv; mkdir -p /run/netreport /run/lock/subsys
: >/etc/resolv.conf
service network start </dev/null 2>&1`,
};
