/** Of the guest's table: how its kernel is found, and what that is told. Pure. */
import { z } from "zod";
import { hostPath } from "../host-path";
import { bootOf, isDefaultLoader } from "./domu.boot";
import { built, property, restart, text } from "./domu.property";
import { BOOT_MODES, type BootMode } from "./domu.shall";

export const guestBoot = {
  /** How its kernel is found: `pygrub` in its own disk, without privileges; `pvgrub2` by GRUB inside the guest; `direct` by kernel and ramdisk on the host. An `hvm` guest has a firmware instead. */
  boot: property<BootMode>({
    type: z.enum(BOOT_MODES),
    default: ({ type }) => (type === "hvm" ? undefined : "pygrub"),
    defaultSays: "pygrub; hvm: none",
    is: built(bootOf),
    change: restart,
  }),
  /** Absolute path of a kernel on the host; with boot `direct`, or another boot loader with `pvgrub2`. */
  kernel: property({
    type: hostPath("a kernel"),
    is: built((config, shall) =>
      isDefaultLoader(config) && config.kernel !== shall.kernel ? undefined : config.kernel,
    ),
    change: restart,
  }),
  /** Absolute path of a ramdisk on the host; with boot `direct`. */
  ramdisk: property({ type: hostPath("a ramdisk"), is: built((config) => config.ramdisk), change: restart }),
  /** The kernel argument `root=`, such as `/dev/xvda1 ro`. */
  root: property({ type: text, key: "root", is: built((config) => config.root), change: restart }),
  /** Further kernel arguments, such as `console=hvc0`. */
  extra: property({ type: text, key: "extra", is: built((config) => config.extra), change: restart }),
} as const;
