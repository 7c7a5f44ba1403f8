/** Of the guest's table: what Xen does when the guest ends. Pure. */
import { z } from "zod";
import { EVENT_ACTIONS, type EventAction } from "../../xen";
import { property, restart, shownBy } from "./domu.property";

export const guestEvents = {
  /** What Xen does when the guest powers off: `destroy` takes the domain away, `restart` starts it again, `preserve` keeps it for a look. */
  onPoweroff: property<EventAction>({
    type: z.enum(EVENT_ACTIONS),
    default: "destroy",
    key: "on_poweroff",
    is: shownBy(
      (domain) => action(domain.onPoweroff),
      (file) => action(file.onPoweroff),
    ),
    change: restart,
  }),
  /** What Xen does when the guest reboots; the same words as `onPoweroff`. */
  onReboot: property<EventAction>({
    type: z.enum(EVENT_ACTIONS),
    default: "restart",
    key: "on_reboot",
    is: shownBy(
      (domain) => action(domain.onReboot),
      (file) => action(file.onReboot),
    ),
    change: restart,
  }),
  /** What Xen does when the guest crashes; the same words as `onPoweroff`, and `coredump-…` writes its memory to a file first. */
  onCrash: property<EventAction>({
    type: z.enum(EVENT_ACTIONS),
    default: "destroy",
    key: "on_crash",
    is: shownBy(
      (domain) => action(domain.onCrash),
      (file) => action(file.onCrash),
    ),
    change: restart,
  }),
} as const;

/** libxl names only what is not "destroy". */
function action(name: string | undefined): (typeof EVENT_ACTIONS)[number] {
  return EVENT_ACTIONS.find((known) => known === (name ?? "destroy")) ?? "destroy";
}
