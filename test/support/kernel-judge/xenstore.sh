#!/bin/sh
# A stand-in for xenstore-read, -write and -list: its tree is the folder /xenstore. A path without a slash is dom0's.
place() { case $1 in /*) echo "/xenstore$1" ;; *) echo "/xenstore/local/domain/0/$1" ;; esac; }
case $0 in
  *-list) ls "$(place "$1")" ;;
  *-read) file=$(place "$1"); [ -f "$file" ] || { echo "couldn't read path $1" >&2; exit 1; }; cat "$file"; echo ;;
  *)
    while [ $# -gt 0 ]; do
      file=$(place "$1")
      mkdir -p "${file%/*}"
      printf %s "$2" >"$file"
      shift 2
    done
    ;;
esac
