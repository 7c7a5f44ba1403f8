#!/bin/sh
# el-scripts.sh REPOSITORY BRANCH FOLDER: Enterprise Linux's own grub2-mkconfig and scripts of /etc/grub.d into FOLDER, out of a clone of rhboot/grub2,
# such as its branch rhel-9-main. For as-el.sh, by hand: EL_GRUB2_SCRIPTS=FOLDER with the contract tests of boot loaders.
set -eu
repository=$1 branch=$2 folder=$3
mkdir -p "$folder/usr/sbin" "$folder/usr/share/grub" "$folder/etc/grub.d"
rendered() {
  git --git-dir="$repository" show "$branch:util/$1" | sed -e 's,@prefix@,/usr,g; s,@exec_prefix@,/usr,g; s,@datarootdir@,/usr/share,g' \
    -e 's,@sbindir@,/usr/sbin,g; s,@bindir@,/usr/bin,g; s,@sysconfdir@,/etc,g; s,@datadir@,/usr/share,g; s,@localedir@,/usr/share/locale,g' \
    -e 's,@PACKAGE@,grub,g; s,@PACKAGE_NAME@,GRUB,g; s,@PACKAGE_VERSION@,2,g; s,@host_os@,linux-gnu,g; s,@bootdirname@,boot,g; s,@grubdirname@,grub2,g' \
    -e 's,@grub_probe@,grub2-probe,g; s,@grub_file@,grub-file,g; s,@grub_editenv@,grub2-editenv,g; s,@grub_script_check@,grub-script-check,g' \
    -e 's,@grub_mkrelpath@,grub-mkrelpath,g; s,@grub_get_kernel_settings@,grub2-get-kernel-settings,g; s,@grub_rpm_sort@,grub2-rpm-sort,g'
}
rendered grub-mkconfig.in >"$folder/usr/sbin/grub2-mkconfig"
rendered grub-mkconfig_lib.in >"$folder/usr/share/grub/grub-mkconfig_lib"
# It reads settings of kernels from files that only the installer has.
printf '#!/bin/sh\n' >"$folder/usr/sbin/grub2-get-kernel-settings"
# rpm's order is that of versions where no release has a tilde.
printf '#!/bin/sh\nexec sort -V "$@"\n' >"$folder/usr/sbin/grub2-rpm-sort"
for script in 00_header 01_users 08_fallback_counting 10_linux 10_reset_boot_success 12_menu_auto_hide 14_menu_show_once 20_linux_xen 30_uefi-firmware; do
  rendered "grub.d/$script.in" >"$folder/etc/grub.d/$script" 2>/dev/null || rm -f "$folder/etc/grub.d/$script"
  if [ -f "$folder/etc/grub.d/$script" ] && [ ! -s "$folder/etc/grub.d/$script" ]; then rm "$folder/etc/grub.d/$script"; fi
done
# There sh is bash.
sed -i '1s,^#! */.*bin/sh,#!/bin/bash,' "$folder"/usr/sbin/* "$folder"/etc/grub.d/*
chmod 755 "$folder"/usr/sbin/* "$folder"/etc/grub.d/*
