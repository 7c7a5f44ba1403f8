# shellcheck shell=sh
# Sets $lv_origin where the source is a thin volume of the pool $pool, in which the new one is to be: it is made as a thin snapshot of
# that then, in place of a copy, which takes no space and no time. It needs its origin no more than a copy does. source.sh and begin.sh come before.
lv_origin=''
if [ -n "$pool" ] && [ "$src_is_image" = yes ] && [ "$src_format" = raw ]; then
  case $src_from in
    "/dev/$lv_group/"*)
      lv_from=${src_from#"/dev/$lv_group/"}
      case $(lv_field "$lv_from" 5) in
        V*) if [ "$(lv_field "$lv_from" 7)" = "$pool" ]; then lv_origin=$lv_from; fi ;;
      esac ;;
  esac
fi
