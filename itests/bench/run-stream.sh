#!/usr/bin/env bash
# A stream's cost beside the bare cipher's by processor time, in turns; with the modules as they were last built
# ('mvn -DskipTests install' first).
#   run-stream.sh [turns [mebibytes a turn]]
set -euo pipefail
cd "$(dirname "$0")"
. ./java.sh
exec "$java" --add-exports java.base/sun.nio.ch=ALL-UNNAMED -Xmx2g \
  -cp "$classpath" org.kiln.itests.bench.PeerStreamCost "$@"
