#!/usr/bin/env bash
# Runs the JMH benchmarks with the modules as they were last built ('mvn -DskipTests install' first).
#   run-jmh.sh [JMH options], for example: run-jmh.sh RangeHash -p keys=10000,100000
set -euo pipefail
cd "$(dirname "$0")"
. ./java.sh
defaults=()
for option in "-f 1" "-wi 2" "-w 2" "-i 3" "-r 2"; do
  case " $* " in
    *" ${option% *} "*) ;;
    *) defaults+=($option) ;;
  esac
done
exec "$java" --add-exports java.base/sun.nio.ch=ALL-UNNAMED -Xmx2g -cp "$classpath" \
  org.openjdk.jmh.Main "${defaults[@]}" -rf json -rff target/jmh.json "$@"
