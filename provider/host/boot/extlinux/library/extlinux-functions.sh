# shellcheck shell=sh
# extlinux as Alpine sets it up (syslinux 6.04): update-extlinux makes $conf of its settings, of the kernels in /boot and of the files in
# /etc/update-extlinux.d, of which $entries is ours. What is to be run once stands in the boot loader's own file, $loader.
#
#   boot_once        prints the command that is run once, at the next boot; 1: the file keeps no such thing
#   default_label    prints the label that the menu boots when nobody intervenes
#   linux_of LABEL   prints file, ramdisk and arguments of this entry of plain Linux, a line each, and nothing for another entry
#   linux_label FILE prints the label of the entry that boots this kernel as plain Linux
conf=/boot/extlinux.conf loader=/boot/ldlinux.sys entries=/etc/update-extlinux.d/pulumi-xen

# Two copies of 512 bytes at its end: a mark, a sum, then tag, length and value of each item (ADV of syslinux 6.04; tag 1 is boot-once).
boot_once() {
  tail -c 1024 "$loader" | od -An -v -t u1 | awk '
    { for (i = 1; i <= NF; i++) byte[n++] = $i }
    END {
      if (n != 1024 || byte[0] != 165 || byte[1] != 47 || byte[2] != 45 || byte[3] != 90) exit 1
      for (at = 8; at < 508 && byte[at] != 0; at += 2 + byte[at + 1])
        if (byte[at] == 1) for (i = 0; i < byte[at + 1]; i++) printf "%c", byte[at + 2 + i]
    }'
}
# The last one that says so, else the first of all (seen with 6.04).
default_label() {
  awk 'tolower($1) == "label" { label = $2; if (first == "") first = label }
    tolower($1) == "menu" && tolower($2) == "default" { found = label }
    END { print found == "" ? first : found }' "$conf"
}
linux_of() {
  lo_wanted=$1 awk '
    function rest() { sub(/^[ \t]*[^ \t]+[ \t]+/, ""); sub(/[ \t]+$/, ""); return $0 }
    { word = tolower($1) }
    word == "label" { mine = ($2 == ENVIRON["lo_wanted"]) }
    mine && (word == "linux" || word == "kernel" && $2 ~ /(^|\/)vmlinuz/) { file = $2 }
    mine && word == "initrd" { count = split($2, all, ","); ramdisk = all[count] }
    mine && word == "append" { arguments = rest() }
    END { if (file != "") { print file; print ramdisk; print arguments } }' "$conf"
}
linux_label() {
  ll_wanted=$1 awk 'tolower($1) == "label" { label = $2 }
    (tolower($1) == "linux" || tolower($1) == "kernel") && $2 == ENVIRON["ll_wanted"] { print label; exit }' "$conf"
}
