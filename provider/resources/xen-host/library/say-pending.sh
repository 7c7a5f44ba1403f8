# shellcheck shell=sh
# What is installed and does not run before the next boot of Xen. pending.xen: a hypervisor's file, kept in $pending_xen; pending.kernel: the
# version of a kernel that can be dom0's. Only a file that came after the boot ($boot_folder, $proc_stat: where to look) can be one, and of
# these one that holds the words of what runs is none: it was only written again.
#
# kernel-default: the file $kernel_settings where it says that a new kernel becomes the default (Enterprise Linux; it is read by the shell there, and what
# is said last counts).
#
# xen-built: when the hypervisor that runs was built, as it tells itself; $xen_built.
pending_xen=
booted_at=$(awk '$1 == "btime" { print $2 }' "$proc_stat")
say xen-built "$xen_built"
came_since() { [ -f "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %Z "$1")" -gt "$booted_at" ]; }
for file in "$boot_folder"/xen.gz "$boot_folder"/xen-*.gz; do
  if came_since "$file" && [ -n "$xen_built" ] && ! zcat "$file" 2>/dev/null | grep -a -q -F -e "$xen_built"; then pending_xen=$file; fi
done
if [ -n "$pending_xen" ]; then say pending.xen "$pending_xen"; fi
newest=
for config in "$boot_folder"/config-*; do
  if [ -e "$config" ] && grep -q '^CONFIG_XEN_DOM0=y' "$config"; then newest=$(printf '%s\n%s\n' "$newest" "${config##*/config-}" | sort -V | tail -n 1); fi
done
if [ -n "$newest" ] && came_since "$boot_folder/vmlinuz-$newest"; then
  # Its header tells which build it is, in the words of the kernel itself (Documentation/arch/x86/boot.rst, kernel_version).
  if [ "$newest" != "$(uname -r)" ] || ! head -c 65536 "$boot_folder/vmlinuz-$newest" | grep -a -q -F -e "$(uname -v)"; then
    say pending.kernel "$newest"
  fi
fi
case $(sed -n "s/^[[:space:]]*UPDATEDEFAULT=[\"']\{0,1\}\([a-z]*\).*/\1/p" "$kernel_settings" 2>/dev/null | tail -n 1) in
  yes) say kernel-default "$kernel_settings" ;;
esac
