import { sshArguments } from "../../../../lab/host/ssh";

describe("the lab's ssh", () => {
  const args = sshArguments(2201, { privateKeyFile: "/k/id", knownHostsFile: "/with space/known_hosts" });

  it("pins the host's key and reads nobody's configuration", () => {
    expect(args.slice(0, 2)).toEqual(["-F", "/dev/null"]);
    expect(args).toContain("StrictHostKeyChecking=yes");
    expect(args).toContain("GlobalKnownHostsFile=/dev/null");
  });

  it("finds its known hosts in a folder whose name has a space", () => {
    expect(args).toContain('UserKnownHostsFile="/with space/known_hosts"');
  });

  it("ends with the host, so that a command may follow", () => {
    expect(args.at(-1)).toBe("root@127.0.0.1");
  });
});
