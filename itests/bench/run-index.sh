#!/usr/bin/env bash
# What an index of documents costs ('mvn -DskipTests install' at the top first).
#   run-index.sh pages DIRECTORY|postgresql://… [documents…]    what a page costs, of 10 000 and of 200 000
#   run-index.sh creates [turns [documents a turn]]             what it costs who creates documents
#   run-index.sh fill DIRECTORY documents rounds [postgresql://…]   how fast a model is filled in that is indexed later
set -euo pipefail
cd "$(dirname "$0")"
. ./java.sh
case "$1" in
  pages) main=IndexPages ;;
  creates) main=IndexCost ;;
  fill) main=IndexFill ;;
  *) sed -n '2,5p' "$0"; exit 2 ;;
esac
shift
exec "$java" -Xmx512m -cp "$classpath" "org.kiln.itests.bench.$main" "$@"
