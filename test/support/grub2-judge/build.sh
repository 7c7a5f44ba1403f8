#!/bin/sh
# Makes the judge: Debian's own GRUB 2 scripts and tools, downloaded and unpacked into the project's cache, never installed. Prints the
# judge's folder, whose `root` is laid over that of a host; its /boot is invented. Where it cannot be made, the last line of stderr says why.
set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
packages_script="$here/../debian-packages.sh"
. "$packages_script"
begin grub2-judge "$here/build.sh"
need apt-get dpkg-deb
fetched download grub-common grub2-common libefiboot1 libefivar1 libfuse3-3 || stop "Debian's GRUB cannot be downloaded: $(why_not)"
unpack
unite_folders "$draft/root"
# What disk a path lies on, no overlay tells.
cat >"$draft/root/usr/sbin/grub-probe" <<'END'
#!/bin/sh
case $* in
  *--target=fs_uuid*) echo da6c ;;
  *--target=fs*) echo ext2 ;;
  *--target=device*) echo /dev/sda1 ;;
  *--target=partuuid*) echo da6c-01 ;;
  *--target=compatibility_hint* | *--target=hints_string*) echo hd0,msdos1 ;;
  *--target=partmap*) echo msdos ;;
  *) : ;;
esac
END
printf '#!/bin/sh\nexit 0\n' >"$draft/root/usr/bin/grub-file"
chmod 755 "$draft/root/usr/sbin/grub-probe" "$draft/root/usr/bin/grub-file"
mkdir -p "$draft/root/boot/grub" "$draft/root/etc/default/grub.d"
printf 'GRUB_DEFAULT=0\nGRUB_TIMEOUT=5\nGRUB_DISTRIBUTOR=Debian\nGRUB_CMDLINE_LINUX_DEFAULT=quiet\nGRUB_CMDLINE_LINUX=""\n' >"$draft/root/etc/default/grub"
for file in vmlinuz-6.1.0-9-amd64 initrd.img-6.1.0-9-amd64 xen-4.17-amd64.gz; do : >"$draft/root/boot/$file"; done
echo CONFIG_XEN_DOM0=y >"$draft/root/boot/config-6.1.0-9-amd64"
finish
