// Events built by hand, for what the stream libraries would refuse to send.
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import * as Digest from 'multiformats/hashes/digest'
import * as dagCBOR from '@ipld/dag-cbor'
import * as dagJose from 'dag-jose'
import crypto from 'node:crypto'
import { StreamUtils } from '@ceramicnetwork/common'
import { StreamID } from '@ceramicnetwork/streamid'

/** No anchoring, no announcing: what most tests want of a write. */
export const QUIET = { anchor: false, publish: false }

/** The CID of an event as a node computes it. */
export const cidOf = async (commit) =>
  commit.jws
    ? CID.createV1(dagJose.code, await sha256.digest(dagJose.encode(commit.jws)))
    : CID.createV1(dagCBOR.code, await sha256.digest(dagCBOR.encode(commit)))

/** A CID that nobody has the block of. */
export const unknownCid = (code = dagJose.code) => CID.createV1(code, Digest.create(0x12, new Uint8Array(crypto.randomBytes(32))))

/** A StreamID that nobody has. */
export const unknownStream = (type = 'tile') => new StreamID(type, unknownCid())

/** The JSON form of an event on the wire. */
export const wire = (commit) => StreamUtils.serializeCommit(commit)

/** A signed tile update with the given patch. */
export const tileUpdate = (did, id, prev, data, header = {}) => did.createDagJWS({ id: id.cid, prev, data, header })

/** The same event with one bit of its signature flipped. */
export function withBrokenSignature(commit) {
  const signature = Buffer.from(commit.jws.signatures[0].signature, 'base64url')
  signature[3] ^= 1
  return { ...commit, jws: { ...commit.jws, signatures: [{ ...commit.jws.signatures[0], signature: signature.toString('base64url') }] } }
}

/** The same event with a payload that its link does not name. */
export function withOtherPayload(commit) {
  const linkedBlock = Uint8Array.from(commit.linkedBlock)
  linkedBlock[linkedBlock.length - 1] ^= 1
  return { ...commit, linkedBlock }
}

/** A signed event around any bytes at all, with a link that does fit them. */
export async function signedBytes(did, bytes) {
  const link = CID.createV1(dagCBOR.code, await sha256.digest(bytes))
  const jws = await did.createJWS(Buffer.from(link.bytes).toString('base64url'))
  return { jws: { ...jws, link: link.toString() }, linkedBlock: Buffer.from(bytes).toString('base64').replace(/=+$/, '') }
}
