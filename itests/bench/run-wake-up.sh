#!/usr/bin/env bash
# How long it takes on an idle node until a plugin's reader of the feed has what was written; with the modules as they were
# last built ('mvn -DskipTests install' first).
#   run-wake-up.sh [rounds]
set -euo pipefail
cd "$(dirname "$0")"
. ./java.sh
exec "$java" -cp "$classpath" org.kiln.itests.bench.FeedWakeUp "$@"
