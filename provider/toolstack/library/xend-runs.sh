# shellcheck shell=sh
# xend_runs: does xend run? It starts no process. xend writes its number without a line end; an old file may name a process that
# has become another's.
xend_runs() {
  xr_pid=; { read -r xr_pid </var/run/xend.pid || :; } 2>/dev/null
  case $xr_pid in '' | *[!0-9]*) return 1 ;; esac
  xr_words=; { IFS= read -r xr_words <"/proc/$xr_pid/cmdline" || :; } 2>/dev/null
  case $xr_words in *xend*) return 0 ;; *) return 1 ;; esac
}
