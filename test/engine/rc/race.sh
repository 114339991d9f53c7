#!/bin/sh
# race.sh CLEANER SHIM: cleans a file again and again as root while its owner swaps it and its folder.
# Prints the number of swaps, of runs, how many of those refused, and how many ended otherwise.
set -eu
cleaner=$1 shim=$2
here=$(dirname "$0")
mkdir -p /race/u /race/spare /victim
printf 'keep\n%s\nkeep\n' "$shim" >/victim/.bashrc
printf '%s\n' "$shim" >/race/u/.bashrc
chown -R 998:998 /race
trace() { stat -c '%i %z %y %a %u %h %s' /victim /victim/.bashrc; sha256sum /victim/.bashrc; ls -A /victim; }
trace >/before
setpriv --reuid 998 --regid 998 --clear-groups node "$here/swapper.mjs" /race /victim "$(printf 'keep\n%s\n' "$shim")" >/swaps &
swapper=$!
runs=0 refused=0 odd=0
until [ "$runs" -ge 20 ]; do
  rc=0
  timeout -s KILL 20 node "$cleaner" /race/u/.bashrc "$shim" 0 2>>/said || rc=$?
  case $rc in 0) ;; 1) refused=$((refused + 1)) ;; *) odd=$((odd + 1)) ;; esac
  runs=$((runs + 1))
done
touch /race/stop
wait "$swapper"
trace >/after
cmp /before /after && echo untouched
# It has not refused all of it because it refuses everything: the same file, left in peace, is cleaned.
rm -rf /race/u && mkdir /race/u
printf 'keep\n%s\n' "$shim" >/race/u/.bashrc
chown -R 998:998 /race/u
node "$cleaner" /race/u/.bashrc "$shim" 0
cat /race/u/.bashrc
echo "$(cat /swaps) $runs $refused $odd"
