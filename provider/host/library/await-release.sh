# shellcheck shell=sh
# Until no loop device holds $image any more, a minute at most; at once where anybody else uses it. Before it comes
# image-users.sh.
waited=0
while [ "$waited" -lt 60 ]; do
  uses=$(image_users "$image")
  case $uses in loop*) ;; *) break ;; esac
  if printf '%s\n' "$uses" | grep -qv '^loop '; then break; fi
  sleep 2
  waited=$((waited + 2))
done
