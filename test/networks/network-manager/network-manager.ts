/** NetworkManager, with a stand-in for the service manager (../systemctl.sh), which is not there. */
import { sh } from "../../../provider/shell";
import { beside } from "../beside";
import type { NetworkJudge } from "../judge";
import { networkManagerCase } from "./files";

export const networkManagerJudge: NetworkJudge = {
  name: "NetworkManager",
  build: "test/networks/network-manager/build.sh",
  plain: new Map(
    Object.entries({ eth0: "198.51.100.2/24", eth1: "10.1.0.1/24" }).map(([link, address]) => [
      `/etc/NetworkManager/system-connections/${link}.nmconnection`,
      `[connection]\nid=${link}\ntype=ethernet\ninterface-name=${link}\n[ipv4]\nmethod=manual\naddress1=${address}\n[ipv6]\nmethod=disabled\n`,
    ]),
  ),
  trial: (host) =>
    beside(
      host,
      new Map([...networkManagerJudge.plain].filter(([path]) => path.includes("eth1"))),
      sh`nmcli device set eth0 managed no; sleep 1`,
      sh`nmcli connection reload`,
    ),
  cases: networkManagerCase,
  // Cards that nobody gave a metric have 100, 101, … in the order in which they came up.
  asIs: (text) => text.replace(/ metric 10\d /, " metric 10x "),
  clear: sh`rm -rf /etc/NetworkManager/system-connections; mkdir -p /etc/NetworkManager/system-connections`,
  start: sh`chmod 600 /etc/NetworkManager/system-connections/* 2>/dev/null || :
rm -rf /run/NetworkManager /var/lib/NetworkManager
systemctl restart NetworkManager.service
waited=0
while [ $waited -lt 100 ]; do
  # All that can come up by itself has: one that has a profile and no link is none of it.
  case $(nmcli -t -f STATE,STARTUP general 2>/dev/null) in *:started) break ;; esac
  waited=$((waited + 1))
  sleep 0.1
done
if [ $waited = 100 ]; then tail -n 20 /run/judge.log; exit 1; fi`,
};
