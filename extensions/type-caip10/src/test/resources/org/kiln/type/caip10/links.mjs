// Makes links.json beside this file: proofs by the published wallets' side of CAIP-10 links, judged by js-ceramic's own
// validator. What it would ask of public endpoints is answered here, and stands in the file as `chain`.
//
// npm install @ceramicnetwork/blockchain-utils-linking@5.6.0 @ceramicnetwork/blockchain-utils-validation@6.4.0
//   @polkadot/keyring@14.0.3 util-crypto-now@npm:@polkadot/util-crypto@14.0.3 @noble/curves@1.9.7
//   @taquito/signer@24.2.0 @wharfkit/antelope@1.2.0
import crypto from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)

// What the validator's explorers say; before it is loaded, because it holds on to node-fetch.
let chain
const nodeFetch = require.resolve('node-fetch', { paths: [require.resolve('@smontero/eosio-signing-tools')] })
require.cache[nodeFetch] = { id: nodeFetch, filename: nodeFetch, loaded: true, exports: async () => ({ json: async () => chain }) }

const linking = await import('@ceramicnetwork/blockchain-utils-linking')
const { cosmos, filecoin, EosioAuthProvider, FilecoinAuthProvider, PolkadotAuthProvider, TezosAuthProvider } = {
  ...linking, ...linking.eosio, ...linking.filecoin, ...linking.polkadot, ...linking.tezos,
}
const { validateLink } = await import('@ceramicnetwork/blockchain-utils-validation')
const { Keyring } = await import('@polkadot/keyring')
const { cryptoWaitReady, encodeAddress } = await import('util-crypto-now')
const { ristretto255 } = await import('@noble/curves/ed25519').then((m) => ({ ristretto255: m.RistrettoPoint }))
const { InMemorySigner } = await import('@taquito/signer')
const { Bytes, Checksum256, PrivateKey } = require('@wharfkit/antelope')
const nacl = require('tweetnacl')
const tendermint = require('@tendermint/sig')
const signingTools = require('@zondax/filecoin-signing-tools')
const eosEcc = require('eosjs-ecc')
const { base58btc } = await import('multiformats/bases/base58')
await cryptoWaitReady()
await new Promise((resolve) => setTimeout(resolve, 500)) // the validator's own copy of the same loads by itself

globalThis.fetch = async () => ({ json: async () => ({ pubkey: chain }) }) // some of the imports put their own there

const seed = (name) => crypto.createHash('sha256').update(name).digest()
const DID = 'did:key:z6Mkpr5dTHFrgfAoswnCqtsH9sZVvT2F22yyuosQ3ux3evhV'
const TIMESTAMP = 1700000000
Date.now = () => TIMESTAMP * 1000 // so that the linking library makes this message
const message = `Link this account to your identity\n\n${DID} \nTimestamp: ${TIMESTAMP}`
const b64 = (bytes) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')
const hex = (bytes) => `0x${Buffer.from(bytes).toString('hex')}`
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

/** A BLS account; its secret is a scalar in little endian, made small enough. */
async function filBls({ key = 'fil-bls', addressOf = key, testnet = false } = {}) {
  const secret = (name) => {
    const bytes = seed(name)
    bytes[31] &= 0x3f
    return bytes.toString('base64')
  }
  const { address } = signingTools.keyRecoverBLS(secret(addressOf), testnet)
  const sign = async (_, tx) => {
    const own = signingTools.keyRecoverBLS(secret(key), testnet).address
    const { signature } = signingTools.transactionSign({ ...tx, From: own, To: own }, secret(key))
    return { Signature: { Data: signature.data } }
  }
  const honest = async (_, tx) => ({ Signature: { Data: signingTools.transactionSign(tx, secret(key)).signature.data } })
  return new FilecoinAuthProvider({ sign: key === addressOf ? honest : sign }, address).createLink(DID)
}

/** With the wallet's own signRaw, which since long wraps what it signs; `bare` as old ones did. */
async function polkadot(type, { name = `polkadot-${type}`, bare = false, withType = false, prefix = 42, of = name, wrap } = {}) {
  const keyring = new Keyring({ type, ss58Format: prefix })
  const pair = keyring.addFromSeed(seed(name))
  const { address } = keyring.addFromSeed(seed(of))
  const signRaw = async ({ data }) => {
    const bytes = Buffer.from(data.slice(2), 'hex')
    const signed = bare ? bytes : Buffer.concat([Buffer.from('<Bytes>'), bytes, Buffer.from('</Bytes>')])
    return { signature: hex(pair.sign(wrap?.(bytes) ?? signed, { withType })) }
  }
  return new PolkadotAuthProvider({ signRaw }, address).createLink(DID)
}
/** The account whose address is these 32 bytes. */
const polkadotAt = (key, signature) => proof(`${encodeAddress(key, 42)}@polkadot:b0a8d493285c2df73290dfb7e61f870f`, signature, { type: 'eoa' })
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n
const little = (bytes) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
const bytesOf = (number) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse()
function sr25519(change) {
  return async () => {
    const made = await polkadot('sr25519', { bare: true })
    const bytes = Buffer.from(made.signature.slice(2), 'hex')
    change(bytes)
    return { ...made, signature: hex(bytes) }
  }
}
const unmarked = sr25519((bytes) => { bytes[63] &= 0x7f })
const unreduced = sr25519((bytes) => {
  const s = bytesOf((little(bytes.subarray(32)) & (2n ** 255n - 1n)) + ORDER)
  s[31] |= 0x80
  s.copy(bytes, 32)
})
/** R = sB fits any message for the key that is the neutral element. */
function neutral() {
  const s = bytesOf(5n)
  s[31] |= 0x80
  return polkadotAt(Buffer.alloc(32), hex(Buffer.concat([Buffer.from(ristretto255.BASE.multiply(5n).toRawBytes()), s])))
}

/** Secrets as Tezos writes them: base58check with the curve's prefix. */
const TEZOS_SEEDS = { tz1: [13, 15, 58, 7], tz2: [17, 162, 224, 201], tz3: [16, 81, 238, 189] }
async function tezos(curve, { name = `tezos-${curve}`, of = name } = {}) {
  const signer = (key) => {
    const body = Buffer.concat([Buffer.from(TEZOS_SEEDS[curve]), seed(key)])
    const sum = crypto.createHash('sha256').update(crypto.createHash('sha256').update(body).digest()).digest().subarray(0, 4)
    return new InMemorySigner(base58btc.encode(Buffer.concat([body, sum])).slice(1))
  }
  const made = await new TezosAuthProvider({ signer: signer(name) }).createLink(DID)
  return asked(made, await signer(of).publicKey())
}

/** What a node's get_account says, as far as it matters. */
const EOS = 'aca376f206b8fc25a6ed44dbdc66547c36c6c33e3a119ffbeaef943642f0e906'
const eosKey = (name) => eosEcc.PrivateKey.fromBuffer(seed(name))
const permission = (name, parent, keys, threshold = 1) => ({
  perm_name: name,
  parent,
  required_auth: { threshold, keys: keys.map((key) => ({ key, weight: 1 })), accounts: [], waits: [] },
})
const eosAccount = (permissions) => ({
  account_name: 'kilnkilnkiln', head_block_num: 1, privileged: false, core_liquid_balance: '1.0000 EOS', ram_quota: 5000,
  net_limit: { used: 0, available: 1, max: 1 }, permissions, voter_info: null,
})
const owned = (owner, active, threshold) => eosAccount([permission('active', 'owner', active, threshold), permission('owner', '', owner)])
async function eosio({ name = 'eos', state = owned([eosKey('eos-owner').toPublic().toString()], [eosKey('eos').toPublic().toString()]), sign } = {}) {
  const provider = {
    getChainId: async () => EOS,
    getAccountName: async () => 'kilnkilnkiln',
    getKeys: async () => [eosKey(name).toPublic().toString()],
    signArbitrary: async (key, data) => (sign ?? ((text) => eosEcc.sign(text, eosKey(name))))(data),
  }
  return asked(await new EosioAuthProvider(provider, 'kilnkilnkiln').createLink(DID), state)
}
const antelope = new PrivateKey('K1', Bytes.from(seed('eos')))

/** A proof, and what the chain says when it is asked. */
const asked = (made, state) => ({ ...made, asked: state })
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
  'filecoin bls': await filBls(),
  'filecoin bls, test network': await filBls({ testnet: true }),
  'filecoin bls, another message': other(await filBls()),
  'filecoin bls, broken signature': flipMiddle(await filBls()),
  'filecoin bls, signed by the key of another address': await filBls({ addressOf: 'fil-bls-2' }),
  polkadot: await polkadot('sr25519'),
  'polkadot sr25519, unwrapped': await polkadot('sr25519', { bare: true }),
  'polkadot sr25519, with its type': await polkadot('sr25519', { bare: true, withType: true }),
  'polkadot sr25519, wrapped, with its type': await polkadot('sr25519', { withType: true }),
  'polkadot sr25519, on Polkadot': await polkadot('sr25519', { prefix: 0 }),
  'polkadot sr25519, on a chain with a prefix of two bytes': await polkadot('sr25519', { prefix: 255 }),
  'polkadot sr25519, another message': other(await polkadot('sr25519')),
  'polkadot sr25519, broken signature': flip(await polkadot('sr25519')),
  'polkadot sr25519, of another key': await polkadot('sr25519', { of: 'polkadot-2' }),
  'polkadot sr25519, without the mark': await unmarked(),
  'polkadot sr25519, scalar not reduced': await unreduced(),
  'polkadot sr25519, wrapped twice': await polkadot('sr25519', { wrap: (bytes) => Buffer.concat([Buffer.from('<Bytes><Bytes>'), bytes, Buffer.from('</Bytes></Bytes>')]) }),
  'polkadot sr25519, key not canonical': { ...polkadotAt(bytesOf(2n ** 255n - 19n), (await polkadot('sr25519')).signature) },
  'polkadot sr25519, key no point': polkadotAt(Buffer.alloc(32, 0xfe), (await polkadot('sr25519')).signature),
  'polkadot sr25519, key that everybody can sign for': neutral(),
  'polkadot ed25519': await polkadot('ed25519'),
  'polkadot ed25519, unwrapped': await polkadot('ed25519', { bare: true }),
  'polkadot ed25519, with its type': await polkadot('ed25519', { bare: true, withType: true }),
  'polkadot ed25519, another message': other(await polkadot('ed25519')),
  'polkadot ecdsa': await polkadot('ecdsa'),
  'polkadot ecdsa, unwrapped': await polkadot('ecdsa', { bare: true }),
  'polkadot ecdsa, with its type': await polkadot('ecdsa', { bare: true, withType: true }),
  'polkadot ecdsa, another message': other(await polkadot('ecdsa')),
  'polkadot ecdsa, of another key': await polkadot('ecdsa', { of: 'polkadot-2' }),
  'polkadot ethereum': await polkadot('ethereum'),
  'polkadot ethereum, another message': other(await polkadot('ethereum')),
  'polkadot, address with a wrong checksum': await polkadot('sr25519').then((p) => ({ ...p, account: p.account.replace(/.@/, (end) => (end[0] === 'z' ? 'y@' : 'z@')) })),
  'polkadot, signature without 0x': await polkadot('sr25519').then((p) => ({ ...p, signature: p.signature.slice(2) })),
  'polkadot, signature too short': await polkadot('sr25519').then((p) => ({ ...p, signature: p.signature.slice(0, -2) })),
  tezos: await tezos('tz1'),
  'tezos secp256k1': await tezos('tz2'),
  'tezos p256': await tezos('tz3'),
  'tezos, another message': other(await tezos('tz1')),
  'tezos secp256k1, another message': other(await tezos('tz2')),
  'tezos p256, another message': other(await tezos('tz3')),
  'tezos, broken signature': flipMiddle(await tezos('tz1')),
  'tezos, the explorer names a key of another account': { ...(await tezos('tz1', { name: 'tezos-2' })), account: (await tezos('tz1')).account },
  eosio: await eosio(),
  'eosio, by antelope': await eosio({ sign: (text) => antelope.signDigest(Checksum256.hash(Bytes.from(Buffer.from(text)))).toString(), state: owned([], [antelope.toPublic().toString()]) }),
  "eosio, the owner's key": await eosio({ name: 'eos-owner' }),
  'eosio, one of two keys': await eosio({ state: owned([], [eosKey('eos-2').toPublic().toString(), eosKey('eos').toPublic().toString()]) }),
  'eosio, a key that needs another': await eosio({ state: owned([], [eosKey('eos-2').toPublic().toString(), eosKey('eos').toPublic().toString()], 2) }),
  'eosio, another message': other(await eosio()),
  'eosio, broken signature': flipMiddle(await eosio()),
  'eosio, of another key': await eosio({ name: 'eos-3' }),
  'eosio, of another account': await eosio().then((p) => ({ ...p, account: p.account.replace('kilnkilnkiln', 'kilnkilnkili') })),
}
const out = []
for (const [name, { asked: state, ...made }] of Object.entries(cases)) {
  let verdict
  chain = state
  try {
    verdict = (await validateLink(JSON.parse(JSON.stringify(made)))) ? 'valid' : 'invalid'
  } catch (e) {
    verdict = `error: ${String(e.message ?? e).slice(0, 120)}`
  }
  console.log(name, '→', verdict)
  out.push({ name, proof: JSON.parse(JSON.stringify(made)), ...(state === undefined ? {} : { chain: state }), jsCeramic: verdict })
}
fs.writeFileSync(new URL('./links.json', import.meta.url), JSON.stringify(out, null, 1) + '\n')
