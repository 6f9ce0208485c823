// Makes links.json beside this file: proofs by the published wallets' side of CAIP-10 links, judged by js-ceramic's own
// validator. npm install @ceramicnetwork/blockchain-utils-linking@5.6.0 @ceramicnetwork/blockchain-utils-validation@6.4.0
import crypto from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { cosmos, filecoin } from '@ceramicnetwork/blockchain-utils-linking'
import { validateLink } from '@ceramicnetwork/blockchain-utils-validation'
const require = createRequire(import.meta.url)
const nacl = require('tweetnacl')
const tendermint = require('@tendermint/sig')
const signingTools = require('@zondax/filecoin-signing-tools')
const { base58btc } = await import('multiformats/bases/base58')

const seed = (name) => crypto.createHash('sha256').update(name).digest()
const DID = 'did:key:z6Mkpr5dTHFrgfAoswnCqtsH9sZVvT2F22yyuosQ3ux3evhV'
const TIMESTAMP = 1700000000
const message = `Link this account to your identity\n\n${DID} \nTimestamp: ${TIMESTAMP}`
const b64 = (bytes) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')
const proof = (account, signature, over = {}) => ({ version: 2, message, signature, account, timestamp: TIMESTAMP, ...over })

function near(name = 'near') {
  const keys = nacl.sign.keyPair.fromSeed(seed(name))
  const digest = crypto.createHash('sha256').update(message).digest()
  const address = base58btc.encode(keys.publicKey).slice(1)
  return proof(`${address}@near:mainnet`, b64(nacl.sign.detached(digest, keys.secretKey)), { type: 'near' })
}
function solana() {
  const keys = nacl.sign.keyPair.fromSeed(seed('solana'))
  const address = base58btc.encode(keys.publicKey).slice(1)
  return proof(`${address}@solana:4sGjMW1sUnHzSxGspuhpqLDx6wiyjNtZ`, b64(nacl.sign.detached(Buffer.from(message), keys.secretKey)), { type: 'solana' })
}
function cosmosLink({ key = 'cosmos', prefix = 'cosmos', addressOf = key, chain = 'cosmoshub-4', timestamped = true } = {}) {
  const text = timestamped ? message : message.split(' \n')[0]
  const { privateKey, publicKey } = keyPair(key)
  const address = tendermint.createAddress(keyPair(addressOf).publicKey, prefix)
  const tx = tendermint.signTx(cosmos.asTransaction(address, Buffer.from(text).toString('base64')), cosmos.getMetaData(), { privateKey, publicKey })
  return { ...proof(`${address}@cosmos:${chain}`, Buffer.from(JSON.stringify(tx.signatures[0])).toString('base64')), message: text, ...(timestamped ? {} : { timestamp: undefined }) }
}
function keyPair(name) {
  const ecdh = crypto.createECDH('secp256k1')
  ecdh.setPrivateKey(seed(name))
  return { privateKey: Uint8Array.from(seed(name)), publicKey: Uint8Array.from(ecdh.getPublicKey(null, 'compressed')) }
}
function fil({ key = 'fil', addressOf = key, testnet = false, over = {} } = {}) {
  const at = (name) => signingTools.keyRecover(seed(name).toString('base64'), testnet)
  const address = at(addressOf).address
  const tx = filecoin.asTransaction(address, message)
  const signed = signingTools.transactionSign(tx, seed(key).toString('base64'))
  return proof(`${address}@fil:${address[0]}`, signed.signature?.data ?? signed.Signature.Data, { type: 'eoa-tx', ...over })
}
const flip = (p, at = 9) => ({ ...p, signature: p.signature.slice(0, at) + (p.signature[at] === 'A' ? 'B' : 'A') + p.signature.slice(at + 1) })
const flipMiddle = (p) => flip(p, 40)
const other = (p) => ({ ...p, message: p.message.replace('z6Mkpr5d', 'z6Mkother') })

const cases = {
  near: near(),
  'near, another message': other(near()),
  'near, broken signature': flip(near()),
  'near, of another key': { ...near(), account: near('near-2').account },
  solana: solana(),
  'solana, another message': other(solana()),
  cosmos: cosmosLink(),
  'cosmos, without a timestamp': cosmosLink({ timestamped: false }),
  'cosmos, other prefix': cosmosLink({ prefix: 'osmo', chain: 'osmosis-1' }),
  'cosmos, another message': other(cosmosLink()),
  'cosmos, broken signature': flipMiddle(cosmosLink()),
  'cosmos, signed by the key of another address': cosmosLink({ addressOf: 'cosmos-2' }),
  filecoin: fil(),
  'filecoin, test network': fil({ testnet: true }),
  'filecoin, another message': other(fil()),
  'filecoin, signed by the key of another address': fil({ addressOf: 'fil-2' }),
}
const out = []
for (const [name, made] of Object.entries(cases)) {
  let verdict
  try {
    verdict = (await validateLink(JSON.parse(JSON.stringify(made)))) ? 'valid' : 'invalid'
  } catch (e) {
    verdict = `error: ${String(e.message ?? e).slice(0, 120)}`
  }
  console.log(name, '→', verdict)
  out.push({ name, proof: JSON.parse(JSON.stringify(made)), jsCeramic: verdict })
}
fs.writeFileSync(new URL('./links.json', import.meta.url), JSON.stringify(out, null, 1) + '\n')
