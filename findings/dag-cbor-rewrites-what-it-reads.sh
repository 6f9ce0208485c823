#!/usr/bin/env bash
# @ipld/dag-cbor 10.0.2: what decode takes, encode may write otherwise, so a block that is decoded and encoded again has another CID.
# One would guess that a strict codec of a format with one form for each value either refuses a block or gives its bytes back. Floats
# of any width and floats without a fraction, keys in another order, undefined, and text that is not UTF-8 are taken and rewritten; 2.0 becomes the
# integer 2, as in the first years' Ceramic events, which hold 64-bit floats. Non-minimal lengths and repeated keys are refused.
# Kiln reads as leniently, keeps the bytes it was given, tells such blocks apart and never computes a CID from a block written anew (DagCbor).
. "$(dirname "$0")/lib/seen.sh"
npm_packages @ipld/dag-cbor@10.0.2
node_says <<'JS'
import { decode, encode } from '@ipld/dag-cbor'
const blocks = {
  'float of 64 bits, 1.5': 'fb3ff8000000000000',
  'float of 32 bits, 1.5': 'fa3fc00000',
  'float of 16 bits, 1.5': 'f93e00',
  'float of 64 bits, 2.0': 'fb4000000000000000',
  'float of 64 bits, -0.0': 'fb8000000000000000',
  'keys b, a': 'a2616201616102',
  'keys bb, a': 'a262626201616102',
  undefined: 'f7',
  'text of the byte ff': '61ff',
  'integer 23 in two bytes': '1817',
  'key a twice': 'a2616101616102',
}
for (const [name, hex] of Object.entries(blocks)) {
  let again
  try {
    again = Buffer.from(encode(decode(Buffer.from(hex, 'hex')))).toString('hex')
  } catch {
    again = 'refused'
  }
  console.log(`${name}: ${again === hex ? 'same bytes' : again}`)
}
JS
seen <<'OUT'
float of 64 bits, 1.5: same bytes
float of 32 bits, 1.5: fb3ff8000000000000
float of 16 bits, 1.5: fb3ff8000000000000
float of 64 bits, 2.0: 02
float of 64 bits, -0.0: 00
keys b, a: a2616102616201
keys bb, a: a261610262626201
undefined: f6
text of the byte ff: 63efbfbd
integer 23 in two bytes: refused
key a twice: refused
OUT
