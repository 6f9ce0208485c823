#!/usr/bin/env bash
# A stream's cost beside the bare cipher's by processor time, in turns; with the modules as they were last built
# ('mvn -DskipTests install' first).
#   run-stream.sh [turns [mebibytes a turn]]
set -euo pipefail
cd "$(dirname "$0")"
mvn -q compile dependency:build-classpath -Dmdep.outputFile=target/classpath
java=java
for candidate in "${JAVA_HOME:-}"/bin/java /usr/lib/jvm/*/bin/java; do
  if [ -x "$candidate" ] && [ "$("$candidate" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')" -ge 21 ]; then
    java=$candidate
    break
  fi
done
exec "$java" --add-exports java.base/sun.nio.ch=ALL-UNNAMED -Xmx2g \
  -cp "target/classes:$(cat target/classpath)" org.kiln.itests.bench.PeerStreamCost "$@"
