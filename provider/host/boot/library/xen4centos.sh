# shellcheck shell=sh
# Xen4CentOS's grub-bootxen.sh, which its packages run when they come, puts Xen's entries before those of plain Linux and makes the first entry the default,
# unless BOOT_XEN_AS_DEFAULT is "no" in /etc/sysconfig/xen-kernel (its source of 2015 and later). That file stays as it is otherwise; rpm keeps one that is
# there (%config(noreplace)).
xen_kernel=/etc/sysconfig/xen-kernel
if ! grep -q -x 'BOOT_XEN_AS_DEFAULT="\{0,1\}[nN][oO]"\{0,1\}' "$xen_kernel" 2>/dev/null; then
  xk_new=$(mktemp)
  if [ -f "$xen_kernel" ]; then grep -v '^[[:space:]]*BOOT_XEN_AS_DEFAULT=' "$xen_kernel" >"$xk_new" || :; fi
  printf '%s\n' '# pulumi-xen (XenHost): Xen becomes the default when it is proven.' 'BOOT_XEN_AS_DEFAULT="no"' >>"$xk_new"
  install_file "$xk_new" "$xen_kernel" 0644
  rm -f "$xk_new"
fi
