# shellcheck shell=sh
# Looks whether the volume of $image is to be made; $mark is the folder of its claim. volumes.sh comes before. What an earlier attempt left goes.
made=$mark/made
lv_seen=$(lv_volumes)
lv_has=$(lv_field "$lv_name" 1)
if [ -n "$lv_has" ]; then
  if [ "$lv_has" = "$(cat "$made" 2>/dev/null)" ]; then rm -f "$mark/source"; echo "$image is there"; exit 0; fi
  die_taken
fi
lv_left=$(lv_field "$lv_draft" 8)
if [ -n "$(lv_field "$lv_draft" 1)" ]; then
  case ,$lv_left, in
    *,pulumi-xen,*) lvremove -f -y "$lv_group/$lv_draft" </dev/null ;;
    *) die "The volume $lv_group/$lv_draft is in the way, and pulumi-xen did not make it. Rename or remove it, or choose another path." ;;
  esac
fi
