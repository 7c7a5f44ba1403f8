/** What programs say for cloud-init: all of it, and nothing. */
import type { CloudInit, SeedOf } from "../../provider/xen";

export const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5 you@laptop";

export const seedGuest: SeedOf = {
  name: "guest_1",
  uuid: "11111111-2222-4333-8444-555555555555",
  mac: "00:16:3e:12:34:56",
  ip: "198.51.100.21",
};

export const fullCloudInit: CloudInit = {
  hostname: "web1",
  domain: "example.org",
  authorizedKeys: [KEY],
  users: [
    { name: "op", authorizedKeys: [KEY], passwordHash: "$6$salt$ophash", isAdmin: true, shell: "/bin/bash" },
    { name: "deploy", authorizedKeys: [KEY], isAdmin: true },
    { name: "guest" },
  ],
  rootPasswordHash: "$6$salt$roothash",
  timezone: "Europe/Berlin",
  packages: ["curl", "rsync"],
  runcmd: ["echo 'it: # runs' >/run/first-boot", 'touch /run/"second"'],
  network: { netmask: "255.255.255.0", gateway: "198.51.100.1", dns: ["198.51.100.53", "198.51.100.54"] },
};
