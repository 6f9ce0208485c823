// Makes sr25519.json beside this file: signatures by schnorrkel as Polkadot's JavaScript has it, and its verdicts.
// npm install @polkadot/util-crypto@14.0.3 @noble/curves@1.9.7
import crypto from 'node:crypto'
import fs from 'node:fs'
import { cryptoWaitReady, sr25519PairFromSeed, sr25519Sign, sr25519Verify } from '@polkadot/util-crypto'
import { RistrettoPoint } from '@noble/curves/ed25519'
await cryptoWaitReady()

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
const number = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
const bytes = (value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
const hash = (name) => crypto.createHash('sha512').update(name).digest()
const pair = (name) => sr25519PairFromSeed(hash(name).subarray(0, 32))
const changed = (signature, change) => {
  const copy = Buffer.from(signature)
  change(copy)
  return copy
}

const out = []
function add(name, key, message, signature) {
  let valid
  try {
    valid = sr25519Verify(message, signature, key)
  } catch {
    valid = false
  }
  const hex = (value) => Buffer.from(value).toString('hex')
  out.push({ name, key: hex(key), message: hex(message), signature: hex(signature), valid })
}

// Lengths around the duplex's rate, 166, less what stands before the message.
for (const length of [0, 1, 32, 130, 131, 132, 133, 134, 165, 166, 167, 1000]) {
  const { publicKey, secretKey } = pair(`key ${length}`)
  const message = Buffer.alloc(length, hash(`message ${length}`))
  add(`${length} bytes`, publicKey, message, sr25519Sign(message, { publicKey, secretKey }))
}
const alice = pair('alice')
const message = Buffer.from('a message')
const signature = Buffer.from(sr25519Sign(message, alice))
const s = number(signature.subarray(32)) & (2n ** 255n - 1n)
const withScalar = (value) => changed(signature, (copy) => bytes(value | (1n << 255n)).copy(copy, 32))
add('another message', alice.publicKey, Buffer.from('b message'), signature)
add('another key', pair('bob').publicKey, message, signature)
for (const at of [0, 31, 32, 60]) {
  add(`byte ${at} changed`, alice.publicKey, message, changed(signature, (copy) => { copy[at] ^= 1 }))
}
add('without the mark', alice.publicKey, message, changed(signature, (copy) => { copy[63] &= 0x7f }))
add('scalar and the order', alice.publicKey, message, withScalar(s + ORDER))
add('scalar and twice the order', alice.publicKey, message, withScalar(s + 2n * ORDER))
add('scalar of the order', alice.publicKey, message, withScalar(ORDER))
add('scalar of zero', alice.publicKey, message, withScalar(0n))
add('commitment in a form that is not reduced', alice.publicKey, message, changed(signature, (copy) => bytes(2n ** 255n - 19n).copy(copy, 0)))
add('key in a form that is not reduced', bytes(2n ** 255n - 18n), message, signature)
add('key that is negative', bytes(2n ** 255n - 19n - number(alice.publicKey)), message, signature)
add('key that is no element', Buffer.alloc(32, 0x26), message, signature)
const forged = Buffer.concat([Buffer.from(RistrettoPoint.BASE.multiply(5n).toRawBytes()), bytes(5n | (1n << 255n))])
add('neutral key, for which everybody signs', Buffer.alloc(32), message, forged)
for (const { name, valid } of out) console.log(name, '→', valid)
fs.writeFileSync(new URL('./sr25519.json', import.meta.url), JSON.stringify(out, null, 1) + '\n')
