/** Where the guests of a pretended host answer, once one of them runs a system: all at one address, over HTTP. */
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Hypervisor } from "./xl/hypervisor";

export const GUEST_ANSWER = "the system runs";

export async function answerForGuests(xen: () => Hypervisor | undefined): Promise<{ server: Server; port: number }> {
  const server = createServer(({ url }, reply) => {
    const isUp =
      url === "/system" &&
      xen()
        ?.all()
        .some((domain) => runsSystem(domain)) === true;
    reply.writeHead(isUp ? 200 : 503, { connection: "close" }).end(isUp ? GUEST_ANSWER : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

function runsSystem({ build, isPaused, ended }: ReturnType<Hypervisor["all"]>[number]): boolean {
  return build.bootloader !== "" && !isPaused && ended === undefined;
}
