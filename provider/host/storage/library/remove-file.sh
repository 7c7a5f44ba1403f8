# shellcheck shell=sh
# Removes the image $image, and what is left of its making ($new, and $brought, its source).
# $mark is the folder of its claim. image-users.sh and the functions unless_shared and discard_image come before; runs under the lock of claims.
# What somebody else made at the path while ours was being made is not ours; an older mark has no phase.
ours=yes phase=making
if [ -f "$mark/claim" ]; then
  if [ -f "$mark/phase" ]; then read -r phase <"$mark/phase"; fi
  if [ "$phase" = making ] && [ -e "$image" ] && [ "$(stat -c %i "$image")" != "$(cat "$mark/made" 2>/dev/null)" ]; then ours=no; fi
fi
if [ "$ours" = yes ] && [ -e "$image" ]; then
  users=$(image_users "$image")
  [ -z "$users" ] || die "$image is in use ($users)."
  configured=$(image_configured "$image")
  [ -z "$configured" ] || die "$image is a disk of a guest ($configured). Take it out of that guest or delete the guest first."
  unless_shared
fi
if [ "$ours" = yes ]; then if [ -e "$image" ] || [ -L "$image" ]; then discard_image; fi; else echo "$image was made by somebody else: it stays"; fi
rm -f "$new" "$new.part" "$brought" "$brought.part" "$brought.plain"
# Of an upload that was ended without a word: named after its writer's number and time of birth (remote/upload).
for draft in "$(dirname "$image")"/.pulumi-xen.[0-9]*.[0-9]*; do
  [ -f "$draft" ] || continue
  writer=${draft##*/.pulumi-xen.}
  born=$(sed 's/.*) //' "/proc/${writer%%.*}/stat" 2>/dev/null | cut -d' ' -f20)
  [ "$born" = "${writer#*.}" ] || rm -f "$draft"
done
