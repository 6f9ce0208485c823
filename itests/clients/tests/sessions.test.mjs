// Signing in with a wallet, and writing with the session's key.
import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import { CacaoBlock } from '@didtools/cacao'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { StreamID } from '@ceramicnetwork/streamid'
import { SyncOptions } from '@ceramicnetwork/common'
import { DIDSession } from 'did-session'
import { client, eventually, oursOnly, request } from '../support/node.mjs'
import { QUIET, cidOf, tileUpdate, wire, withBrokenSignature } from '../support/events.mjs'
import { note, noteSet } from '../support/models.mjs'
import { EARLIER, careless, keyOf, resigned, signIn, signInWithWebCrypto, wallet, webCryptoAccount } from '../support/sessions.mjs'
import { signInOn } from '../support/wallets.mjs'

const HOUR = 3600
const DAY = 24 * HOUR
const GRACE = 5 * 60 // for clocks that differ
const at = (secondsFromNow) => new Date(Date.now() + secondsFromNow * 1000).toISOString()
const NO_PERMISSION = /Capability does not have appropriate permissions to update this Stream/
const refusal = (did, cause) => new RegExp(`Can not verify signature for commit \\w+ to stream \\w+ which has controller DID ${did}: ${cause}`)

/** Writes with a client as an application would, and has another client read it. */
function writesAllTypes(sessionOf) {
  let ceramic, controller
  before(async () => {
    const made = await sessionOf()
    controller = made.controller
    ceramic = client(made.did)
  })

  test('a tile is created, updated and loaded', async () => {
    const doc = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
    assert.equal(doc.controllers[0], controller)
    await doc.update({ n: 2 }, {}, QUIET)
    const loaded = await TileDocument.load(ceramic, doc.id)
    await loaded.update({ n: 2, more: ['x'] }, {}, QUIET)
    const { content, state } = await TileDocument.load(client(), doc.id)
    assert.deepEqual(content, { n: 2, more: ['x'] })
    assert.equal(state.log.length, 3)
  })

  test('a deterministic tile', async () => {
    const doc = await TileDocument.deterministic(ceramic, { family: 'profile' }, QUIET)
    await doc.update({ name: 'session' }, {}, QUIET)
    assert.deepEqual((await TileDocument.load(client(), doc.id)).content, { name: 'session' })
  })

  test('a model and its documents: list, single, set', async () => {
    const list = await Model.create(ceramic, note())
    assert.equal(list.metadata.controller, controller)
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'one' }, { model: list.id }, QUIET)
    assert.equal(doc.metadata.controller, controller)
    await doc.replace({ text: 'two', n: 7 }, undefined, QUIET)
    assert.deepEqual((await ModelInstanceDocument.load(client(), doc.id)).content, { text: 'two', n: 7 })

    const single = await Model.create(ceramic, note({ name: 'Single', accountRelation: { type: 'single' } }))
    const only = await ModelInstanceDocument.single(ceramic, { model: single.id }, QUIET)
    await only.replace({ text: 'only' }, undefined, QUIET)
    assert.deepEqual((await ModelInstanceDocument.load(client(), only.id)).content, { text: 'only' })

    const set = await Model.create(ceramic, noteSet())
    const member = await ModelInstanceDocument.set(ceramic, { model: set.id }, ['hello', 'a'], QUIET)
    await member.replace({ text: 'hello', kind: 'a', n: 1 }, undefined, QUIET)
    assert.deepEqual((await ModelInstanceDocument.load(client(), member.id)).content, { text: 'hello', kind: 'a', n: 1 })
  })
}

describe('sessions: an Ethereum wallet, Ed25519 session key', () => {
  const owner = wallet()
  let session
  writesAllTypes(async () => {
    session = await signIn(owner)
    return { did: session.did, controller: owner.did }
  })

  test('the log says when the session runs out', async () => {
    const doc = await TileDocument.create(client(session.did), { n: 1 }, {}, QUIET)
    const { json } = await request('GET', `/api/v0/streams/${doc.id}`)
    assert.equal(json.state.log[0].expirationTime, Math.floor(Date.parse(session.cacao.p.exp) / 1000))
  })

  test('a session that was serialised and read back writes on', async () => {
    const doc = await TileDocument.create(client(session.did), { n: 1 }, {}, QUIET)
    const again = await DIDSession.fromSession(session.serialize())
    const loaded = await TileDocument.load(client(again.did), doc.id)
    await loaded.update({ n: 2 }, {}, QUIET)
    assert.deepEqual((await TileDocument.load(client(), doc.id)).content, { n: 2 })
  })

  test('two sessions of one wallet write to the same streams', async () => {
    const doc = await TileDocument.create(client(session.did), { n: 1 }, {}, QUIET)
    const other = await signIn(owner)
    assert.notEqual(other.did.id, session.did.id)
    await (await TileDocument.load(client(other.did), doc.id)).update({ n: 2 }, {}, QUIET)
    await (await TileDocument.load(client(session.did), doc.id)).update({ n: 3 }, {}, QUIET)
    assert.deepEqual((await TileDocument.load(client(), doc.id)).content, { n: 3 })
  })
})

describe('sessions: an Ethereum wallet, WebCrypto session key', () => {
  const owner = wallet()
  let session
  writesAllTypes(async () => {
    session = await signInWithWebCrypto(owner)
    return { did: session.did, controller: owner.did }
  })

  test('the key is P-256 and stays where it is', async () => {
    assert.match(session.did.id, /^did:key:zDn/)
    assert.throws(() => session.serialize(), /Secure sessions cannot be serialized/)
  })

  test('a second visit finds the stored session', async () => {
    const again = await signInWithWebCrypto(owner)
    assert.equal(again.did.id, session.did.id)
    const doc = await TileDocument.create(client(again.did), { n: 1 }, {}, QUIET)
    assert.equal(doc.controllers[0], owner.did)
  })
})

describe('sessions: a wallet on another chain', () => {
  const owner = wallet({ chainId: 137 })
  writesAllTypes(async () => ({ did: (await signIn(owner)).did, controller: owner.did }))
})

describe('sessions: a wallet signed in by version 0.2 of the library', () => {
  const owner = wallet({ generation: EARLIER })
  writesAllTypes(async () => ({ did: (await signIn(owner)).did, controller: owner.did }))
})

for (const [chain, open] of Object.entries(signInOn)) {
  describe(`sessions: a wallet on ${chain}`, () => {
    writesAllTypes(open)

    test('with another text than the wallet signed', async () => {
      const { session, did, controller } = await open()
      const doc = await TileDocument.create(client(did), { n: 1 }, {}, QUIET)
      const changed = { ...session.cacao, p: { ...session.cacao.p, nonce: 'abcdefghij' } }
      const commit = await tileUpdate(await careless(session, changed), doc.id, doc.tip, [{ op: 'replace', path: '/n', value: 2 }])
      await assert.rejects(client().applyCommit(doc.id, commit, QUIET), refusal(controller, '(Signature does not belong to issuer|address does not belong to publicKey)'))
    })
  })
}

describe('sessions: a WebCrypto key as the account itself', () => {
  writesAllTypes(async () => {
    const did = await webCryptoAccount()
    return { did, controller: did.id }
  })
})

describe('sessions: what a session may', () => {
  let owner, ceramic, tile, model, otherModel
  before(async () => {
    owner = wallet()
    ceramic = client((await signIn(owner)).did)
    tile = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
    model = await Model.create(ceramic, note())
    otherModel = await Model.create(ceramic, note({ name: 'Other' }))
  })
  const limited = async (...resources) => client((await signIn(owner, resources)).did)

  test('one for a model writes its documents', async () => {
    const writer = await limited(`ceramic://*?model=${model.id}`)
    const doc = await ModelInstanceDocument.create(writer, { text: 'one' }, { model: model.id }, QUIET)
    await doc.replace({ text: 'two' }, undefined, QUIET)
    assert.deepEqual((await ModelInstanceDocument.load(client(), doc.id)).content, { text: 'two' })
  })

  test('one for a model writes no other documents, no models and no tiles', async () => {
    const writer = await limited(`ceramic://*?model=${model.id}`)
    await assert.rejects(ModelInstanceDocument.create(writer, { text: 'one' }, { model: otherModel.id }, QUIET), NO_PERMISSION)
    await assert.rejects(Model.create(writer, note({ name: 'Third' })), NO_PERMISSION)
    await assert.rejects(TileDocument.create(writer, { n: 1 }, {}, QUIET), NO_PERMISSION)
  })

  test('one for the model of models writes models', async () => {
    const writer = await limited(`ceramic://*?model=${Model.MODEL}`)
    assert.equal((await Model.create(writer, note({ name: 'Fourth' }))).metadata.controller, owner.did)
  })

  test('one for a stream updates it, and no other', async () => {
    const mine = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
    const writer = await limited(`ceramic://${mine.id}`)
    await (await TileDocument.load(writer, mine.id)).update({ n: 2 }, {}, QUIET)
    assert.deepEqual((await TileDocument.load(client(), mine.id)).content, { n: 2 })
    const wrong = refusal(owner.did, 'Capability does not have appropriate permissions to update this Stream')
    await assert.rejects((await TileDocument.load(writer, tile.id)).update({ n: 2 }, {}, QUIET), wrong)
  })

  test('one for something else writes nothing', async () => {
    for (const resource of ['ceramic://', 'https://example.com/*', `ceramic://*?model=${otherModel.id}x`, 'ipfs://*']) {
      await assert.rejects(TileDocument.create(await limited(resource), { n: 1 }, {}, QUIET), NO_PERMISSION)
    }
  })
})

describe('sessions: refused', () => {
  let owner, session, tile
  before(async () => {
    owner = wallet()
    session = await signIn(owner)
    tile = await TileDocument.create(client(session.did), { n: 1 }, {}, QUIET)
  })

  /** Has the DID update the tile, and demands the refusal and that the stream is as it was. */
  async function refusesUpdate(did, message) {
    const commit = await tileUpdate(did, tile.id, tile.tip, [{ op: 'replace', path: '/n', value: 2 }])
    await refusesCommit(commit, message)
  }
  async function refusesCommit(commit, message) {
    await assert.rejects(client().applyCommit(tile.id, commit, QUIET), message)
    const answer = await request('POST', '/api/v0/commits', { streamId: tile.id.toString(), commit: wire(commit), opts: QUIET })
    assert.ok(answer.status >= 400, `status ${answer.status}`)
    assert.match(answer.json.error, message)
    assert.equal((await TileDocument.load(client(), tile.id)).state.log.length, 1)
  }
  const timed = async (fields) => careless(session, await resigned(owner, session.cacao, fields))

  test('one that ran out', async () => {
    const expired = await timed({ iat: at(-9 * DAY), exp: at(-2 * DAY) })
    await refusesUpdate(expired, refusal(owner.did, 'CACAO has expired'))
    await assert.rejects(TileDocument.create(client(expired), { n: 1 }, {}, QUIET), /CACAO has expired/)
    await assert.rejects(Model.create(client(expired), note()), /CACAO has expired/)
  })

  test('one that ran out a minute before the day for anchoring was over', async () => {
    await refusesUpdate(await timed({ iat: at(-9 * DAY), exp: at(-DAY - 360) }), /CACAO has expired/)
  })

  test('not one that ran out within the last day: its signatures may still be anchored', async () => {
    const late = await timed({ iat: at(-8 * DAY), exp: at(-HOUR) })
    const doc = await TileDocument.create(client(late), { late: true }, {}, QUIET)
    assert.deepEqual((await TileDocument.load(client(), doc.id)).content, { late: true })
  })

  test('not on top of an event whose own session ran out before it was anchored', async () => {
    const end = Date.now() + 10_000
    const late = await timed({ iat: at(-9 * DAY), exp: new Date(end - (DAY + GRACE) * 1000).toISOString() })
    const doc = await TileDocument.create(client(late), { n: 1 }, {}, QUIET)
    const before = await TileDocument.create(client(session.did), { n: 1 }, {}, QUIET)
    const overtaken = await tileUpdate(late, before.id, before.tip, [{ op: 'replace', path: '/n', value: 2 }])
    await client().applyCommit(before.id, overtaken, QUIET)
    await before.sync()
    assert.deepEqual(before.content, { n: 2 })

    // The session that writes now is a good one; what it builds on no longer counts.
    await eventually(() => Date.now() > end + 2_000, 'the session runs out') // the node counts whole seconds
    for (const [stream, tip] of [[doc.id, doc.tip], [before.id, before.tip]]) {
      const commit = await tileUpdate(session.did, stream, tip, [{ op: 'replace', path: '/n', value: 3 }])
      await assert.rejects(client().applyCommit(stream, commit, QUIET), /CACAO expired: Commit/)
      const answer = await request('POST', '/api/v0/commits', { streamId: stream.toString(), commit: wire(commit), opts: QUIET })
      assert.equal(answer.status, 400, answer.text)
    }
    await assert.rejects(doc.update({ n: 3 }, {}, QUIET), /CACAO (has )?expired/)
    await assert.rejects(before.update({ n: 3 }, {}, QUIET), /CACAO expired: Commit/)

    const restored = await TileDocument.load(client(session.did), before.id, { sync: SyncOptions.SYNC_ALWAYS })
    assert.deepEqual(restored.content, { n: 1 })
    await restored.update({ n: 3 }, {}, QUIET)
    assert.deepEqual((await TileDocument.load(client(), before.id)).content, { n: 3 })
  })

  test('the client library signs with no expired session by itself', async () => {
    const expired = await signIn(owner, undefined, { expiresInSecs: -1 })
    assert.equal(expired.isExpired, true)
    await assert.rejects(TileDocument.create(client(expired.did), { n: 1 }, {}, QUIET), /Capability is expired/)
  })

  test('one from the future', async () => {
    await refusesUpdate(await timed({ iat: at(HOUR) }), refusal(owner.did, 'CACAO is not valid yet'))
    await refusesUpdate(await timed({ nbf: at(HOUR) }), /CACAO is not valid yet/)
  })

  for (const [what, fields] of [
    ['more resources', { resources: ['ceramic://*', 'ceramic://*?model=x'] }],
    ['a later end', { exp: at(30 * DAY) }],
    ['another domain', { domain: 'other.test' }],
    ['another statement', { statement: 'All yours' }],
    ['another nonce', { nonce: 'abcdefghij' }],
  ]) {
    test(`one with ${what} than the wallet signed`, async () => {
      const changed = { ...session.cacao, p: { ...session.cacao.p, ...fields } }
      await refusesUpdate(await careless(session, changed), refusal(owner.did, 'Signature does not belong to issuer'))
    })
  }

  test('one without a signature', async () => {
    const { s, ...unsigned } = session.cacao
    assert.ok(s)
    await refusesUpdate(await careless(session, unsigned), /CACAO does not have a signature/)
  })

  test('one with a broken signature', async () => {
    const s = session.cacao.s.s
    const broken = { ...session.cacao, s: { ...session.cacao.s, s: s.slice(0, 10) + (s[10] === '0' ? '1' : '0') + s.slice(11) } }
    await refusesUpdate(await careless(session, broken), /Signature does not belong to issuer/)
  })

  test('one signed by another wallet in the name of this', async () => {
    const forged = await resigned({ ...owner, provider: forger(owner) }, session.cacao, {})
    await refusesUpdate(await careless(session, forged), /Signature does not belong to issuer/)
  })

  test("another wallet's session", async () => {
    await refusesUpdate((await signIn(wallet())).did, refusal(owner.did, 'invalid_jws: not a valid verificationMethod for issuer'))
  })

  test("another session's capability with a key of one's own", async () => {
    const thief = await signIn(wallet())
    await refusesUpdate(await careless(thief, session.cacao), /invalid_jws: not a valid verificationMethod for issuer/)
  })

  test('a capability block that its link does not name', oursOnly('takes it, or fails inside'), async () => {
    const commit = await tileUpdate(session.did, tile.id, tile.tip, [{ op: 'replace', path: '/n', value: 2 }])
    const other = await CacaoBlock.fromCacao((await signIn(owner)).cacao)
    await refusesCommit({ ...commit, cacaoBlock: other.bytes }, /./)
  })

  test('an event that lost its capability', async () => {
    const unseen = await signIn(owner)
    const { jws, linkedBlock } = await tileUpdate(unseen.did, tile.id, tile.tip, [{ op: 'replace', path: '/n', value: 2 }])
    await refusesCommit({ jws, linkedBlock }, /./)
  })

  test('a signature of the session key that does not fit', async () => {
    const commit = await tileUpdate(session.did, tile.id, tile.tip, [{ op: 'replace', path: '/n', value: 2 }])
    await refusesCommit(withBrokenSignature(commit), refusal(owner.did, 'invalid_signature: Signature invalid for JWT'))
  })

  test('the key alone, without the capability', async () => {
    await refusesUpdate(await keyOf(session), /invalid_jws: not a valid verificationMethod for issuer/)
  })

  test('nothing of a refused creation is kept', oursOnly('stores before it validates'), async () => {
    const expired = await timed({ iat: at(-9 * DAY), exp: at(-2 * DAY) })
    const genesis = await TileDocument.makeGenesis({ signer: client(expired).signer }, { n: 1 }, {})
    assert.ok((await request('POST', '/api/v0/streams', { type: 0, genesis: wire(genesis), opts: QUIET })).status >= 400)
    const id = new StreamID('tile', await cidOf(genesis))
    assert.ok((await request('GET', `/api/v0/streams/${id}?sync=2`)).status >= 400)
  })
})

/** A wallet that says it has the owner's address, and signs with its own key. */
function forger(owner) {
  const own = wallet()
  return {
    async request(call) {
      if (call.method !== 'personal_sign') return owner.provider.request(call)
      return own.provider.request({ ...call, params: [call.params[0], own.did.split(':').at(-1)] })
    },
  }
}
