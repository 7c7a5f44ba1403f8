/** What the repositories of the host hold: packages that a test makes, in the names, versions and files of the original recipe. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ShellText, lines } from "../../../provider/shell";
import { type Made, repositoryOf } from "../rpm-judge";
import { dialogue } from "../xm-words";

/** The pinned kernel, as the recipe's files are called. */
export const KERNEL = "3.4.68-9.el6.centos.alt";
const NEWER = "3.10.20-11.el6.centos.alt";

const kernel = (version: string): Made => ({
  name: "kernel",
  version,
  files: {
    [`/boot/vmlinuz-${version}.x86_64`]: "a kernel\n",
    [`/boot/initramfs-${version}.x86_64.img`]: "its ramdisk\n",
    [`/boot/config-${version}.x86_64`]: "CONFIG_XEN_DOM0=y\n",
  },
  // As new-kernel-pkg and grubby leave it: the new entry is the first, has the arguments of the default one, and is booted.
  post: `menu=/boot/grub/grub.conf
args=$(sed -n 's/^\\tkernel \\/vmlinuz[^ ]* //p' $menu | head -n 1)
entry="title CentOS (${version}.x86_64)\\n\\troot (hd0,0)\\n\\tkernel /vmlinuz-${version}.x86_64 $args\\n\\tinitrd /initramfs-${version}.x86_64.img"
awk -v entry="$entry" '/^title/ && !done { print entry; done = 1 } { print }' $menu >$menu.new && cat $menu.new >$menu && rm $menu.new`,
});

const firmware = (version: string): Made => ({ name: "kernel-firmware", version });

/** Xen's own: a pretended xm and xend that say what the real ones of 4.2.5 said. `python`: the interpreter of the pretended ones. */
function xen(python: string): Made {
  const pretended = readFileSync(join(__dirname, "../pretend-xm.py"), "utf8").replace(/^#!.*/, `#!${python}`);
  const wrapper = (name: string): string =>
    `#!/bin/sh\nPRETEND=/var/lib/pretend-xen PRETEND_LOGS=/var/log/xen PRETEND_NET=/sys/class/net exec /usr/libexec/pretend-xen/${name} "$@"\n`;
  const pygrub = `#!/bin/sh\nfor disk; do :; done\ngrep -q kernel "$disk" || { echo "RuntimeError: Unable to find partition containing kernel"; exit 1; }\necho "linux (kernel None)"\n`;
  return {
    name: "xen",
    version: "4.2.5-38.el6",
    files: {
      "/boot/xen.gz": "a hypervisor\n",
      "/usr/sbin/xm": wrapper("xm"),
      "/usr/sbin/xenstore-ls": wrapper("xenstore-ls"),
      "/usr/sbin/xenstore-read": "#!/bin/sh\nexit 1\n",
      "/usr/bin/pygrub": pygrub,
      "/usr/lib/xen/bin/pygrub": pygrub,
      "/usr/libexec/pretend-xen/xm": pretended,
      "/usr/libexec/pretend-xen/xenstore-ls": pretended,
      "/usr/libexec/pretend-xen/xm-info.txt": dialogue("xm info"),
      "/etc/init.d/xend": XEND,
      "/etc/init.d/xendomains": "#!/bin/sh\n# chkconfig: 345 99 00\n# description: guests of /etc/xen/auto\nexit 0\n",
      "/etc/xen/scripts/vif-bridge": "#!/bin/sh\nexit 0\n",
    },
    post: "mkdir -p /etc/xen/auto /var/log/xen\nfor name in xend xendomains; do chkconfig $name on; done",
  };
}

const XEND = `#!/bin/sh
# chkconfig: 2345 98 01
# description: Starts and stops the Xen control daemon.
case $1 in
  start)
    [ "$(cat /sys/hypervisor/type 2>/dev/null)" = xen ] || exit 0
    mkdir -p /var/run/xend
    printf 'Starting xend daemon: '
    setsid bash -c 'exec -a xend sleep 1000000' </dev/null >/dev/null 2>&1 &
    printf %s $! >/var/run/xend.pid
    echo '[  OK  ]' ;;
esac
`;

/** xen4 as in the recipe, with newer kernels beside the pinned one; and what CentOS itself has. */
export function repositories(python: string): ShellText {
  return lines([
    repositoryOf("/srv/xen4", [kernel(KERNEL), kernel(NEWER), firmware(KERNEL), firmware(NEWER), xen(python)]),
    repositoryOf("/srv/base", [
      ...["bridge-utils", "qemu-img", "curl"].map((name) => ({ name, version: "1.0-1.el6" })),
      // By which the scripts of packages run.
      { name: "bash", version: "4.1.2-15.el6", provides: "/bin/sh" },
    ]),
  ]);
}
