/**
 * A cable between the second cards (eth1) of two lab hosts.
 */
import { freeUdpPort } from "./ports";
import type { LinkEnd } from "./qemu-arguments";

/** Two ends for {@link ThawOptions.link}; the hosts give their eth1 what addresses they like. */
export async function createLink(): Promise<readonly [LinkEnd, LinkEnd]> {
  const first = await freeUdpPort();
  let second = await freeUdpPort();
  while (second === first) second = await freeUdpPort();
  return [
    { localPort: first, remotePort: second },
    { localPort: second, remotePort: first },
  ];
}
