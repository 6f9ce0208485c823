#!/usr/bin/env bash
# Anchors one large batch on Xodus, with the heap a node has, and the log alone beside it; with the modules as
# they were last built ('mvn -DskipTests install' first).
#   run-anchor.sh [requests [size of a batch]]
set -euo pipefail
cd "$(dirname "$0")"
. ./java.sh
exec "$java" --add-exports java.base/sun.nio.ch=ALL-UNNAMED -Xmx512m -XX:+UseSerialGC \
  -cp "$classpath" org.kiln.itests.bench.AnchorBatch "$@"
