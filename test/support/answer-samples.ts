/** Answer files of every format: with everything said, and with the least. Their judges and golden files take these. */
import {
  type Answers,
  type AutoinstallOptions,
  type AutoyastOptions,
  type AlpineOptions,
  type KickstartOptions,
  type PreseedOptions,
  alpine,
  autoinstall,
  autoyast,
  kickstart,
  preseed,
} from "../../provider/xen/answers";

export interface OptionsOf {
  readonly preseed: PreseedOptions;
  readonly kickstart: KickstartOptions;
  readonly autoinstall: AutoinstallOptions;
  readonly autoyast: AutoyastOptions;
  readonly alpine: AlpineOptions;
}
export type Format = keyof OptionsOf;

const makers: { readonly [F in Format]: (options: OptionsOf[F]) => Answers } = {
  preseed,
  kickstart,
  autoinstall,
  autoyast,
  alpine,
};

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ it's me";

const said = {
  hostname: "guest1",
  domain: "example.org",
  rootPasswordHash: "$6$salt$roothash",
  network: {
    address: "198.51.100.21",
    netmask: "255.255.255.0",
    gateway: "198.51.100.1",
    dns: ["198.51.100.53", "198.51.100.54"],
  },
  timezone: "Europe/Berlin",
  proxy: "http://proxy.example:3128",
  disk: "/dev/xvda",
  swapMiB: 256,
  packages: ["curl", "rsync"],
  lateCommands: ["echo 'a & b' >/root/note", "systemctl enable fstrim.timer"],
};
const login = { name: "op", passwordHash: "$6$salt$ophash", authorizedKeys: [KEY] };

/** With everything that the format has. */
export const fullOptions: OptionsOf = {
  preseed: {
    ...said,
    authorizedKeys: [KEY],
    locale: "de_DE.UTF-8",
    keymap: "de",
    mirror: "http://mirror.example.org/debian",
    layout: "separateBoot",
    kernelPackage: "linux-image-cloud-amd64",
    extraLines: ["d-i apt-setup/services-select multiselect"],
  },
  kickstart: {
    ...said,
    authorizedKeys: [KEY],
    user: { ...login, isAdmin: true },
    locale: "de_DE.UTF-8",
    keymap: "de",
    tree: "http://mirror.example.org/almalinux/9/BaseOS/x86_64/os",
    release: "el7",
    mac: "00:16:3e:12:34:56",
    extraLines: ["selinux --enforcing"],
  },
  autoinstall: {
    ...said,
    user: login,
    locale: "de_DE.UTF-8",
    keymap: "de",
    mirror: "http://archive.ubuntu.com/ubuntu",
    isoUrl: "{mediaUrl}/ubuntu.iso",
    mac: "00:16:3E:12:34:56",
    kernelPackage: "linux-virtual",
  },
  autoyast: {
    ...withoutProxy(),
    authorizedKeys: [KEY],
    user: { ...login, isAdmin: true },
    locale: "de_DE.UTF-8",
    keymap: "german",
    tree: "{mediaUrl}",
    product: "SLES",
  },
  alpine: {
    ...said,
    authorizedKeys: [KEY],
    user: { ...login, isAdmin: true },
    keymap: "de de-nodeadkeys",
    mirror: "http://dl-cdn.alpinelinux.org/alpine/v3.22",
    modloop: "{mediaUrl}/modloop-virt",
    overlay: "{mediaUrl}/install.apkovl.tar.gz",
  },
};

/** With what must be said. */
export const leastOptions: OptionsOf = {
  preseed: { hostname: "g", mirror: "http://mirror.example.org/debian" },
  kickstart: { hostname: "g", tree: "http://mirror.example.org/os" },
  autoinstall: { hostname: "g", user: { name: "op" } },
  autoyast: { hostname: "g", tree: "http://mirror.example.org/oss" },
  alpine: {
    hostname: "g",
    mirror: "http://dl-cdn.alpinelinux.org/alpine/v3.22",
    modloop: "{mediaUrl}/modloop-virt",
    overlay: "{mediaUrl}/install.apkovl.tar.gz",
  },
};

export const FORMATS = Object.keys(makers) as readonly Format[];

/** The answers of a format, whatever it is. */
export function made(format: Format, options: object): Answers {
  return (makers[format] as (given: object) => Answers)(options);
}

function withoutProxy(): Omit<typeof said, "proxy"> {
  const { proxy: _, ...rest } = said;
  return rest;
}
