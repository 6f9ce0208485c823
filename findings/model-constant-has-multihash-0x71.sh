#!/usr/bin/env bash
# @ceramicnetwork/streamid 5.6.0: the constant that every Model names as its model is a StreamID whose CID says multihash 0x71, eleven bytes.
# One would guess the identity multihash (0x00), as the text inside it shows was meant: the bytes of an identity multihash stand in the digest.
# 0x71 is the codec dag-cbor, and no hash function. A parser that checks the hash function, or the digest, refuses every Model.
# Kiln takes this constant as it is and verifies no digest of it (StreamId, Cid and their vectors).
. "$(dirname "$0")/lib/seen.sh"
npm_packages @ceramicnetwork/streamid@5.6.0 @stablelib/random@1.0.2
node_says <<'JS'
import { StreamID } from '@ceramicnetwork/streamid'
const { type, cid } = StreamID.fromString('kh4q0ozorrgaq2mezktnrmdwleo1d')
console.log('type', type)
console.log('codec', cid.code.toString(16), 'multihash', cid.multihash.code.toString(16), 'length', cid.multihash.size)
console.log('digest', Buffer.from(cid.multihash.digest).toString('hex'), 'ends with', Buffer.from(cid.multihash.digest.slice(3)).toString())
JS
seen <<'OUT'
type 4
codec 71 multihash 71 length 11
digest 0009686d6f64656c2d7631 ends with model-v1
OUT
