#!/usr/bin/env bash
# @ceramicnetwork/stream-caip10-link-handler 6.4.0 with common 6.4.0: every event of every link, the first included, is refused, "not supported
# in Ceramic v4 mode", unless the process was started with IPFS_FLAVOR=go. The library asks the environment which network it lives in, and takes
# the newer one when it says nothing. Whoever asks js-ceramic's own handlers for a second opinion (vectors, a judge in tests) is told that no link
# was ever valid.
. "$(dirname "$0")/lib/seen.sh"
npm_packages @ceramicnetwork/stream-caip10-link-handler@6.4.0 @ceramicnetwork/common@6.4.0 @ceramicnetwork/node-metrics@1.0.5 multiformats@13.1.3
cat > genesis.mjs <<'JS'
import { Caip10LinkHandler } from '@ceramicnetwork/stream-caip10-link-handler'
import { CID } from 'multiformats/cid'
const commit = { header: { controllers: ['0x0544dcf4fce959c6c4f3b7530190cb5e1bd67cb8@eip155:1'], family: 'caip10-eip155:1' } }
const cid = CID.parse('bafyreiakimdaub7m6inx2nljypdhvhu5vozjhylqukif4hjxt65qnkv6my')
const answer = await new Caip10LinkHandler()
  .applyCommit({ cid, commit, type: 0 }, {}, undefined)
  .then((state) => `a state with the log ${state.log.map((entry) => entry.cid)}`, (e) => e.message)
console.log(`IPFS_FLAVOR=${process.env.IPFS_FLAVOR ?? ''}: ${answer}`)
JS
(env -u IPFS_FLAVOR node genesis.mjs && IPFS_FLAVOR=go node genesis.mjs) > "$said"
seen <<'OUT'
IPFS_FLAVOR=: Caip10Link is not supported in Ceramic v4 mode
IPFS_FLAVOR=go: a state with the log bafyreiakimdaub7m6inx2nljypdhvhu5vozjhylqukif4hjxt65qnkv6my
OUT
