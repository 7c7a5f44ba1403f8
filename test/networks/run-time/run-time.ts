/**
 * A host whose network system nobody knows: a boot runs a script of ip's commands. A bridge until the next boot is made on it, by the
 * real ip.
 */
import { sh } from "../../../provider/shell";
import type { NetworkJudge } from "../judge";
import { START, runTimeCase } from "./files";
import { killed } from "./killed";

export const runTimeJudge: NetworkJudge = {
  name: "run time",
  build: "test/networks/run-time/build.sh",
  plain: new Map([
    [
      START,
      "ip link set eth0 up\nip addr add 198.51.100.2/24 dev eth0\nip link set eth1 up\nip addr add 10.1.0.1/24 dev eth1\n",
    ],
  ]),
  persistent: false,
  trial: async (host, isSample) => {
    const { tried, wrong } = await killed(host, isSample ? 17 : 1);
    return { said: `${String(tried)} changes were cut off in the middle, and the old network came back`, wrong };
  },
  cases: runTimeCase,
  clear: sh`rm -f ${START}`,
  // A boot empties /run.
  start: sh`rm -rf /var/run/pulumi-xen
ip link set lo up
sh -eu ${START} 2>&1`,
};
