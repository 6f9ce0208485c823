// Makes bls.json beside this file: signatures as Filecoin makes them, and what must not pass for one.
// npm install @noble/curves@1.9.7
import crypto from 'node:crypto'
import fs from 'node:fs'
import { bls12_381 as bls } from '@noble/curves/bls12-381'

const G1 = bls.G1.ProjectivePoint
const G2 = bls.G2.ProjectivePoint
const NUL = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_'
const hash = (name) => crypto.createHash('sha256').update(name).digest()
const scalar = (name) => BigInt(`0x${hash(name).toString('hex')}`) % bls.fields.Fr.ORDER
const message = Buffer.from('a message')
const sign = (secret, text, DST = NUL) => bls.G2.hashToCurve(text, { DST }).multiply(secret)
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const out = []
const add = (name, key, text, signature, valid) => out.push({ name, key: hex(key), message: hex(text), signature: hex(signature), valid })

const alice = scalar('alice')
const key = G1.BASE.multiply(alice)
const made = sign(alice, message)
add('a signature', key.toBytes(true), message, made.toBytes(true), true)
for (const length of [0, 38, 1000]) {
  const secret = scalar(`key ${length}`)
  const text = Buffer.alloc(length, length)
  add(`${length} bytes`, G1.BASE.multiply(secret).toBytes(true), text, sign(secret, text).toBytes(true), true)
}
add('another message', key.toBytes(true), Buffer.from('b message'), made.toBytes(true), false)
add('another key', G1.BASE.multiply(scalar('bob')).toBytes(true), message, made.toBytes(true), false)
add('the negative', key.toBytes(true), message, made.negate().toBytes(true), false)
add('of the scheme with proofs of possession', key.toBytes(true), message, sign(alice, message, 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_').toBytes(true), false)
add('neutral key and signature', G1.ZERO.toBytes(true), message, G2.ZERO.toBytes(true), false)
add('neutral signature', key.toBytes(true), message, G2.ZERO.toBytes(true), false)

/** A point of the curve outside of the group of prime order. */
function outside(point, size) {
  for (let i = 0; ; i++) {
    const x = Buffer.concat([hash(`x ${i} a`), hash(`x ${i} b`), hash(`x ${i} c`)]).subarray(0, size)
    x[0] = (x[0] & 0x0f) | 0x80
    if (size === 96) x[48] &= 0x0f
    try {
      if (!point.fromHex(hex(x)).isTorsionFree()) return x
    } catch (e) {
      if (String(e).includes('subgroup')) return x
    }
  }
}
add('key outside of the group', outside(G1, 48), message, made.toBytes(true), false)
add('signature outside of the group', key.toBytes(true), message, outside(G2, 96), false)
const edit = (bytes, change) => {
  const copy = Buffer.from(bytes)
  change(copy)
  return copy
}
add('signature without the mark of compression', key.toBytes(true), message, edit(made.toBytes(true), (b) => { b[0] &= 0x7f }), false)
add('key without the mark of compression', edit(key.toBytes(true), (b) => { b[0] &= 0x7f }), message, made.toBytes(true), false)
add('signature whose coordinate is not reduced', key.toBytes(true), message, edit(made.toBytes(true), (b) => { b.fill(0xff, 1, 48); b[0] |= 0x1f }), false)
add('key whose coordinate is not reduced', edit(key.toBytes(true), (b) => { b.fill(0xff, 1); b[0] |= 0x1f }), message, made.toBytes(true), false)
add('signature in full', key.toBytes(true), message, made.toBytes(false), false)
add('key in full', key.toBytes(false), message, made.toBytes(true), false)
fs.writeFileSync(new URL('./bls.json', import.meta.url), JSON.stringify(out, null, 1) + '\n')
console.log(out.map((v) => `${v.name} → ${v.valid}`).join('\n'))
