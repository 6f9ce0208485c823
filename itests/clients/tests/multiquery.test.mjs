import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { StreamID } from '@ceramicnetwork/streamid'
import { client, request } from '../support/node.mjs'
import { ed25519 } from '../support/accounts.mjs'
import { QUIET, cidOf, unknownStream } from '../support/events.mjs'
import { note, noteSet } from '../support/models.mjs'

describe('multiqueries', () => {
  let ceramic, did, leafA, leafB, branch, root
  before(async () => {
    did = await ed25519()
    ceramic = client(did)
    leafA = await TileDocument.create(ceramic, { name: 'a' }, {}, QUIET)
    leafB = await TileDocument.create(ceramic, { name: 'b' }, {}, QUIET)
    branch = await TileDocument.create(ceramic, { left: leafA.id.toUrl(), right: leafB.id.toString(), plain: 'text' }, {}, QUIET)
    root = await TileDocument.create(ceramic, { nested: { branch: branch.id.toUrl() }, other: leafB.id.toUrl() }, {}, QUIET)
  })
  const ids = (result) => Object.keys(result).sort()
  const sorted = (...docs) => docs.map((d) => d.id.toString()).sort()

  test('several streams come back under their ids', async () => {
    const result = await ceramic.multiQuery([{ streamId: leafA.id }, { streamId: leafB.id.toString() }])
    assert.deepEqual(ids(result), sorted(leafA, leafB))
    assert.deepEqual(result[leafA.id.toString()].content, { name: 'a' })
    assert.deepEqual(result[leafB.id.toString()].content, { name: 'b' })
  })

  test('a path is followed to the stream it names', async () => {
    const result = await ceramic.multiQuery([{ streamId: root.id, paths: ['/other'] }])
    assert.deepEqual(ids(result), sorted(root, leafB))
  })

  test('paths are followed from stream to stream', async () => {
    const result = await ceramic.multiQuery([{ streamId: branch.id, paths: ['/left', '/right'] }, { streamId: root.id, paths: ['/other'] }])
    assert.deepEqual(ids(result), sorted(leafA, leafB, branch, root))
  })

  test('paths that lead nowhere are passed over', async () => {
    const result = await ceramic.multiQuery([{ streamId: branch.id, paths: ['/plain', '/nothing/here', '/left'] }])
    assert.deepEqual(ids(result), sorted(branch, leafA))
  })

  test('an unknown stream is left out, the others answer', async () => {
    const unknown = unknownStream()
    const { status, json } = await request('POST', '/api/v0/multiqueries', {
      queries: [{ streamId: unknown.toString() }, { streamId: leafA.id.toString() }],
      timeout: 3000,
    })
    assert.equal(status, 200)
    assert.deepEqual(ids(json), [leafA.id.toString()])
  })

  test('a CommitID comes back under the CommitID', async () => {
    const doc = await TileDocument.create(ceramic, { v: 0 }, {}, QUIET)
    await doc.update({ v: 1 }, undefined, QUIET)
    const [first] = doc.allCommitIds
    const result = await ceramic.multiQuery([{ streamId: first }, { streamId: doc.id }])
    assert.deepEqual(result[first.toString()].content, { v: 0 })
    assert.deepEqual(result[doc.id.toString()].content, { v: 1 })
  })

  test('an unsigned genesis creates the deterministic stream it asks for', async () => {
    const genesis = await TileDocument.makeGenesis({ signer: ceramic.signer }, null, { family: 'mq', tags: ['x'], deterministic: true })
    const streamId = new StreamID('tile', await cidOf(genesis))
    const result = await ceramic.multiQuery([{ streamId, genesis }])
    assert.deepEqual(ids(result), [streamId.toString()])
    assert.deepEqual(result[streamId.toString()].content, {})
  })

  test('a SET document that does not exist yet is loadable by its genesis', async () => {
    const model = await Model.create(ceramic, noteSet())
    const genesis = await ModelInstanceDocument.makeGenesis({ signer: ceramic.signer }, null, { model: model.id, controller: did.id, deterministic: true }, ['t', 'a'])
    const streamId = new StreamID('MID', await cidOf(genesis))
    const result = await ceramic.multiQuery([{ streamId, genesis, opts: { sync: 2 } }])
    assert.deepEqual(ids(result), [streamId.toString()])
    assert.equal(result[streamId.toString()].content, null)
  })

  test('a genesis of another stream than asked for answers nothing', async () => {
    const genesis = await TileDocument.makeGenesis({ signer: ceramic.signer }, null, { family: 'mq2', tags: ['y'], deterministic: true })
    const result = await ceramic.multiQuery([{ streamId: leafA.id, genesis }])
    assert.deepEqual(ids(result), [])
  })

  test('a signed genesis in a query answers nothing', async () => {
    const genesis = await TileDocument.makeGenesis({ signer: ceramic.signer }, { signed: true }, {})
    const streamId = new StreamID('tile', await cidOf(genesis))
    assert.deepEqual(await ceramic.multiQuery([{ streamId, genesis }]), {})
  })

  test('models and their documents come together', async () => {
    const model = await Model.create(ceramic, note())
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'x' }, { model: model.id }, QUIET)
    const result = await ceramic.multiQuery([{ streamId: model.id }, { streamId: doc.id }])
    assert.equal(result[model.id.toString()].content.name, 'Note')
    assert.deepEqual(result[doc.id.toString()].content, { text: 'x' })
  })

  test('a hundred streams in one query', async () => {
    const docs = await Promise.all(Array.from({ length: 100 }, (_, i) => TileDocument.create(ceramic, { i }, {}, QUIET)))
    const result = await ceramic.multiQuery(docs.map((d) => ({ streamId: d.id, opts: { sync: 2 } })))
    assert.equal(Object.keys(result).length, 100)
    for (const [i, doc] of docs.entries()) assert.deepEqual(result[doc.id.toString()].content, { i })
  })

  test('no queries answer an empty map', async () => {
    const { status, json } = await request('POST', '/api/v0/multiqueries', { queries: [] })
    assert.equal(status, 200)
    assert.deepEqual(json, {})
  })
})
