// The second generation of clients on the API of ceramic-one, and both generations on one core.
import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import { CeramicClient as OneClient } from '@ceramic-sdk/http-client'
import { carToString } from '@ceramic-sdk/events'
import { ModelClient } from '@ceramic-sdk/model-client'
import { ModelInstanceClient } from '@ceramic-sdk/model-instance-client'
import { StreamClient } from '@ceramic-sdk/stream-client'
import { Model } from '@ceramicnetwork/stream-model'
import { StreamID } from '@ceramicnetwork/streamid'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { EventSource } from 'cross-eventsource'
import { decode } from 'codeco'
import { AggregationDocument, JsonAsString } from '@ceramicnetwork/codecs'
import { client, eventually, oursOnly, url as v0Url } from '../support/node.mjs'
import { administrator, ed25519 } from '../support/accounts.mjs'
import { QUIET } from '../support/events.mjs'
import { note, note2 } from '../support/models.mjs'

const url = process.env.KILN_ONE_URL ?? 'http://127.0.0.1:5101'

describe('the API of ceramic-one', oursOnly('it is the other generation'), () => {
  let one, v0, did, models, instances, model
  const get = async (path, headers = {}) => fetch(`${url}/ceramic${path}`, { headers })
  // Whatever is written here is anchored, which makes another tip: until then, an update may stand beside it.
  const settled = (stream) => eventually(async () => (await v0.loadStream(stream, { sync: 1 })).state.anchorStatus === 3, 'the time event')
  before(async () => {
    did = await ed25519()
    one = new OneClient({ url })
    v0 = client(did)
    models = new ModelClient({ ceramic: one, did })
    instances = new ModelInstanceClient({ ceramic: one, did })
    model = await models.createDefinition(note2())
  })

  test('says what it is', async () => {
    assert.match((await one.getVersion()).version, /^\d+\.\d+\.\d+$/)
    assert.equal((await get('/liveness')).status, 200)
    assert.deepEqual(await (await get('/config/network')).json(), { name: 'inmemory' })
  })

  test('an event that is posted comes back as the same CAR', async () => {
    const created = await instances.createInstance({ model, content: { text: 'there' }, shouldIndex: true })
    const text = (await one.getEvent(created.cid.toString())).data
    assert.equal(carToString(await one.getEventCAR(created.cid.toString()), 'base64'), text)
    await one.postEvent(text)
    assert.equal((await get(`/events/${(await ed25519()).id}`)).status, 400)
  })

  test('what one generation writes the other reads, and writes on', async () => {
    const created = await instances.createInstance({ model, content: { text: 'by the sdk' }, shouldIndex: true })
    const stream = created.baseID.toString()
    await settled(stream)
    const loaded = await ModelInstanceDocument.load(v0, stream)
    assert.deepEqual(loaded.content, { text: 'by the sdk' })
    assert.equal(loaded.metadata.model.toString(), model.toString())

    await loaded.replace({ text: 'by v0' }, undefined, QUIET)
    const state = await instances.getDocumentState(stream)
    assert.deepEqual(state.content, { text: 'by v0' })
    assert.equal(state.commitID.commit.toString(), loaded.tip.toString())

    await instances.updateDocument({ streamID: stream, newContent: { text: 'by the sdk again' }, shouldIndex: true })
    await loaded.sync()
    assert.deepEqual(loaded.content, { text: 'by the sdk again' })
    assert.equal((await new StreamClient({ ceramic: one }).getStreamState(stream)).id, stream)
  })

  test('a model and a document of v0 are models and documents of the sdk', async () => {
    const theirs = await Model.create(v0, note2())
    assert.equal((await models.getModelDefinition(theirs.id.toString())).name, note2().name)
    const document = await ModelInstanceDocument.create(v0, { text: 'of v0' }, { model: theirs.id })
    const { content } = await instances.getDocumentState(document.id.toString())
    assert.deepEqual(content, { text: 'of v0' })
  })

  test('documents of the sdk are in the collections of v0, and in its feed of documents', async () => {
    await client(await administrator()).admin.startIndexingModelData([{ streamID: StreamID.fromString(model.toString()) }])
    const told = []
    const feed = new EventSource(`${v0Url}/api/v0/feed/aggregation/documents`)
    feed.addEventListener('message', ({ data }) => told.push(decode(JsonAsString.pipe(AggregationDocument), data)))
    await new Promise((resolve, reject) => {
      feed.addEventListener('open', resolve, { once: true })
      feed.addEventListener('error', reject, { once: true })
    })
    try {
      const created = await instances.createInstance({ model, content: { text: 'collected', n: 1 }, shouldIndex: true })
      const stream = created.baseID.toString()
      const found = async () => (await v0.index.query({ models: [model.toString()], last: 100 })).edges.map(({ node }) => node)
        .find(({ log }) => log[0].cid.toString() === created.baseID.cid.toString())
      assert.deepEqual((await eventually(found, 'the document in the collection')).content, { text: 'collected', n: 1 })
      await settled(stream)
      await instances.updateDocument({ streamID: stream, newContent: { text: 'collected', n: 2 }, shouldIndex: true })
      await eventually(async () => (await found())?.content.n === 2, 'the update in the collection')
      const heard = () => told.filter(({ commitId }) => commitId.baseID.toString() === stream).map(({ content }) => content.n)
      await eventually(() => heard().includes(1) && heard().includes(2), 'both in the feed')
      await settled(stream)
      await instances.updateDocument({ streamID: stream, newContent: { text: 'collected', n: 2 }, shouldIndex: false })
      await eventually(async () => (await found()) === undefined, 'it leaves the collection')
    } finally {
      feed.close()
    }
  })

  test('a model is updated, and documents keep to the definition they name', async () => {
    const before = note2({ name: 'Before' })
    const after = { ...before, name: 'After', schema: { ...before.schema, properties: { ...before.schema.properties, more: { type: 'number' } } } }
    const updated = await models.createDefinition(before)
    const id = updated.toString()
    await settled(id)
    const { commitID } = await models.updateDefinition({ streamID: id, newContent: after })
    assert.deepEqual(await models.getModelDefinition(updated), after)
    const modelVersion = commitID.commit
    const content = { text: 'new', more: 42 }
    const created = await instances.createInstance({ model: updated, modelVersion, content, shouldIndex: true })
    assert.deepEqual((await instances.getDocumentState(created.baseID)).content, content)
    assert.deepEqual((await ModelInstanceDocument.load(v0, created.baseID.toString())).content, content)
    // Who names none keeps to the first, through either API.
    await assert.rejects(instances.createInstance({ model: updated, content, shouldIndex: true }), /additional properties/)
    await assert.rejects(ModelInstanceDocument.create(v0, content, { model: StreamID.fromString(id) }, QUIET), /additional properties/)
    const old = await ModelInstanceDocument.create(v0, { text: 'old' }, { model: StreamID.fromString(id) }, QUIET)
    await instances.updateDocument({ streamID: old.id.toString(), modelVersion, newContent: { text: 'old', more: 1 }, shouldIndex: true })
    await old.sync()
    assert.deepEqual(old.content, { text: 'old', more: 1 })
    // What may break documents is refused, as is whatever comes through v0, which shows no update and so not when it is anchored.
    await eventually(async () => (await (await get(`/streams/${id}`)).json()).event_cid !== modelVersion.toString(), 'the time event of the update')
    await assert.rejects(models.updateDefinition({ streamID: id, newContent: before }), /Cannot remove property more/)
    const { tip } = await v0.loadStream(id)
    const commit = await did.createDagJWS({ id: updated.cid, prev: tip, data: [{ op: 'replace', path: '/name', value: 'X' }] })
    await assert.rejects(v0.applyCommit(StreamID.fromString(id), commit, QUIET), /Cannot update a finalized Model/)
  })

  test('a deterministic document has no content before it is written', async () => {
    const single = await models.createDefinition(note2({ accountRelation: { type: 'single' } }))
    const created = await instances.createSingleton({ model: single, controller: did })
    const stream = created.baseID.toString()
    assert.equal((await instances.getDocumentState(stream)).content, null)
    assert.equal((await instances.createSingleton({ model: single, controller: did })).baseID.toString(), stream)
    await settled(stream)
    await instances.updateDocument({ streamID: stream, newContent: { text: 'first' } })
    assert.deepEqual((await ModelInstanceDocument.load(v0, stream)).content, { text: 'first' })
  })

  test('a document of a set may be that of 0, which both generations find', async () => {
    const definition = note2({ accountRelation: { type: 'set', fields: ['n'] }, schema: { ...note().schema, required: ['text', 'n'] } })
    const set = await models.createDefinition(definition)
    const content = { text: 'none', n: 0 }
    const created = await instances.createInstance({ model: set, modelDefinition: definition, content })
    const stream = created.baseID.toString()
    await settled(stream)
    await instances.updateDocument({ streamID: stream, newContent: content })
    const found = await ModelInstanceDocument.set(v0, { model: StreamID.fromString(set.toString()) }, [0], QUIET)
    assert.equal(found.id.toString(), stream)
    assert.deepEqual(found.content, content)
  })

  test('events come by the feed in their order, once, and are pushed to who asks for that', async () => {
    const { resumeToken } = await (await get('/feed/resumeToken')).json()
    const first = await instances.createInstance({ model, content: { text: 'one' }, shouldIndex: true })
    const second = await instances.postData({ currentID: first, newContent: { text: 'two' }, currentContent: { text: 'one' } })
    const wanted = [first.cid.toString(), second.commit.toString()]
    // Time events come between.
    const ours = (events) => events.map(({ id }) => id).filter((id) => wanted.includes(id))
    const page = await (await get(`/feed/events?resumeAt=${resumeToken}&includeData=full`)).json()
    assert.deepEqual(ours(page.events), wanted)
    assert.equal(page.events.find(({ id }) => id === wanted[0]).data, (await one.getEvent(wanted[0])).data)
    assert.deepEqual(ours((await (await get(`/feed/events?resumeAt=${page.resumeToken}`)).json()).events), [])

    const abort = new AbortController()
    const pushed = await fetch(`${url}/ceramic/feed/events?resumeAt=${resumeToken}`, { headers: { accept: 'text/event-stream' }, signal: abort.signal })
    let text = ''
    for await (const chunk of pushed.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (text.includes(wanted[1])) break
    }
    abort.abort()
    assert.deepEqual(ours([...text.matchAll(/^data: (.*})$/gm)].map(([, data]) => JSON.parse(data))), wanted)
  })

  test('two who write at once are both taken, and one branch is the state of all', async () => {
    const first = await instances.createInstance({ model, content: { text: 'base' }, shouldIndex: true })
    const branches = await Promise.all(['left', 'right'].map((text) =>
      instances.postData({ currentID: first, currentContent: { text: 'base' }, newContent: { text } })))
    for (const branch of branches) assert.equal((await get(`/events/${branch.commit}`)).status, 200)
    const { content } = await instances.getDocumentState(first.baseID.toString())
    assert.deepEqual((await ModelInstanceDocument.load(v0, first.baseID.toString())).content, content)
    await settled(first.baseID.toString())
    assert.deepEqual((await instances.getDocumentState(first.baseID.toString())).content, content)
  })

  test('what does not fit its model is refused at once, and shows nowhere', async () => {
    await assert.rejects(instances.createInstance({ model, content: { text: 5 }, shouldIndex: true }), /must be string/)
    const stream = (await instances.createInstance({ model, content: { text: 'fits' }, shouldIndex: true })).baseID.toString()
    await settled(stream)
    await assert.rejects(instances.updateDocument({ streamID: stream, newContent: { nothing: true } }), /additional properties|required/)
    assert.deepEqual((await instances.getDocumentState(stream)).content, { text: 'fits' })
    const answer = await fetch(`${url}/ceramic/events`, { method: 'POST', body: '{"data":"mAA"}', headers: { accept: 'application/problem+json' } })
    assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    assert.equal((await answer.json()).status, 400)
  })

  test('an interest is registered, listed and removed again', async () => {
    const count = async () => (await (await get('/experimental/interests')).json()).interests.length
    const before = await count()
    await one.registerInterestModel(model.toString())
    assert.equal(await count(), before + 1)
    const range = await (await get(`/experimental/events/model/${model}?limit=1`)).json()
    assert.deepEqual([range.events.length, range.resumeOffset, range.isComplete], [1, 1, false])
    const removed = await fetch(`${url}/ceramic/interests/model/${model}`, { method: 'DELETE' })
    assert.equal(removed.status, 204)
    assert.equal(await count(), before)
  })
})
