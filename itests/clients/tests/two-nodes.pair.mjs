// Two nodes that are one network: KILN_URL has what is asked for, KILN_OTHER_URL is asked.
import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import { CeramicClient } from '@ceramicnetwork/http-client'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { StreamID } from '@ceramicnetwork/streamid'
import { client, eventually, request, url } from '../support/node.mjs'
import { administrator } from '../support/accounts.mjs'
import { QUIET, cidOf, wire } from '../support/events.mjs'
import { note2, noteSet } from '../support/models.mjs'

const otherUrl = process.env.KILN_OTHER_URL
const PUBLISHED = { anchor: false }
const log = (stream) => stream.state.log.map((entry) => 'IDT'[entry.type]).join('')
const listed = async (iterable) => {
  const out = []
  for await (const id of iterable) out.push(id)
  return out
}
async function other(method, path, body) {
  const response = await fetch(otherUrl + path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return { status: response.status, json: await response.json() }
}
const members = async (base) => (await (await fetch(base + '/metrics')).text()).match(/^kiln_sync_members (\d+)/m)?.[1]

describe('two nodes are one network', () => {
  let a, b, did, set, single, list
  before(async () => {
    did = await administrator()
    a = client(did)
    b = new CeramicClient(otherUrl)
    b.did = did
    for (const base of [url, otherUrl]) await eventually(async () => (await members(base)) === '1', 'they know each other', 60_000)
    set = await Model.create(a, noteSet())
    single = await Model.create(a, note2({ accountRelation: { type: 'single' } }))
    list = await Model.create(a, note2())
  })

  test('TileDocument.deterministic finds what the other node wrote, and its next update is not lost', async () => {
    const made = await TileDocument.deterministic(a, { family: 'pair' })
    await made.update({ by: 'a' }, undefined, PUBLISHED)
    const found = await TileDocument.deterministic(b, { family: 'pair' })
    assert.deepEqual(found.content, { by: 'a' })
    await found.update({ by: 'b' }, undefined, PUBLISHED)
    await eventually(async () => (await TileDocument.load(a, made.id)).content.by === 'b', 'the update of b is on a')
    assert.deepEqual((await TileDocument.load(b, made.id)).content, { by: 'b' })
  })

  test('single and set find what the other node wrote, though their models are not here', async () => {
    const one = await ModelInstanceDocument.single(a, { controller: did.id, model: single.id })
    await one.replace({ text: 'single' }, undefined, PUBLISHED)
    assert.deepEqual((await ModelInstanceDocument.single(b, { controller: did.id, model: single.id })).content, { text: 'single' })
    const of = await ModelInstanceDocument.set(a, { controller: did.id, model: set.id }, ['pair', 'a'])
    await of.replace({ text: 'pair', kind: 'a', n: 1 }, undefined, PUBLISHED)
    const found = await ModelInstanceDocument.set(b, { controller: did.id, model: set.id }, ['pair', 'a'])
    assert.deepEqual(found.content, { text: 'pair', kind: 'a', n: 1 })
    await found.replace({ text: 'pair', kind: 'a', n: 2 }, undefined, PUBLISHED)
    await eventually(async () => (await ModelInstanceDocument.load(a, of.id)).content.n === 2, 'the update of b is on a')
  })

  test('a multiquery with a genesis finds it, but asks nobody with sync 2; the stream is asked for later', async () => {
    const made = await TileDocument.deterministic(a, { family: 'asked' })
    await made.update({ by: 'a' }, undefined, PUBLISHED)
    const genesis = await TileDocument.makeGenesis({ signer: a.signer }, null, { family: 'asked', deterministic: true })
    const streamId = new StreamID('tile', await cidOf(genesis))
    assert.equal(streamId.toString(), made.id.toString())
    const query = (opts) => other('POST', '/api/v0/multiqueries', { queries: [{ streamId: streamId.toString(), genesis: wire(genesis), opts }] })
    assert.equal((await query({ sync: 2 })).json[streamId].log.length, 1)
    assert.equal((await query({})).json[streamId].log.length, 2)
  })

  test('an update on a genesis that was read without asking is refused as stale when the other node has more', async () => {
    const made = await TileDocument.deterministic(a, { family: 'stale' })
    const empty = await TileDocument.deterministic(b, { family: 'stale' }, { sync: 2, ...QUIET })
    assert.equal(log(empty), 'I')
    await made.update({ by: 'a' }, undefined, QUIET)
    await assert.rejects(empty.update({ by: 'b' }, undefined, PUBLISHED), /builds on stale state/)
    await empty.sync()
    assert.deepEqual(empty.content, { by: 'a' })
  })

  test('a document whose model is not here is read to its tip at once, many times over, and its author is heeded still', async () => {
    for (let i = 0; i < 14; i++) {
      const model = await Model.create(a, note2({ name: `Unknown${i}` }))
      const doc = await ModelInstanceDocument.create(a, { text: 'one' }, { model: model.id }, QUIET)
      await doc.replace({ text: 'two' }, undefined, QUIET)
      assert.deepEqual((await ModelInstanceDocument.load(b, doc.id)).content, { text: 'two' })
    }
    const followed = await TileDocument.create(a, { n: 1 }, {}, PUBLISHED)
    await TileDocument.load(b, followed.id)
    await followed.update({ n: 2 }, undefined, PUBLISHED)
    await eventually(async () => (await other('GET', `/api/v0/streams/${followed.id}?sync=2`)).json.state?.log.length === 2, 'the update is heard')
  })

  test('a later event that refers to a document that is not here is followed as well', async () => {
    const target = await ModelInstanceDocument.create(a, { text: 'target' }, { model: list.id }, QUIET)
    const schema = note2().schema
    const relating = await Model.create(a, note2({ name: 'Relating', relations: { ref: { type: 'document', model: list.id.toString() } }, schema }))
    const doc = await ModelInstanceDocument.create(a, { text: 'no target', ref: (await ModelInstanceDocument.create(a, { text: 'first' }, { model: list.id }, QUIET)).id.toString() }, { model: relating.id }, QUIET)
    await doc.replace({ text: 'a target', ref: target.id.toString() }, undefined, QUIET)
    assert.equal((await ModelInstanceDocument.load(b, doc.id)).content.text, 'a target')
  })

  test('pins: what is created by its genesis is pinned with its model, what others wrote to is not', async () => {
    const pins = async (id) => (await listed(await b.admin.pin.ls(id))).length === 1
    const model = await Model.create(b, noteSet())
    await b.admin.pin.rm(model.id)
    assert.equal(await pins(model.id), false)
    const genesis = await ModelInstanceDocument.makeGenesis({ signer: b.signer }, null, { model: model.id, controller: did.id, deterministic: true }, ['pin', 'a'])
    const streamId = new StreamID('MID', await cidOf(genesis))
    const query = (opts) => other('POST', '/api/v0/multiqueries', { queries: [{ streamId: streamId.toString(), genesis: wire(genesis), opts }] })
    await query({ sync: 2, pin: false })
    assert.equal(await pins(streamId), false)
    await query({ sync: 2 })
    assert.equal(await pins(streamId), true)
    assert.equal(await pins(model.id), true)
    const written = await TileDocument.deterministic(a, { family: 'pinned' })
    await written.update({ by: 'a' }, undefined, QUIET)
    const found = await TileDocument.deterministic(b, { family: 'pinned' })
    assert.equal(await pins(found.id), false)
    await b.admin.pin.add(found.id)
    assert.equal(await pins(found.id), true)
  })

  test('documents of a model that both index are found on both, whoever has made them', async () => {
    const model = await Model.create(a, note2({ name: `Shared${crypto.randomUUID()}` }))
    for (const node of [a, b]) await node.admin.startIndexingModelData([{ streamID: model.id }])
    const texts = async (node) => (await node.index.query({ model: model.id, first: 10 })).edges.map((edge) => edge.node.content.text).sort().join()
    const doc = await ModelInstanceDocument.create(a, { text: 'of a' }, { model: model.id }, PUBLISHED)
    await ModelInstanceDocument.create(b, { text: 'of b' }, { model: model.id }, PUBLISHED)
    for (const node of [a, b]) await eventually(async () => (await texts(node)) === 'of a,of b', 'documents of both')
    await doc.replace({ text: 'of a, changed' }, undefined, PUBLISHED)
    await eventually(async () => (await texts(b)) === 'of a, changed,of b', 'the change of a')
  })

  test('documents that the other node told of come when their model is indexed later', async () => {
    const model = await Model.create(b, note2({ name: `Later${crypto.randomUUID()}` }))
    const heard = async () => Number((await (await fetch(url + '/metrics')).text()).match(/^kiln_sync_tips (\d+)/m)[1])
    const before = await heard()
    const docs = []
    for (const text of ['one', 'two']) docs.push(await ModelInstanceDocument.create(b, { text }, { model: model.id }, PUBLISHED))
    await eventually(async () => (await heard()) >= before + 2, 'a has heard of both')
    for (const doc of docs) assert.equal((await request('GET', `/api/v0/streams/${doc.id}?sync=2`)).status, 404)
    await a.admin.startIndexingModelData([{ streamID: model.id }])
    await eventually(async () => (await a.index.count({ models: [model.id.toString()] })) === 2, 'they are fetched')
  })

  test('unpinned aloud, a stream is told of once more', async () => {
    const quiet = await TileDocument.create(b, { n: 1 }, {}, QUIET)
    assert.deepEqual((await TileDocument.load(a, quiet.id)).content, { n: 1 })
    await quiet.update({ n: 2 }, undefined, QUIET)
    await b.admin.pin.rm(quiet.id, { publish: true })
    await eventually(async () => (await request('GET', `/api/v0/streams/${quiet.id}?sync=2`)).json.state.log.length === 2, 'a has heard of the tip')
    assert.deepEqual(await listed(await b.admin.pin.ls(quiet.id)), [])
  })
})
