#!/usr/bin/env bash
# How fast the feed is read, and how soon a reader wakes ('mvn -DskipTests install' at the top first).
#   run-feed.sh [changes [how many are written at once]]
set -euo pipefail
cd "$(dirname "$0")"
. ./java.sh
exec "$java" --add-exports java.base/sun.nio.ch=ALL-UNNAMED -Xmx512m -cp "$classpath" org.kiln.itests.bench.FeedReading "$@"
