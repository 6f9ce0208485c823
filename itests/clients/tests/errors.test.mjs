// Bad input: a clear 4xx with {"error": "..."}, nothing kept of it, and the node goes on.
import { describe, test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { StreamID } from '@ceramicnetwork/streamid'
import * as dagCBOR from '@ipld/dag-cbor'
import { client, isPeer, oursOnly, rawExchange, request, statusLine, url } from '../support/node.mjs'
import { ed25519 } from '../support/accounts.mjs'
import { QUIET, cidOf, signedBytes, tileUpdate, unknownCid, unknownStream, wire, withBrokenSignature, withOtherPayload } from '../support/events.mjs'
import { note } from '../support/models.mjs'

const ALIVE = '/api/v0/node/healthcheck'

/** Demands a refusal in the body shape of the API; js-ceramic answers 500 where we answer 4xx. */
function assertRefused(answer, text) {
  if (isPeer) assert.ok(answer.status >= 400, `status ${answer.status}: ${answer.text.slice(0, 300)}`)
  else assert.ok(answer.status >= 400 && answer.status < 500, `status ${answer.status}: ${answer.text.slice(0, 300)}`)
  assert.equal(typeof answer.json?.error, 'string', `no error text in: ${answer.text.slice(0, 300)}`)
  assert.notEqual(answer.json.error.trim(), '')
  assert.doesNotMatch(answer.text, /\bat (org|java|com|jdk)\.[\w.$]+\(/, 'no stack trace leaves the node')
  if (text) assert.match(answer.json.error, text)
}

const create = (type, genesis) => request('POST', '/api/v0/streams', { type, genesis, opts: QUIET })
const apply = (streamId, commit) => request('POST', '/api/v0/commits', { streamId: streamId.toString(), commit, opts: QUIET })

describe('bad input', () => {
  let ceramic, did, other, tile
  before(async () => {
    did = await ed25519()
    other = await ed25519()
    ceramic = client(did)
    tile = await TileDocument.create(ceramic, { n: 1, title: 'untouched' }, {}, QUIET)
  })
  after(async () => {
    assert.equal((await request('GET', ALIVE)).text, 'Alive!')
    const loaded = await TileDocument.load(client(), tile.id)
    assert.deepEqual(loaded.content, { n: 1, title: 'untouched' })
    assert.equal(loaded.state.log.length, 1)
  })

  /** Sends a genesis that must be refused, and demands that no stream came of it. */
  async function refusesGenesis(type, commit, text) {
    assertRefused(await create(type, wire(commit)), text)
    if (isPeer) return // stores before it validates
    const id = new StreamID(type, await cidOf(commit))
    assertRefused(await request('GET', `/api/v0/streams/${id}?sync=2`))
    assertRefused(await request('GET', `/api/v0/commits/${id}`))
    const many = await request('POST', '/api/v0/multiqueries', { queries: [{ streamId: id.toString(), opts: { sync: 2 } }] })
    assert.deepEqual(many.json, {})
  }
  /** Sends an update of the tile that must be refused, and demands that the stream is as it was. */
  async function refusesUpdate(commit, text) {
    assertRefused(await apply(tile.id, wire(commit)), text)
    const { json } = await request('GET', `/api/v0/streams/${tile.id}`)
    assert.equal(json.state.log.length, 1)
    assert.equal(json.state.next, undefined)
    const log = await request('GET', `/api/v0/commits/${tile.id}`)
    assert.equal(log.json.commits.length, 1)
  }
  const update = (ops = [{ op: 'replace', path: '/n', value: 2 }], header = {}) => tileUpdate(did, tile.id, tile.tip, ops, header)

  describe('bodies', () => {
    test('truncated JSON', async () => assertRefused(await request('POST', '/api/v0/streams', '{"type":0,"genesis":{"da')))
    test('no JSON at all', async () => assertRefused(await request('POST', '/api/v0/commits', 'hello')))
    test('an empty body', async () => assertRefused(await request('POST', '/api/v0/commits', ''), /streamId and commit are required in order to apply commit/))
    for (const body of ['[]', 'null', '"text"', '17', '{}']) {
      test(`${body} as a create`, async () => assertRefused(await request('POST', '/api/v0/streams', body)))
      test(`${body} as an update`, async () => assertRefused(await request('POST', '/api/v0/commits', body)))
    }
    test('fields of the wrong kind', async () => {
      assertRefused(await request('POST', '/api/v0/streams', { type: 'tile', genesis: 'x' }))
      assertRefused(await request('POST', '/api/v0/streams', { type: 0, genesis: [] }))
      assertRefused(await request('POST', '/api/v0/commits', { streamId: 5, commit: {} }))
      assertRefused(await request('POST', '/api/v0/commits', { streamId: tile.id.toString(), commit: 'x' }))
    })
    test('a missing streamId or commit is named', async () => {
      assertRefused(await request('POST', '/api/v0/commits', { streamId: tile.id.toString() }), /streamId and commit are required in order to apply commit/)
      assertRefused(await request('POST', '/api/v0/commits', { commit: {} }), /streamId and commit are required in order to apply commit/)
    })
    test('a body over one MiB', async () => {
      assertRefused(await request('POST', '/api/v0/streams', JSON.stringify({ type: 0, genesis: { data: 'x'.repeat(1_100_000) } })))
    })
    test('a body over one MiB has status 413', oursOnly('answers 500'), async () => {
      const { status } = await request('POST', '/api/v0/streams', JSON.stringify({ pad: 'x'.repeat(1_100_000) }))
      assert.equal(status, 413)
    })
    test('a body of a gigabyte is not waited for', oursOnly('reads on'), async () => {
      const { host } = new URL(url)
      const answer = await rawExchange(`POST /api/v0/streams HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n{"type":0`)
      assert.match(answer, /^HTTP\/1\.1 413 \S/)
    })
    test('JSON nested a hundred thousand deep', async () => {
      const deep = '['.repeat(100_000) + ']'.repeat(100_000)
      assertRefused(await request('POST', '/api/v0/streams', `{"type":0,"genesis":{"data":${deep},"header":{"controllers":["${did.id}"]}}}`))
    })
    test('an unsigned genesis nested five thousand deep', oursOnly('takes what its stack bears'), async () => {
      const deep = '{"a":'.repeat(5000) + '1' + '}'.repeat(5000)
      assertRefused(await request('POST', '/api/v0/streams', `{"type":0,"genesis":{"data":${deep},"header":{"controllers":["${did.id}"]}}}`))
    })
    test('numbers that no double holds', async () => {
      assertRefused(await request('POST', '/api/v0/streams', `{"type":1e999,"genesis":{"header":{"controllers":["${did.id}"]}}}`))
    })
    test('text that is not UTF-8', oursOnly('reads replacement characters'), async () => {
      const { host } = new URL(url)
      const head = Buffer.from(`POST /api/v0/streams HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n`)
      const answer = await rawExchange(Buffer.concat([head, Buffer.from('{"type":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"')]))
      assert.match(answer, /^HTTP\/1\.1 4\d\d \S/)
    })
  })

  describe('identifiers', () => {
    test('a StreamID that is none', async () => {
      for (const id of ['hello', 'k2t6', 'kjzl6cwe1jw1', '%20', 'k'.repeat(5000)]) assertRefused(await request('GET', `/api/v0/streams/${id}`))
    })
    test('a path that no server takes', async () => {
      for (const path of ['%00', '..%2f..', '%zz']) assert.match(await statusLine('GET', `/api/v0/streams/${path}`), isPeer ? /^HTTP\/1\.1 [45]\d\d \S/ : /^HTTP\/1\.1 4\d\d \S/)
    })
    test('an unknown stream', async () => {
      const answer = await request('GET', `/api/v0/streams/${unknownStream()}?sync=2&syncTimeoutSeconds=0`)
      assertRefused(answer)
      if (!isPeer) assert.equal(answer.status, 404)
    })
    test('the log of an unknown stream', async () => assertRefused(await request('GET', `/api/v0/commits/${unknownStream()}`)))
    test('an update of an unknown stream', async () => assertRefused(await apply(unknownStream(), wire(await update()))))
    test('the log of a CommitID', async () => assertRefused(await request('GET', `/api/v0/commits/${tile.commitId}`), /contains commit/))
    test('an update addressed to a CommitID', async () => assertRefused(await apply(tile.commitId, wire(await update())), /Not StreamID/))
    test('an anchor of a CommitID', async () => assertRefused(await request('POST', `/api/v0/streams/${tile.commitId}/anchor`, {})))
    test('an anchor of an unknown stream', async () => assertRefused(await request('POST', `/api/v0/streams/${unknownStream()}/anchor`, { opts: { sync: 2 } })))
    test('the model of models cannot be loaded', async () => assertRefused(await request('GET', '/api/v0/streams/kh4q0ozorrgaq2mezktnrmdwleo1d'), /4 is not a valid stream type/))
    test('a prev that is no CID', async () => {
      const commit = wire(await update())
      assertRefused(await apply(tile.id, { ...commit, jws: { ...commit.jws, link: 'no cid' } }))
      assertRefused(await apply(tile.id, { id: 'no cid', prev: 'neither', data: [], header: {} }))
    })
  })

  describe('stream types', () => {
    for (const type of [4, 99, -1, 1.5, null, '0x']) {
      test(`type ${type}`, async () => {
        const genesis = await TileDocument.makeGenesis({ signer: ceramic.signer }, { a: crypto.randomUUID() }, {})
        assertRefused(await request('POST', '/api/v0/streams', { type, genesis: wire(genesis), opts: QUIET }))
      })
    }
    test('a tile sent as a model', async () => refusesGenesis(2, await TileDocument.makeGenesis({ signer: ceramic.signer }, { a: 1 }, {})))
    test('a tile sent as a document of a model', async () => refusesGenesis(3, await TileDocument.makeGenesis({ signer: ceramic.signer }, { a: 2 }, {})))
  })

  describe('signatures and blocks', () => {
    test('a genesis with a changed signature', async () =>
      refusesGenesis(0, withBrokenSignature(await TileDocument.makeGenesis({ signer: ceramic.signer }, { a: 1 }, {})), /Can not verify signature/))
    test('an update with a changed signature', async () => refusesUpdate(withBrokenSignature(await update()), /Can not verify signature/))
    test('an update signed by another account', async () =>
      refusesUpdate(await tileUpdate(other, tile.id, tile.tip, [{ op: 'replace', path: '/n', value: 2 }]), new RegExp(`Can not verify signature for commit .* to stream ${tile.id} which has controller DID ${did.id}`)))
    test('a genesis in the name of another account', async () =>
      refusesGenesis(0, await TileDocument.makeGenesis({ signer: client(other).signer }, { a: 1 }, { controllers: [did.id] }), /Can not verify signature/))
    test('a payload that its link does not name', oursOnly('does not check the hash'), async () => {
      await refusesGenesis(0, withOtherPayload(await TileDocument.makeGenesis({ signer: ceramic.signer }, { a: 1 }, {})))
      await refusesUpdate(withOtherPayload(await update()))
    })
    test('no signatures', async () => {
      const commit = wire(await update())
      assertRefused(await apply(tile.id, { ...commit, jws: { ...commit.jws, signatures: [] } }))
    })
    test('a protected header that is no JSON', async () => {
      const commit = wire(await update())
      assertRefused(await apply(tile.id, { ...commit, jws: { ...commit.jws, signatures: [{ protected: 'AAAA', signature: commit.jws.signatures[0].signature }] } }))
    })
    test('algorithm none', async () => {
      const commit = wire(await update())
      const head = JSON.parse(Buffer.from(commit.jws.signatures[0].protected, 'base64url'))
      const forged = Buffer.from(JSON.stringify({ ...head, alg: 'none' })).toString('base64url')
      assertRefused(await apply(tile.id, { ...commit, jws: { ...commit.jws, signatures: [{ protected: forged, signature: '' }] } }))
    })
    test('no payload block', async () => {
      const { jws } = wire(await update())
      assertRefused(await apply(tile.id, { jws }))
    })
    test('a payload block that is no base64', async () => assertRefused(await apply(tile.id, { ...wire(await update()), linkedBlock: '-_-_!!' })))
    test('a signed payload that is truncated CBOR', async () => {
      const whole = dagCBOR.encode({ id: tile.id.cid, prev: tile.tip, data: [], header: {} })
      assertRefused(await apply(tile.id, await signedBytes(did, whole.subarray(0, whole.length - 3))))
    })
    test('a signed payload nested ten thousand deep', async () => {
      assertRefused(await apply(tile.id, await signedBytes(did, Buffer.concat([Buffer.alloc(10_000, 0x81), Buffer.from([0])]))))
    })
    test('a signed payload that claims four billion elements', async () => {
      assertRefused(await apply(tile.id, await signedBytes(did, Buffer.from('9affffffff', 'hex'))))
    })
    test('a signed payload of indefinite length', async () => {
      assertRefused(await create(0, await signedBytes(did, Buffer.from('bf646461746180ff', 'hex'))))
    })
    test('a signed payload that is no event', async () => {
      for (const value of [5, 'text', [], null, {}]) assertRefused(await create(0, await signedBytes(did, dagCBOR.encode(value))))
    })
    test('a block over 256000 bytes', async () => {
      const commit = await update([{ op: 'add', path: '/big', value: 'x'.repeat(256_100) }])
      await refusesUpdate(commit, /commit size \d+ exceeds the maximum block size of 256000/)
    })
    test('a block of 200000 bytes is taken', async () => {
      const doc = await TileDocument.create(ceramic, { big: 'x'.repeat(200_000) }, {}, QUIET)
      assert.equal((await TileDocument.load(ceramic, doc.id)).content.big.length, 200_000)
    })
  })

  describe('events that do not fit their stream', () => {
    test('an unknown prev changes nothing', async () => {
      const answer = await apply(tile.id, wire(await tileUpdate(did, tile.id, unknownCid(), [{ op: 'replace', path: '/n', value: 2 }])))
      if (answer.status === 200) assert.equal(answer.json.state.log.length, 1)
      else assertRefused(answer)
    })
    test('the id of another stream', async () => refusesUpdate(await did.createDagJWS({ id: unknownCid(), prev: tile.tip, data: [{ op: 'replace', path: '/n', value: 2 }], header: {} }), /Invalid genesis CID in commit/))
    test('an unsigned update', async () => refusesUpdate({ id: tile.id.cid, prev: tile.tip, data: [{ op: 'replace', path: '/n', value: 2 }], header: {} }))
    test('a patch of a path that does not exist', async () => refusesUpdate(await update([{ op: 'remove', path: '/nothing/here' }])))
    test('a patch whose test fails', async () => refusesUpdate(await update([{ op: 'test', path: '/n', value: 77 }])))
    test('a patch with an unknown operation', async () => refusesUpdate(await update([{ op: 'frobnicate', path: '/n' }])))
    test('a patch of __proto__', async () => refusesUpdate(await update([{ op: 'add', path: '/__proto__/x', value: 1 }])))
    test('two controllers', async () => refusesUpdate(await update([], { controllers: [did.id, other.id] })))
    test('a genesis without controllers', async () => refusesGenesis(0, await did.createDagJWS({ data: { a: 1 }, header: { unique: 'abc' } })))
    test('content without a signature', async () => assertRefused(await create(0, { data: { a: 1 }, header: { controllers: [did.id] } })))
    test('a document that breaks its schema', async () => {
      const model = await Model.create(ceramic, note())
      await refusesGenesis(3, await ModelInstanceDocument.makeGenesis({ signer: ceramic.signer }, { n: 'no number' }, { model: model.id }), /Validation Error/)
    })
    test('a document of an unknown model', async () =>
      refusesGenesis(3, await ModelInstanceDocument.makeGenesis({ signer: ceramic.signer }, { text: 'x' }, { model: unknownStream('model') })))
    test('a document whose model is a tile', async () =>
      refusesGenesis(3, await ModelInstanceDocument.makeGenesis({ signer: ceramic.signer }, { text: 'x' }, { model: tile.id }), /must refer to a StreamID of a Model stream|Model/))
    test('a model without a schema', async () => {
      const { schema, ...rest } = note()
      assert.ok(schema)
      await refusesGenesis(2, await did.createDagJWS({ data: rest, header: { controllers: [did.id], model: Model.MODEL.bytes, sep: 'model' } }))
    })
    test('a schema that would take for ever', async () => {
      const evil = note({ schema: { ...note().schema, properties: { text: { type: 'string', pattern: '^(a+)+$', maxLength: 60 } } } })
      const made = await create(2, wire(await Model._makeGenesis({ signer: ceramic.signer }, evil)))
      if (made.status !== 200) return
      if (isPeer) return // would block the peer's only thread
      const started = Date.now()
      const genesis = await ModelInstanceDocument.makeGenesis({ signer: ceramic.signer }, { text: 'a'.repeat(40) + '!' }, { model: StreamID.fromString(made.json.streamId) })
      assertRefused(await create(3, wire(genesis)))
      assert.ok(Date.now() - started < 30_000, `took ${Date.now() - started} ms`)
    })
  })

  describe('queries', () => {
    test('multiqueries of the wrong shape', async () => {
      for (const body of [{}, { queries: 'x' }, { queries: [5] }, { queries: [{}] }]) {
        const answer = await request('POST', '/api/v0/multiqueries', body)
        if (answer.status === 200) assert.deepEqual(answer.json, {})
        else assertRefused(answer)
      }
    })
    test('a malformed id among the queries leaves the others answered', oursOnly('fails as a whole'), async () => {
      const { status, json } = await request('POST', '/api/v0/multiqueries', { queries: [{ streamId: 'nonsense' }, { streamId: tile.id.toString() }] })
      assert.equal(status, 200)
      assert.deepEqual(Object.keys(json), [tile.id.toString()])
    })
    test('ten thousand queries at once are bounded', oursOnly('has no bound'), async () => {
      const answer = await request('POST', '/api/v0/multiqueries', { queries: Array.from({ length: 10_000 }, () => ({ streamId: tile.id.toString() })) })
      if (answer.status !== 200) assertRefused(answer)
    })
  })

  describe('on the wire', () => {
    test('a request line that is none', async () => {
      const answer = await rawExchange('NONSENSE\r\n\r\n')
      assert.match(answer, /^HTTP\/1\.[01] 400 \S/)
    })
    test('headers without end', async () => {
      const answer = await rawExchange(`GET ${ALIVE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: ${'x'.repeat(200_000)}\r\n\r\n`)
      assert.match(answer, /^HTTP\/1\.[01] (431|400) \S/)
    })
    test('the refusal of a create has a reason phrase', async () => {
      const line = await statusLine('POST', '/api/v0/streams', { body: '{"type":0}', headers: { 'Content-Type': 'application/json' } })
      assert.match(line, isPeer ? /^HTTP\/1\.1 500 Internal Server Error$/ : /^HTTP\/1\.1 4\d\d [A-Z][A-Za-z ]+$/)
    })
  })

  describe('right requests with one byte wrong', () => {
    test('never a 5xx, and the node stays as it was', oursOnly('answers 500'), async () => {
      const genesis = await TileDocument.makeGenesis({ signer: ceramic.signer }, { a: 'mutated' }, {})
      const bodies = [
        ['/api/v0/streams', JSON.stringify({ type: 0, genesis: wire(genesis), opts: QUIET })],
        ['/api/v0/commits', JSON.stringify({ streamId: tile.id.toString(), commit: wire(withBrokenSignature(await update())), opts: QUIET })],
        ['/api/v0/multiqueries', JSON.stringify({ queries: [{ streamId: tile.id.toString(), paths: ['/a/b'], opts: { sync: 2 } }] })],
      ]
      let state = 7 // a small generator, so that a failure can be repeated
      const next = (n) => (state = (state * 1103515245 + 12345) & 0x7fffffff) % n
      for (let i = 0; i < 400; i++) {
        const [path, body] = bodies[i % bodies.length]
        const bytes = Buffer.from(body)
        bytes[next(bytes.length)] = 32 + next(95)
        const answer = await request('POST', path, bytes.toString('latin1'))
        assert.ok(answer.status < 500, `${path} answered ${answer.status} ${answer.text.slice(0, 200)} to ${bytes}`)
      }
    })
  })
})
