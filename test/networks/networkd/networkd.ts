/** systemd-networkd, with a stand-in for the service manager (../systemctl.sh), which is not there. */
import { sh } from "../../../provider/shell";
import { beside } from "../beside";
import type { NetworkJudge } from "../judge";
import { networkdCase } from "./files";

export const networkdJudge: NetworkJudge = {
  name: "systemd-networkd",
  build: "test/networks/networkd/build.sh",
  plain: new Map([
    ["/etc/systemd/network/10-eth0.network", "[Match]\nName=eth0\n[Network]\nAddress=198.51.100.2/24\n"],
    ["/etc/systemd/network/10-eth1.network", "[Match]\nName=eth1\n[Network]\nAddress=10.1.0.1/24\n"],
  ]),
  trial: (host) =>
    beside(
      host,
      new Map([...networkdJudge.plain].filter(([path]) => path.includes("eth1"))),
      sh`:`,
      sh`networkctl reload`,
    ),
  cases: networkdCase,
  clear: sh`rm -rf /etc/systemd/network /run/systemd/network; mkdir -p /etc/systemd/network`,
  start: sh`rm -rf /run/systemd/netif
systemctl restart systemd-networkd.service
waited=0
for link in eth0 eth1 br0 br1; do
  # One that waits for a router's word, which nobody gives here, has its addresses by then.
  while [ -e "/sys/class/net/$link" ] && [ $waited -lt 20 ]; do
    read -r number <"/sys/class/net/$link/ifindex"
    case $(sed -n 's/^ADMIN_STATE=//p' "/run/systemd/netif/links/$number" 2>/dev/null) in
      configured | unmanaged) break ;;
      failed) cat /run/judge.log; exit 1 ;;
    esac
    waited=$((waited + 1))
    sleep 0.1
  done
done
`,
};
