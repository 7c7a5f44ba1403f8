import { z } from "zod";
import { faultsOf } from "../../../provider/pulumi/check-failures";
import { type Connection, connectionSchema, labelOf } from "../../../provider/remote/connection/connection";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKscerHZYbXSi0Cz5dwBGAsrjK1vUWJSJ4DJmMvHffYM";
const SECRET = "canary-71ad20";

function faults(connection: object): string[] {
  return faultsOf(z.strictObject({ connection: connectionSchema }), { connection }).map(
    ({ property, reason }) => `${property} ${reason}`,
  );
}

describe("check of a connection", () => {
  it.each<[string, Connection]>([
    ["a host alone", { host: "198.51.100.7" }],
    [
      "a pinned key and a key file with a passphrase",
      { host: "h", hostKey: KEY, privateKeyFile: "~/k", passphrase: "x" },
    ],
    ["a password", { host: "h", password: SECRET }],
    ["an alias of ~/.ssh/config", { host: "rack-7", transport: "openssh" }],
    ["two hops by ssh", { host: "a", transport: "openssh", jump: { host: "b", transport: "openssh" } }],
    ["a jump host by ssh for a host without it", { host: "a", jump: { host: "b", transport: "openssh" } }],
  ])("takes %s", (_name, connection) => {
    expect(faults(connection)).toEqual([]);
  });

  it("tells all that does not go together at once, beside other faults, and no secret", () => {
    const told = faults({
      host: "not a host",
      transport: "openssh",
      password: SECRET,
      privateKey: SECRET,
      passphrase: SECRET,
      hostKey: KEY,
      knownHostsFile: "/k",
      jump: { host: "j", privateKeyFile: "/k", password: SECRET },
    });
    expect(told.map((line) => line.split(":")[0])).toEqual([
      expect.stringMatching(/^connection\.host is "not a host", but must be a host name or an address alone/),
      expect.stringMatching(/^connection\.privateKey is \[secret\], but must be the text of a private key/),
      "connection.jump may have only one of privateKeyFile, privateKey and password",
      "connection.transport is openssh, but cannot go with password",
      "connection.transport is openssh, but cannot go with privateKey",
      "connection.transport is openssh, but cannot go with passphrase",
      "connection.jump.transport is missing",
      expect.stringContaining("but cannot go with knownHostsFile"),
    ]);
    expect(told.join("\n")).not.toContain(SECRET);
  });

  it("tells of a passphrase without a key, and of a transport that does not exist", () => {
    expect(faults({ host: "h", passphrase: SECRET })).toEqual([
      "connection has a passphrase and no key that it could belong to. Set privateKeyFile or privateKey, or remove passphrase.",
    ]);
    expect(faults({ host: "h", transport: "telnet" })).toEqual([
      'connection.transport is telnet, but must be one of "ssh2", "openssh".',
    ]);
  });

  it("guesses the name that was meant", () => {
    expect(faults({ host: "h", privatKeyFile: "/k" })[0]).toContain('did you mean "privateKeyFile"?');
  });
});

it("a host is called by what the user wrote: an alias has no root of ours before it", () => {
  expect(labelOf({ host: "198.51.100.7" })).toBe("root@198.51.100.7");
  expect(labelOf({ host: "rack-7", transport: "openssh" })).toBe("rack-7");
  expect(labelOf({ host: "rack-7", transport: "openssh", user: "ops", port: 2222 })).toBe("ops@rack-7:2222");
});
