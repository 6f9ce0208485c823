#!/usr/bin/env bash
# Load on the assembled node, and for comparison on js-ceramic, with the same pre-signed requests.
#   run-load.sh                         Kiln alone
#   run-load.sh --peer                  js-ceramic after it, on the same machine; prints ratios
#   run-load.sh --peer-results FILE     compares with an earlier run's js-ceramic.json
#   run-load.sh --readers               Kiln with ten idle and three busy readers of the feed, and without; prints ratios
#   run-load.sh --warm N                first plays N workloads with other keys on each node (left out: cold)
# Further: --out DIR (itests/bench/target/load), --disk DIR for the data, --conc N (16), --kiln PATH, --skip-kiln.
# Results: comparison.md and comparison.json in the --out directory.
set -euo pipefail
cd "$(dirname "$0")"
out=../target/load
arguments=("$@")
for ((i = 0; i < ${#arguments[@]}; i++)); do
  if [ "${arguments[$i]}" = --out ]; then
    out=${arguments[$((i + 1))]}
  fi
done
[ -d node_modules ] || npm ci --no-audit --no-fund
case " $* " in
  *" --peer "*)
    if [ ! -d peer/node_modules ]; then
      (cd peer && npm ci --no-audit --no-fund && npm rebuild --ignore-scripts=false sqlite3 classic-level)
    fi ;;
esac
mkdir -p "$out"
warm=0
for ((i = 0; i < ${#arguments[@]}; i++)); do
  if [ "${arguments[$i]}" = --warm ]; then
    warm=${arguments[$((i + 1))]}
  fi
done
rm -f "$out"/warm-up-*.json
for ((i = 1; i <= warm; i++)); do
  node gen-workload.mjs --seed "warm-up-$i" --out "$out/warm-up-$i.json"
done
[ -f "$out/workload.json" ] || node gen-workload.mjs --out "$out/workload.json"
exec node compare.mjs "$@" --out "$out"
