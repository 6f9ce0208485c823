// Wallets, and the sessions they authorize, as applications make them.
import 'fake-indexeddb/auto' // did-session keeps WebCrypto keys there; browsers bring their own
import { CacaoBlock, SiweMessage } from '@didtools/cacao'
import { WebcryptoProvider, generateP256KeyPair } from '@didtools/key-webcrypto'
import * as current from '@didtools/pkh-ethereum'
import { DIDSession, createDIDKey } from 'did-session'
import { DID } from 'dids'
import { Wallet } from 'ethers'
import { getResolver } from 'key-did-resolver'
import * as earlier from 'pkh-ethereum-2023'
import { isPeer } from './node.mjs'

const APP = 'kiln.test'

/** Version 0.2 had wallets sign the address as the DID has it; today's has them sign its EIP-55 form, which js-ceramic 6.11 does not know. */
export const EARLIER = { library: earlier, eip55: false }
export const CURRENT = { library: current, eip55: true }
const LATEST_KNOWN = isPeer ? EARLIER : CURRENT

/** Everything, as most applications ask for. */
export const EVERYTHING = ['ceramic://*']

/** An Ethereum wallet with the interface of EIP-1193, as a browser extension offers it. */
export function wallet({ chainId = 1, generation = LATEST_KNOWN } = {}) {
  const keys = Wallet.createRandom()
  const address = keys.address.toLowerCase()
  const provider = {
    async request({ method, params }) {
      switch (method) {
        case 'eth_chainId':
          return `0x${chainId.toString(16)}`
        case 'eth_requestAccounts':
          return [address]
        case 'personal_sign':
          if (params[1].toLowerCase() !== address) throw new Error(`not the account of this wallet: ${params[1]}`)
          // hexadecimal, or the text itself
          return keys.signMessage(params[0].startsWith('0x') ? Buffer.from(params[0].slice(2), 'hex') : params[0])
        default:
          throw new Error(`this wallet does not know ${method}`)
      }
    },
  }
  return { provider, generation, did: `did:pkh:eip155:${chainId}:${address}` }
}

async function consent({ provider, generation }) {
  const { EthereumNodeAuth, getAccountId } = generation.library
  const [address] = await provider.request({ method: 'eth_requestAccounts' })
  const account = await getAccountId(provider, address)
  return { account, method: await EthereumNodeAuth.getAuthMethod(provider, account, APP) }
}

/** Signs in with the wallet; the session's key is Ed25519 and can be serialised. */
export async function signIn(owner, resources = EVERYTHING, options = {}) {
  const { method } = await consent(owner)
  return DIDSession.authorize(method, { resources, ...options })
}

/** Signs in with the wallet; the session's key is one of WebCrypto, P-256, that nobody can export. */
export async function signInWithWebCrypto(owner, resources = EVERYTHING, options = {}) {
  const { account, method } = await consent(owner)
  return DIDSession.get(account, method, { resources, ...options })
}

/** A did:key whose P-256 key lives in WebCrypto. */
export async function webCryptoAccount() {
  const did = new DID({ provider: new WebcryptoProvider(await generateP256KeyPair()), resolver: getResolver() })
  await did.authenticate()
  return did
}

/** The capability, with changed fields, signed by the wallet once more. */
export async function resigned({ provider, generation }, capability, fields) {
  const changed = { ...structuredClone(capability), p: { ...capability.p, ...fields } }
  const text = SiweMessage.fromCacao(changed).signMessage({ eip55: generation.eip55 })
  const [address] = await provider.request({ method: 'eth_requestAccounts' })
  changed.s.s = await provider.request({ method: 'personal_sign', params: [`0x${Buffer.from(text).toString('hex')}`, address] })
  return changed
}

/** The session's key as an account of its own, without the capability. */
export function keyOf(session) {
  const { sessionKeySeed } = JSON.parse(Buffer.from(session.serialize(), 'base64url').toString())
  return createDIDKey(Buffer.from(sessionKeySeed, 'base64'))
}

/**
 * A DID that signs with the session's key and carries the given capability, whatever it says: the client libraries
 * look at the time themselves, and would not sign.
 */
export async function careless(session, capability) {
  const key = await keyOf(session)
  const block = await CacaoBlock.fromCacao(capability)
  const did = key.withCapability(capability)
  await did.authenticate()
  did.createDagJWS = async (payload) => ({
    ...(await key.createDagJWS(payload, { protected: { cap: `ipfs://${block.cid}` } })),
    cacaoBlock: block.bytes,
  })
  return did
}
