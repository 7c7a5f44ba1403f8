# shellcheck shell=sh
# How far a long copy has come (progress.ts): a line each $pg_each seconds, with percent, rate and time left where the whole is known.
pg_each=${pg_each:-10}
pg_clock() { read -r pg_now pg_rest </proc/uptime; pg_now=${pg_now%%.*}; }
# pg_begin DONE: the clock starts; so much is there already.
pg_begin() { pg_clock; pg_began=$pg_now; pg_told=$pg_now; pg_had=$1; pg_last=$1; }
# Is it time for a line?
pg_due() { pg_clock; [ $((pg_now - pg_told)) -ge "$pg_each" ]; }
# pg_say LABEL DONE TOTAL: TOTAL is 0 where nobody knows it.
pg_say() {
  pg_quiet=$((pg_now - pg_told)); pg_told=$pg_now
  pg_took=$((pg_now - pg_began)); [ "$pg_took" -gt 0 ] || pg_took=1
  pg_new=$(($2 - pg_had)); [ "$pg_new" -ge 0 ] || { pg_new=0; pg_had=$2; }
  pg_tenths=$((pg_new * 10 / pg_took / 1000000))
  if [ "$pg_tenths" -gt 0 ]; then pg_rate="$((pg_tenths / 10)).$((pg_tenths % 10)) MB/s"; else pg_rate="$((pg_new / pg_took / 1000)) kB/s"; fi
  pg_left=''
  if [ "$2" = "$pg_last" ]; then pg_left=", nothing new for $pg_quiet s"
  elif [ "$3" -gt "$2" ] && [ "$pg_new" -gt 0 ]; then
    pg_seconds=$((($3 - $2) / (pg_new / pg_took + 1)))
    if [ "$pg_seconds" -lt 90 ]; then pg_left=", $pg_seconds s left"
    elif [ "$pg_seconds" -lt 5400 ]; then pg_left=", $(((pg_seconds + 30) / 60)) min left"
    else pg_left=", $((pg_seconds / 3600)) h $((pg_seconds % 3600 / 60)) min left"; fi
  fi
  pg_last=$2
  if [ "$3" -ge "$2" ] && [ "$3" -gt 0 ]; then echo "$1: $(($2 * 100 / $3)) % ($(($2 / 1000000)) of $(($3 / 1000000)) MB), $pg_rate$pg_left"
  else echo "$1: $(($2 / 1000000)) MB, $pg_rate$pg_left"; fi
}
# pg_read FILE PROGRAM…: runs the program, whose number is in FILE from then on.
pg_read() {
  pg_file=$1; shift
  sh -c 'echo $$ >"$0" && exec "$@"' "$pg_file" "$@"
}
# pg_watch LABEL FILE TOTAL: says until pg_unwatch how much of TOTAL bytes the program of pg_read has read, as the kernel counts it
# (/proc/PID/io). It ends by itself with FILE's folder or with the job, and says nothing where the kernel does not count.
pg_watch() {
  pg_watcher=''
  [ "$3" -gt 0 ] || return 0
  (
    pg_begin 0
    while [ -d "${2%/*}" ] && kill -0 "$$" 2>/dev/null; do
      # Who reads what we say must not have to wait for it.
      sleep 1 >/dev/null 2>&1
      pg_due || continue
      pg_count=''; { read -r pg_pid <"$2" && while read -r pg_key pg_value; do
        if [ "$pg_key" = rchar: ]; then pg_count=$pg_value; fi
      done <"/proc/$pg_pid/io"; } 2>/dev/null || continue
      # What it has read of its own (libraries) is no part of the whole.
      if [ "${pg_count:-0}" -gt "$3" ]; then pg_count=$3; fi
      [ -z "$pg_count" ] || pg_say "$1" "$pg_count" "$3"
    done
  ) &
  pg_watcher=$!
}
pg_unwatch() {
  [ -n "$pg_watcher" ] || return 0
  kill "$pg_watcher" 2>/dev/null || :
  wait "$pg_watcher" 2>/dev/null || :
}
