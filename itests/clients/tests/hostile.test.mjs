// Input made to hurt: schemas and patches that explode, names without end, letters of another case.
import { describe, test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { StreamID } from '@ceramicnetwork/streamid'
import { utils } from 'ethers'
import { CID } from 'multiformats/cid'
import { client, oursOnly, request } from '../support/node.mjs'
import { ed25519 } from '../support/accounts.mjs'
import { QUIET, cidOf, tileUpdate, wire } from '../support/events.mjs'
import { note } from '../support/models.mjs'
import { careless, resigned, signIn, wallet } from '../support/sessions.mjs'

const PATIENCE_MS = 20_000
const create = (type, commit) => request('POST', '/api/v0/streams', { type, genesis: wire(commit), opts: QUIET })
const apply = (id, commit) => request('POST', '/api/v0/commits', { streamId: id.toString(), commit: wire(commit), opts: QUIET })

function assertRefused(answer, text = /./) {
  assert.ok(answer.status >= 400 && answer.status < 500, `status ${answer.status}: ${answer.text.slice(0, 300)}`)
  assert.match(answer.json.error, text)
  assert.ok(answer.text.length < 10_000, `${answer.text.length} characters of refusal`)
}

describe('hostile input', oursOnly('would be busy for ever'), () => {
  let did, ceramic
  before(async () => {
    did = await ed25519()
    ceramic = client(did)
  })
  after(async () => assert.equal((await request('GET', '/api/v0/node/healthcheck')).text, 'Alive!'))

  const modelOf = (properties, rest = {}) => note({ schema: { ...note().schema, required: [], properties, ...rest } })
  const genesisOfModel = (content) => Model._makeGenesis({ signer: ceramic.signer }, content)

  /** Makes the model, if the node takes it, and demands that it refuses the document within bounded time. */
  async function refusesDocument(content, document, text) {
    const started = Date.now()
    const made = await create(2, await genesisOfModel(content))
    if (made.status !== 200) return assertRefused(made, text)
    const model = StreamID.fromString(made.json.streamId)
    assertRefused(await create(3, await ModelInstanceDocument.makeGenesis({ signer: ceramic.signer }, document, { model })), text)
    assert.ok(Date.now() - started < PATIENCE_MS, `took ${Date.now() - started} ms`)
  }

  describe('schemas', () => {
    test('a reference to itself', async () => refusesDocument(modelOf({ a: { $ref: '#/$defs/a' } }, { $defs: { a: { $ref: '#/$defs/a' } } }), { a: 1 }, /cannot be validated/))
    test('two references that go in a circle', async () =>
      refusesDocument(modelOf({ a: { $ref: '#/$defs/a' } }, { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }), { a: 1 }, /cannot be validated/))
    test('references that double fifty times', async () => {
      const $defs = { d50: { type: 'string', maxLength: 9 } }
      for (let i = 0; i < 50; i++) $defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] }
      await refusesDocument(modelOf({ a: { $ref: '#/$defs/d0' } }, { $defs }), { a: 'x' }, /cannot be validated/)
    })
    test('references out of the schema', async () => refusesDocument(modelOf({ a: { $ref: 'https://example.com/other.json' } }), { a: 1 }))
    for (const pattern of ['^(a+)+$', '^(a|aa)+$', '(.*)*x', '^(a|a?)+$', '(a{1,30}){1,30}(a{1,30}){1,30}$', '(?=(a+)+$)b']) {
      test(`the pattern ${pattern}`, async () => {
        await refusesDocument(modelOf({ a: { type: 'string', maxLength: 60_000, pattern } }), { a: `${'a'.repeat(50_000)}!` })
      })
    }
    test('a pattern that counts to a billion', async () => refusesDocument(modelOf({ a: { type: 'string', pattern: '((a{1000}){1000}){1000}' } }), { a: 'a' }))
    test('three hundred schemas in one another', async () => {
      let deep = { type: 'string' }
      for (let i = 0; i < 300; i++) deep = { type: 'object', additionalProperties: false, properties: { a: deep } }
      await refusesDocument(modelOf({ a: deep }), { a: 1 })
    })
    test('thousands of small patterns that count far', async () => {
      const properties = Object.fromEntries(Array.from({ length: 3500 }, (_, i) => [`p${i}`, { type: 'string', pattern: `((a{140}){140})${i}` }]))
      await refusesDocument(modelOf(properties), { p1: 'a' }, /regular expressions are too large together/)
    })
    test('a megabyte', async () => {
      const properties = Object.fromEntries(Array.from({ length: 12_000 }, (_, i) => [`property${i}`, { type: 'string', maxLength: 10, pattern: '^[a-z]*$' }]))
      assert.ok(JSON.stringify(properties).length > 800_000)
      assertRefused(await create(2, await genesisOfModel(modelOf(properties))), /exceeds the maximum block size/)
    })
    test('as large as an event may be', async () => {
      const properties = Object.fromEntries(Array.from({ length: 3500 }, (_, i) => [`property${i}`, { type: 'string', maxLength: 10, pattern: '^[a-z]*$' }]))
      const started = Date.now()
      const model = await Model.create(ceramic, modelOf(properties))
      const doc = await ModelInstanceDocument.create(ceramic, { property7: 'abc' }, { model: model.id }, QUIET)
      await assert.rejects(doc.replace({ property7: 'ABC' }, undefined, QUIET), /data\/property7 must match pattern/)
      assert.ok(Date.now() - started < PATIENCE_MS, `took ${Date.now() - started} ms`)
    })
  })

  describe('patches that grow the content', () => {
    const doubling = (times) => [
      { op: 'add', path: '/a', value: ['x'.repeat(1000)] },
      ...Array.from({ length: times }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/${i + 1}` })),
    ]
    test('of a tile, doubled forty times', async () => {
      const tile = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
      const started = Date.now()
      assertRefused(await apply(tile.id, await tileUpdate(did, tile.id, tile.tip, doubling(40))))
      assert.ok(Date.now() - started < PATIENCE_MS, `took ${Date.now() - started} ms`)
      assert.deepEqual((await TileDocument.load(client(), tile.id)).content, { n: 1 })
    })
    test('of a document, doubled forty times', async () => {
      const model = await Model.create(ceramic, modelOf({ a: { type: 'array' } }))
      const doc = await ModelInstanceDocument.create(ceramic, {}, { model: model.id }, QUIET)
      const commit = await did.createDagJWS({ id: doc.id.cid, prev: doc.tip, data: doubling(40) })
      assertRefused(await apply(doc.id, commit))
      assert.deepEqual((await ModelInstanceDocument.load(client(), doc.id)).content, {})
    })
    test('of a tile, little by little', async () => {
      const tile = await TileDocument.create(ceramic, { a: ['x'.repeat(200_000)] }, {}, QUIET)
      const copies = Array.from({ length: 30 }, (_, i) => ({ op: 'copy', from: '/a/0', path: `/a/${i + 1}` }))
      const first = await apply(tile.id, await tileUpdate(did, tile.id, tile.tip, copies))
      assert.equal(first.status, 200, first.text.slice(0, 300)) // 12.4 of 16 million bytes
      const tip = first.json.state.log.at(-1).cid
      assertRefused(await apply(tile.id, await tileUpdate(did, tile.id, CID.parse(tip), copies)), /size|exceeds|large/i)
    })
    test('five thousand operations', async () => {
      const tile = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
      const started = Date.now()
      const answer = await apply(tile.id, await tileUpdate(did, tile.id, tile.tip, Array.from({ length: 5_000 }, (_, i) => ({ op: 'add', path: `/k${i}`, value: i }))))
      assert.equal(answer.status, 200, answer.text.slice(0, 300))
      assert.ok(Date.now() - started < PATIENCE_MS, `took ${Date.now() - started} ms`)
    })
  })

  describe('names without end', () => {
    const long = (prefix, length = 100_000) => prefix + 'z'.repeat(length)
    const controllers = [long('did:key:z6Mk'), long('did:pkh:eip155:1:0x'), long('did:pkh:'), long('did:3:'), `did:${'m'.repeat(50_000)}:x`, long('did:key:z6Mk', 2030), 'did:key:z', 'did::', 'did:key:', 'did:pkh:eip155:1:']
    for (const controller of controllers) {
      test(`a controller ${controller.slice(0, 20)}… of ${controller.length} characters`, async () => {
        assertRefused(await create(0, await did.createDagJWS({ data: { a: 1 }, header: { controllers: [controller] } })))
      })
      test(`a signer ${controller.slice(0, 20)}… of ${controller.length} characters`, async () => {
        const commit = wire(await did.createDagJWS({ data: { a: 1 }, header: { controllers: [did.id] } }))
        const head = JSON.parse(Buffer.from(commit.jws.signatures[0].protected, 'base64url'))
        const forged = Buffer.from(JSON.stringify({ ...head, kid: `${controller}#${controller.slice(-20)}` })).toString('base64url')
        const jws = { ...commit.jws, signatures: [{ ...commit.jws.signatures[0], protected: forged }] }
        assertRefused(await request('POST', '/api/v0/streams', { type: 0, genesis: { ...commit, jws }, opts: QUIET }))
      })
    }
    for (const method of ['web', 'nft', 'safe', 'ion']) {
      test(`a controller of the DID method ${method}, which is not installed`, async () => {
        const answer = await create(0, await did.createDagJWS({ data: { a: 1 }, header: { controllers: [`did:${method}:example.com`] } }))
        assert.equal(answer.status, 503)
        assert.match(answer.json.error, new RegExp(`no DID method '${method}' is installed`))
        assert.equal(answer.json.missing, `did-method:${method}`)
      })
    }
    test('a capability whose issuer has no end', async () => {
      const session = await signIn(wallet())
      const capability = { ...session.cacao, p: { ...session.cacao.p, iss: long('did:pkh:eip155:1:0x') } }
      const bearer = await careless(session, capability)
      assertRefused(await create(0, await bearer.createDagJWS({ data: { a: 1 }, header: { controllers: [session.did.parent] } })))
    })
    test('a capability with ten thousand resources', async () => {
      const owner = wallet()
      const session = await signIn(owner)
      const capability = await resigned(owner, session.cacao, { resources: Array.from({ length: 10_000 }, (_, i) => `ceramic://*?model=k${i}`) })
      const started = Date.now()
      assertRefused(await create(0, await (await careless(session, capability)).createDagJWS({ data: { a: 1 }, header: { controllers: [owner.did] } })))
      assert.ok(Date.now() - started < PATIENCE_MS)
    })
  })

  describe('an Ethereum account in letters of another case', () => {
    const owner = wallet()
    const address = owner.did.split(':').at(-1)
    const spelled = {
      'as its checksum has it': utils.getAddress(address),
      'in capitals': `0x${address.slice(2).toUpperCase()}`,
      'with a wrong checksum': utils.getAddress(address).replace(/[a-fA-F]/, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())),
    }
    const controllerOf = (spelling) => `did:pkh:eip155:1:${spelling}`
    const genesis = (session, spelling, unique) => session.did.createDagJWS({ data: { a: 1 }, header: { controllers: [controllerOf(spelling)], unique } })

    for (const [how, spelling] of Object.entries(spelled)) {
      test(`a controller ${how} is the same account, and another stream`, async () => {
        const session = await signIn(owner)
        const commit = await genesis(session, spelling, 'case')
        const made = await create(0, commit)
        assert.equal(made.status, 200, made.text)
        assert.equal(made.json.state.metadata.controllers[0], controllerOf(spelling))
        const lower = await create(0, await genesis(session, address, 'case'))
        assert.notEqual(lower.json.streamId, made.json.streamId)
        const id = StreamID.fromString(made.json.streamId)
        const updated = await apply(id, await tileUpdate(session.did, id, await cidOf(commit), [{ op: 'replace', path: '/a', value: 2 }]))
        assert.equal(updated.status, 200, updated.text)
      })
      test(`a capability whose issuer is ${how}`, async () => {
        const session = await signIn(owner)
        const capability = await resigned(owner, session.cacao, { iss: controllerOf(spelling) })
        const bearer = await careless(session, capability)
        const made = await create(0, await bearer.createDagJWS({ data: { a: 1 }, header: { controllers: [owner.did], unique: how } }))
        assert.equal(made.status, 200, made.text)
      })
    }
    test('no letters of another account', async () => {
      const stranger = await signIn(wallet())
      for (const spelling of [address, ...Object.values(spelled)]) assertRefused(await create(0, await genesis(stranger, spelling, 'x')), /not a valid verificationMethod/)
    })
  })
})
