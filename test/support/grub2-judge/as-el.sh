#!/bin/sh
# as-el.sh RELEASE [SCRIPTS]: makes a host with Debian's GRUB 2 (build.sh) one that has it as Enterprise Linux RELEASE (7, 8 or later) does: its
# places, the names of its tools, its settings, its files of plain Linux. What reads and writes is still Debian's, without its folder of settings
# and, for 7, with that release's test of GRUB_DISABLE_SUBMENU. Of 10_linux only the lines are there by which it takes files of plain Linux.
# SCRIPTS: EL's own scripts instead (el-scripts.sh), by hand.
set -eu
release=$1 scripts=${2:-}
grep -q da6c /usr/sbin/grub-probe || { echo "this is no host of the judge" >&2; exit 1; }
rm -f /usr/sbin/update-grub /usr/sbin/update-grub2 /etc/grub.d/05_debian_theme /boot/*-6.1.0-9-amd64* /boot/xen-*
rm -rf /etc/default/grub.d
mv /boot/grub /boot/grub2
for tool in reboot set-default; do
  sed '/^ *grubdir=/s,/grub",/grub2",' "/usr/sbin/grub-$tool" >"/usr/sbin/grub2-$tool"
  rm "/usr/sbin/grub-$tool"
done
sed '/default\/grub\.d\/\*\.cfg/,/^done/d' /usr/sbin/grub-mkconfig >/usr/sbin/grub2-mkconfig
rm /usr/sbin/grub-mkconfig
cat >/usr/bin/grub2-editenv <<'END'
#!/bin/sh
case $#:$1 in
  1:*) exec grub-editenv /boot/grub2/grubenv "$@" ;;
  *:-)
    shift
    exec grub-editenv /boot/grub2/grubenv "$@" ;;
  *) exec grub-editenv "$@" ;;
esac
END
printf '#!/bin/sh\nexec grub-probe "$@"\n' >/usr/sbin/grub2-probe
cat >/etc/grub.d/01_users <<'END'
#!/bin/sh -e
cat << EOT
if [ -f \${prefix}/user.cfg ]; then
  source \${prefix}/user.cfg
  if [ -n "\${GRUB2_PASSWORD}" ]; then
    set superusers="root"
    export superusers
    password_pbkdf2 root \${GRUB2_PASSWORD}
  fi
fi
EOT
END
chmod 755 /usr/sbin/grub2-* /usr/bin/grub2-* /etc/grub.d/01_users
cat >/etc/default/grub <<'END'
GRUB_TIMEOUT=5
GRUB_DISTRIBUTOR="Enterprise Linux"
GRUB_DEFAULT=saved
GRUB_DISABLE_SUBMENU=true
GRUB_TERMINAL_OUTPUT="console"
GRUB_CMDLINE_LINUX="crashkernel=auto rhgb quiet"
GRUB_DISABLE_RECOVERY="true"
END
ln -s ../boot/grub2/grub.cfg /etc/grub2.cfg
# install_kernel VERSION DOM0: DOM0 is y or n.
install_kernel() {
  : >"/boot/vmlinuz-$1"
  : >"/boot/initramfs-$1.img"
  if [ "$2" = y ]; then echo CONFIG_XEN_DOM0=y; else echo '# CONFIG_XEN_DOM0 is not set'; fi >"/boot/config-$1"
  if [ "$release" != 7 ]; then
    printf 'title Enterprise Linux (%s)\nversion %s\nlinux /vmlinuz-%s\ninitrd /initramfs-%s.img\noptions root=/dev/sda1 ro\n' "$1" "$1" "$1" "$1" \
      >"/boot/loader/entries/0123456789abcdef0123456789abcdef-$1.conf"
  fi
}
if [ "$release" = 7 ]; then
  sed -i 's/\[ "x${GRUB_DISABLE_SUBMENU}" = xyes \] || \[ "x${GRUB_DISABLE_SUBMENU}" = xy \]/[ "x${GRUB_DISABLE_SUBMENU}" = xy ]/; s/"x${GRUB_DISABLE_SUBMENU}" != xtrue/"x${GRUB_DISABLE_SUBMENU}" != xy/; s/ GRUB_DISABLE_SUBMENU="true"/ GRUB_DISABLE_SUBMENU=y/' /etc/grub.d/20_linux_xen
  install_kernel 3.10.0-1160.el7.x86_64 n
  install_kernel 4.9.230-37.el7.x86_64 y
else
  echo GRUB_ENABLE_BLSCFG=true >>/etc/default/grub
  mkdir -p /boot/loader/entries
  install_kernel 5.14.0-503.el9.x86_64 n
  install_kernel 6.12.9-1.el9.elrepo.x86_64 y
  printf 'title rescue\nlinux /vmlinuz-0-rescue\n' >/boot/loader/entries/0123456789abcdef0123456789abcdef-0-rescue.conf
  printf '#!/bin/sh\nprintf "insmod blscfg\\nblscfg\\n"\n# CLASS --unrestricted\n' >/etc/grub.d/10_linux
  chmod 755 /etc/grub.d/10_linux
fi
: >/boot/xen-4.19.0.gz
ln -s xen-4.19.0.gz /boot/xen.gz
if [ -n "$scripts" ]; then
  rm -f /etc/grub.d/*
  cp -a "$scripts/." /
fi
# As the installer left it.
grub2-editenv - create
grub2-mkconfig -o /boot/grub2/grub.cfg
