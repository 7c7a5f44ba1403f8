import { defaultEntry, defaultSetting, parseGrubEntries } from "../../../../../provider/host/boot/grub2/grub-config";
import { GRUB_CFG } from "../../../resources/xen-host/observed";

/** As 00_header of GRUB 2.06 writes it. */
const header = (setting: string): string => `if [ "\${next_entry}" ] ; then
   set default="\${next_entry}"
   set next_entry=
   set boot_once=true
else
   set default="${setting}"
fi
`;

test.each([
  // The setting that Debian's package of the hypervisor makes (XEN_OVERRIDE_GRUB_DEFAULT): a title.
  ["Debian GNU/Linux, with Xen hypervisor", {}, "xen-gnulinux-simple-da6c"],
  ["0", {}, "gnulinux-simple-da6c"],
  ["2", {}, "xen-gnulinux-simple-da6c"],
  ["${saved_entry}", { saved_entry: "xen-gnulinux-simple-da6c" }, "xen-gnulinux-simple-da6c"],
  ["${saved_entry}", {}, "gnulinux-simple-da6c"],
  ["gnulinux-advanced-da6c>gnulinux-6.1.0-advanced-da6c", {}, "gnulinux-6.1.0-advanced-da6c"],
  ["1>0", {}, undefined],
  ["an entry that is gone", {}, undefined],
])("the default entry of a menu that says %s, with the environment %j, is %s", (setting, environment, id) => {
  const text = `${header(setting)}${GRUB_CFG}`;
  expect(defaultSetting(text)).toBe(setting);
  const entries = parseGrubEntries(text);
  expect(defaultEntry(entries, defaultSetting(text), new Map(Object.entries(environment)))?.id).toBe(id);
});

test("a menu without the setting boots the saved entry", () => {
  expect(defaultSetting(GRUB_CFG)).toBeUndefined();
  const saved = new Map([["saved_entry", "xen-gnulinux-simple-da6c"]]);
  expect(defaultEntry(parseGrubEntries(GRUB_CFG), undefined, saved)?.hypervisorArgs).toContain("xpti=no");
});
