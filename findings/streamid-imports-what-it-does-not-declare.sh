#!/usr/bin/env bash
# @ceramicnetwork/streamid 5.6.0: cannot be used by itself. Its CommitID imports @stablelib/random, which its package.json does not name.
# It works for whoever installs it beside http-client or core, since one of those brings that package to the same node_modules.
# Kiln's npm tests name the whole set of client packages; a tool that needs StreamIDs only has to name @stablelib/random itself.
. "$(dirname "$0")/lib/seen.sh"
npm_packages @ceramicnetwork/streamid@5.6.0
node_says <<'JS'
const attempt = () => import('@ceramicnetwork/streamid').then(() => 'imported', (e) => `${e.code}: ${e.message.split("'")[1]}`)
console.log('alone:', await attempt())
JS
npm install --ignore-scripts --no-audit --no-fund --loglevel=error @stablelib/random@1.0.2 > npm.log 2>&1
node --input-type=module -e "import { StreamID } from '@ceramicnetwork/streamid'; console.log('beside @stablelib/random:', typeof StreamID.fromString)" >> "$said"
seen <<'OUT'
alone: ERR_MODULE_NOT_FOUND: @stablelib/random
beside @stablelib/random: function
OUT
