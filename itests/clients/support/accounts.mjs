// Accounts of each key type, made with the published providers where there is one.
import crypto from 'node:crypto'
import { DID } from 'dids'
import { Ed25519Provider } from 'key-did-provider-ed25519'
import { Secp256k1Provider, encodeDID as encodeSecp256k1 } from 'key-did-provider-secp256k1'
import { getResolver } from 'key-did-resolver'
import { base58btc } from 'multiformats/bases/base58'

const resolver = getResolver()
const base64url = (value) => Buffer.from(value).toString('base64url')

async function authenticated(provider) {
  const did = new DID({ provider, resolver })
  await did.authenticate()
  return did
}

/** A did:key over Ed25519. */
export const ed25519 = (seed = crypto.randomBytes(32)) => authenticated(new Ed25519Provider(new Uint8Array(seed)))

/** A did:key over secp256k1, by key-did-provider-secp256k1. */
export const secp256k1 = () => {
  const key = new Uint8Array(crypto.randomBytes(32))
  return authenticated(new Secp256k1Provider(key, encodeSecp256k1(key)))
}

/** A did:key over P-256; no provider is published for it, so this is a small one over node's own crypto. */
export const p256 = () => {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })
  const y = Buffer.from(jwk.y, 'base64url')
  const compressed = Buffer.concat([Buffer.from([2 + (y[31] & 1)]), Buffer.from(jwk.x, 'base64url')])
  const fragment = base58btc.encode(Buffer.concat([Buffer.from([0x80, 0x24]), compressed]))
  const id = `did:key:${fragment}`
  const sign = (payload, header = {}) => {
    const head = base64url(JSON.stringify({ ...header, kid: `${id}#${fragment}`, alg: 'ES256' }))
    const body = typeof payload === 'string' ? payload : base64url(JSON.stringify(payload))
    const signature = crypto.sign('sha256', Buffer.from(`${head}.${body}`), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return { payload: body, signatures: [{ protected: head, signature: base64url(signature) }] }
  }
  return authenticated({
    isDidProvider: true,
    async send({ id: call, method, params }) {
      const result =
        method === 'did_authenticate'
          ? sign({ did: id, aud: params.aud, nonce: params.nonce, exp: Math.floor(Date.now() / 1000) + 600, paths: params.paths })
          : { jws: sign(params.payload, params.protected) }
      return { jsonrpc: '2.0', id: call, result }
    },
  })
}

/** The account the node under test has for its administrator (see KILN_ADMIN_SEED in the README). */
export const administrator = () => ed25519(Buffer.from(process.env.KILN_ADMIN_SEED ?? '07'.repeat(32), 'hex'))
