#!/usr/bin/env bash
# scripts/lib/summary.sh STATUS LOG: the end of a test runner's log. Of a run that passed its summary lines;
# of one that failed also every failure, bounded, so that neither hides the other.
set -euo pipefail
status=$1 log=$2
plain=$(sed 's/\x1b\[[0-9;]*m//g' "$log")
if ((status != 0)); then
  # From the runner's heading of its failures on; a runner that died before it has only its last words.
  failed=$(sed -n '/Failed \(Suites\|Tests\) [0-9]/,$p' <<<"$plain")
  if [[ -n $failed ]]; then head -n 250 <<<"$failed" | cut -c1-400; else tail -n 60 <<<"$plain"; fi
  grep -E '^ *(FAIL|×) ' <<<"$plain" | cut -c1-300 | sort -u | head -n 60 || true
fi
tail -n 6 <<<"$plain"
