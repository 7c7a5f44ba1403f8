# shellcheck shell=sh
# With SELinux: the folders above $image that we made ($made_folders is their list) get the label that the host's policy has for their paths; mkdir gives
# them that of the folder above. /xen and /var/lib/xen/images are places for images to it (xen.fc of selinux-policy). What it says of
# paths is the administrator's to change: where a folder is no place for images, it is said, with the commands.
if command -v selinuxenabled >/dev/null 2>&1 && selinuxenabled; then
  folder=$(dirname "$image")
  if command -v restorecon >/dev/null 2>&1 && [ -f "$made_folders" ]; then
    while IFS= read -r made; do
      case $folder/ in "$made"/*) restorecon "$made" || echo "note: restorecon $made failed" ;; esac
    done <"$made_folders"
  fi
  label=$(stat -c %C "$folder" 2>/dev/null || :)
  case $label in
    *:xen_image_t:* | *:virt_image_t:* | *:svirt_image_t:*) ;;
    *) echo "note: SELinux is on, and $folder is no place for images to it ($label). Where a guest cannot open its disk, run on the host: semanage fcontext -a -t xen_image_t '$folder(/.*)?' && restorecon -R $folder" ;;
  esac
fi
