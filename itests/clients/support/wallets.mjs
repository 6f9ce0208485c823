// Wallets of other chains than Ethereum, with the interfaces their browser extensions have.
import crypto from 'node:crypto'
import { createRequire } from 'node:module'
import { SolanaNodeAuth, getAccountIdByNetwork as solanaAccount } from '@didtools/pkh-solana'
import { StacksWebAuth, getAccountIdByNetwork as stacksAccount } from '@didtools/pkh-stacks'
import { TezosWebAuth, getAccountIdByNetwork as tezosAccount, getPkhfromPk } from '@didtools/pkh-tezos'
import { DIDSession } from 'did-session'
import { ed25519 } from '@noble/curves/ed25519'
import { blake2b } from '@noble/hashes/blake2b'
import { sha256 } from '@noble/hashes/sha2'
import { base58btc } from 'multiformats/bases/base58'

const require = createRequire(import.meta.url)
const { hashMessage } = require('@stacks/encryption')
const { TransactionVersion, createStacksPrivateKey, getAddressFromPrivateKey, signMessageHashRsv } = require('@stacks/transactions')

const APP = 'kiln.test'

/** What is meant for browsers asks the window for the name of the application. */
async function inBrowser(action) {
  globalThis.window = { location: { hostname: APP } }
  try {
    return await action()
  } finally {
    delete globalThis.window
  }
}

function base58check(prefix, bytes) {
  const body = Buffer.concat([Buffer.from(prefix), bytes])
  return base58btc.encode(Buffer.concat([body, sha256(sha256(body)).subarray(0, 4)])).slice(1)
}

const solana = async () => {
  const secret = crypto.randomBytes(32)
  const account = solanaAccount('mainnet', base58btc.encode(ed25519.getPublicKey(secret)).slice(1))
  const provider = { signMessage: async (message) => ({ signature: ed25519.sign(typeof message === 'string' ? Buffer.from(message) : message, secret) }) }
  return { account, method: await SolanaNodeAuth.getAuthMethod(provider, account, APP) }
}

const tezos = async () => {
  const secret = crypto.randomBytes(32)
  const publicKey = base58check([13, 15, 37, 217], ed25519.getPublicKey(secret))
  const account = tezosAccount('mainnet', getPkhfromPk(publicKey))
  const provider = {
    getActiveAccount: async () => ({ publicKey, network: { type: 'mainnet' } }),
    requestSignPayload: async ({ payload }) => {
      const signature = ed25519.sign(blake2b(Buffer.from(payload, 'hex'), { dkLen: 32 }), secret)
      return { signature: base58check([9, 245, 205, 134, 18], signature) }
    },
  }
  return { account, method: await inBrowser(() => TezosWebAuth.getAuthMethod(provider, account)) }
}

const stacks = async () => {
  const secret = crypto.randomBytes(32).toString('hex') + '01' // for the compressed form of its public key
  const privateKey = createStacksPrivateKey(secret)
  const account = stacksAccount('mainnet', getAddressFromPrivateKey(secret, TransactionVersion.Mainnet))
  const provider = {
    signatureRequest: async (token) => {
      const { message } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))
      return { signature: signMessageHashRsv({ messageHash: Buffer.from(hashMessage(message)).toString('hex'), privateKey }).data }
    },
  }
  return { account, method: await inBrowser(() => StacksWebAuth.getAuthMethod(provider, account)) }
}

/** By the chain's name: signs in with a new wallet; the session and the account that writes. */
export const signInOn = Object.fromEntries(
  Object.entries({ Solana: solana, Tezos: tezos, Stacks: stacks }).map(([chain, open]) => [
    chain,
    async () => {
      const { account, method } = await open()
      const session = await DIDSession.authorize(method, { resources: ['ceramic://*'] })
      return { session, did: session.did, controller: `did:pkh:${account}` }
    },
  ]),
)
