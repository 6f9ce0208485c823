import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { AnchorStatus } from '@ceramicnetwork/common'
import { client, eventually, isPeer, request } from '../support/node.mjs'
import { ed25519 } from '../support/accounts.mjs'
import { QUIET } from '../support/events.mjs'
import { note } from '../support/models.mjs'

// js-ceramic looks at its anchor requests once a minute; ClientsIT has Kiln anchor at once
const PATIENCE_MS = isPeer ? 150_000 : 20_000

describe('anchoring on the in-memory network', () => {
  let ceramic
  before(async () => {
    ceramic = client(await ed25519())
  })
  const anchored = (stream) =>
    eventually(async () => {
      await stream.sync()
      return stream.state.anchorStatus === AnchorStatus.ANCHORED
    }, `${stream.id} is anchored`, PATIENCE_MS)

  test('an anchor is requested on demand and comes', async () => {
    const doc = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
    assert.equal(doc.state.anchorStatus, AnchorStatus.NOT_REQUESTED)
    const status = await ceramic.requestAnchor(doc.id)
    assert.equal(status, AnchorStatus.PENDING)
    await anchored(doc)
    assert.equal(doc.state.log.length, 2)
    assert.equal(doc.state.log[1].type, 2)
    assert.equal(doc.state.anchorProof.chainId, 'inmemory:12345')
    assert.ok(doc.state.log[1].timestamp > 0)
    assert.equal(doc.state.log[0].timestamp, doc.state.log[1].timestamp)
  })

  test('a create asks for an anchor unless told otherwise, and says so at once', async () => {
    const doc = await TileDocument.create(ceramic, { n: 1 })
    assert.equal(doc.state.anchorStatus, AnchorStatus.PENDING)
  })

  test('the status is a name in states and a number in the anchor answer', async () => {
    const doc = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
    const { status, json } = await request('POST', `/api/v0/streams/${doc.id}/anchor`, {})
    assert.equal(status, 200)
    assert.equal(json.streamId, doc.id.toString())
    assert.equal(typeof json.anchorStatus, 'number')
    const loaded = await request('GET', `/api/v0/streams/${doc.id}`)
    assert.match(loaded.json.state.anchorStatus, /^(PENDING|PROCESSING|ANCHORED)$/)
  })

  test('an anchored document goes on: update, anchor, history', async () => {
    const doc = await TileDocument.create(ceramic, { n: 1 })
    await anchored(doc)
    await doc.update({ n: 2 }, undefined, QUIET)
    assert.equal(doc.state.anchorStatus, AnchorStatus.NOT_REQUESTED)
    assert.deepEqual(doc.content, { n: 2 })
    assert.deepEqual(doc.state.log.map((entry) => entry.type), [0, 2, 1])
    const atAnchor = await TileDocument.load(ceramic, doc.allCommitIds[1])
    assert.deepEqual(atAnchor.content, { n: 1 })
    assert.equal(atAnchor.state.log.length, 2)
    const commits = await ceramic.loadStreamCommits(doc.id)
    assert.ok(commits[1].value.proof, 'the time event comes with its proof link')
    assert.equal(commits[1].value.prev.toString(), commits[0].cid)
    assert.equal(commits[2].cid, doc.tip.toString())
  })

  test('anchors of documents of a model', async () => {
    const model = await Model.create(ceramic, note())
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'x' }, { model: model.id })
    await anchored(doc)
    assert.deepEqual(doc.content, { text: 'x' })
    assert.ok(doc.state.anchorProof)
  })

  test('load as of a time', async () => {
    const doc = await TileDocument.create(ceramic, { n: 1 })
    await anchored(doc)
    const at = doc.state.log[1].timestamp
    await doc.update({ n: 2 }, undefined, QUIET)
    assert.deepEqual((await TileDocument.load(ceramic, doc.id, { atTime: at })).content, { n: 1 })
    assert.equal((await TileDocument.load(ceramic, doc.id, { atTime: at - 1000 })).state.log.length, 1)
    const result = await ceramic.multiQuery([{ streamId: doc.id, opts: { atTime: at } }])
    assert.deepEqual(Object.keys(result), [doc.allCommitIds[1].toString()])
  })
})
