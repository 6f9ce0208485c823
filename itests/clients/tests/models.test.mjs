import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { CommitID } from '@ceramicnetwork/streamid'
import { client, request } from '../support/node.mjs'
import { ed25519, secp256k1, p256 } from '../support/accounts.mjs'
import { QUIET, cidOf, wire } from '../support/events.mjs'
import { note, note2, noteSet } from '../support/models.mjs'

describe('models', () => {
  let ceramic, did
  before(async () => {
    did = await ed25519()
    ceramic = client(did)
  })

  test('a model is created and loads with the content it was given', async () => {
    const model = await Model.create(ceramic, note())
    assert.equal(model.id.typeName, 'model')
    const loaded = await Model.load(client(), model.id)
    assert.deepEqual(loaded.content, note())
    assert.equal(loaded.metadata.model.toString(), Model.MODEL.toString())
    assert.deepEqual(loaded.metadata.controller, did.id)
  })

  test('the state on the wire names the model of models as text', async () => {
    const model = await Model.create(ceramic, note())
    const { json } = await request('GET', `/api/v0/streams/${model.id}`)
    assert.equal(json.state.metadata.model, 'kh4q0ozorrgaq2mezktnrmdwleo1d')
    assert.equal(json.state.doctype, 'model')
    assert.equal(json.state.type, 2)
  })

  test('a model in version 2.0 with an interface that it implements', async () => {
    const hasText = await Model.create(ceramic, note2({ name: 'HasText', interface: true, accountRelation: { type: 'none' }, schema: { ...note().schema, properties: { text: { type: 'string', maxLength: 100 } } } }))
    const model = await Model.create(ceramic, note2({ implements: [hasText.id.toString()] }))
    assert.deepEqual((await Model.load(ceramic, model.id)).content.implements, [hasText.id.toString()])
  })

  test('documents of an interface are refused', async () => {
    const iface = await Model.create(ceramic, note2({ interface: true, accountRelation: { type: 'none' } }))
    await assert.rejects(ModelInstanceDocument.create(ceramic, { text: 'x' }, { model: iface.id }, QUIET), /ModelInstanceDocument Streams cannot be created on interface Models/)
  })

  test('a model that lacks what its interface has is refused', async () => {
    const hasTitle = await Model.create(ceramic, note2({ name: 'HasTitle', interface: true, accountRelation: { type: 'none' }, schema: { ...note().schema, required: ['title'], properties: { title: { type: 'string', maxLength: 100 } } } }))
    await assert.rejects(Model.create(ceramic, note2({ implements: [hasTitle.id.toString()] })))
  })

  test('a schema that allows additional properties is refused with the known text', async () => {
    await assert.rejects(Model.create(ceramic, note({ schema: { ...note().schema, additionalProperties: true } })), /additional properties disabled|additionalProperties/)
  })

  test('a model cannot be updated', async () => {
    const model = await Model.create(ceramic, note())
    const commit = await did.createDagJWS({ id: model.id.cid, prev: model.tip, data: [{ op: 'replace', path: '/name', value: 'X' }] })
    await assert.rejects(ceramic.applyCommit(model.id, commit, QUIET), /Cannot update a finalized Model/)
    assert.equal((await Model.load(ceramic, model.id)).content.name, 'Note')
  })

  test('commits of a model can be replayed, as composite definitions are', async () => {
    const model = await Model.create(ceramic, note())
    // an anchor may have come already; a composite keeps what is signed
    const signed = (await ceramic.loadStreamCommits(model.id)).filter(({ value }) => value.jws)
    assert.equal(signed.length, 1)
    const again = await ceramic.createStreamFromGenesis(Model.STREAM_TYPE_ID, signed[0].value, { anchor: false, publish: true })
    assert.equal(again.id.toString(), model.id.toString())
  })
})

describe('model instance documents: list', () => {
  let ceramic, did, model
  before(async () => {
    did = await ed25519()
    ceramic = client(did)
    model = await Model.create(ceramic, note())
  })

  test('created, replaced, patched and loaded at a commit', async () => {
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'one', n: 1 }, { model: model.id }, QUIET)
    assert.equal(doc.metadata.model.toString(), model.id.toString())
    assert.equal(doc.metadata.controller, did.id)
    assert.equal(doc.metadata.unique.length, 12)
    await doc.replace({ text: 'two', n: 2 }, undefined, QUIET)
    await doc.patch([{ op: 'add', path: '/tags', value: ['x'] }], undefined, QUIET)
    const loaded = await ModelInstanceDocument.load(client(), doc.id)
    assert.deepEqual(loaded.content, { text: 'two', n: 2, tags: ['x'] })
    assert.equal(loaded.state.log.length, 3)
    assert.equal(loaded.state.next, undefined)
    const first = await ModelInstanceDocument.load(ceramic, doc.allCommitIds[0])
    assert.deepEqual(first.content, { text: 'one', n: 1 })
  })

  test('two documents of equal content are two streams', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => ModelInstanceDocument.create(ceramic, { text: 'same' }, { model: model.id }, QUIET)))
    assert.notEqual(a.id.toString(), b.id.toString())
  })

  test('a context is kept', async () => {
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'in context' }, { model: model.id, context: model.id }, QUIET)
    const loaded = await ModelInstanceDocument.load(ceramic, doc.id)
    assert.equal(loaded.metadata.context.toString(), model.id.toString())
  })

  test('shouldIndex is switched off and on', async () => {
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'x' }, { model: model.id }, QUIET)
    await doc.patch([], { shouldIndex: false }, QUIET)
    assert.equal((await ModelInstanceDocument.load(ceramic, doc.id)).metadata.shouldIndex, false)
    await doc.shouldIndex(true, QUIET)
    assert.equal((await ModelInstanceDocument.load(ceramic, doc.id)).metadata.shouldIndex, true)
  })

  test('content that breaks the schema is refused with the validation text', async () => {
    await assert.rejects(
      ModelInstanceDocument.create(ceramic, { n: 1 }, { model: model.id }, QUIET),
      /Validation Error: data must have required property 'text'/,
    )
    await assert.rejects(ModelInstanceDocument.create(ceramic, { text: 'x', n: 1001 }, { model: model.id }, QUIET), /Validation Error: data\/n must be <= 1000/)
    await assert.rejects(ModelInstanceDocument.create(ceramic, { text: 'x', zzz: 1 }, { model: model.id }, QUIET), /Validation Error: data must NOT have additional properties/)
    await assert.rejects(ModelInstanceDocument.create(ceramic, { text: 5 }, { model: model.id }, QUIET), /Validation Error: data\/text must be string/)
    await assert.rejects(ModelInstanceDocument.create(ceramic, { text: 'x', kind: 'c' }, { model: model.id }, QUIET), /Validation Error: data\/kind must be equal to one of the allowed values/)
    await assert.rejects(ModelInstanceDocument.create(ceramic, { text: 'x'.repeat(101) }, { model: model.id }, QUIET), /Validation Error: data\/text must NOT have more than 100 characters/)
    await assert.rejects(ModelInstanceDocument.create(ceramic, { text: 'x', tags: ['1', '2', '3', '4'] }, { model: model.id }, QUIET), /Validation Error: data\/tags must NOT have more than 3 items/)
  })

  test('an update that breaks the schema is refused and changes nothing', async () => {
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'fine' }, { model: model.id }, QUIET)
    await assert.rejects(doc.replace({ n: 5 }, undefined, QUIET), /Validation Error/)
    const loaded = await ModelInstanceDocument.load(ceramic, doc.id)
    assert.deepEqual(loaded.content, { text: 'fine' })
    assert.equal(loaded.state.log.length, 1)
  })

  test('unsigned content is refused', async () => {
    const genesis = { data: { text: 'x' }, header: { controllers: [did.id], model: model.id.bytes, sep: 'model', unique: new Uint8Array(12) } }
    await assert.rejects(ceramic.createStreamFromGenesis(ModelInstanceDocument.STREAM_TYPE_ID, genesis, QUIET), /genesis commit with content must be signed/)
  })

  test('a deterministic genesis under a list model is refused', async () => {
    await assert.rejects(ModelInstanceDocument.single(ceramic, { model: model.id }), /LIST accountRelations must be created with a unique field|Validation Error: data must be object/)
  })

  test('metadata cannot be changed', async () => {
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'x' }, { model: model.id }, QUIET)
    const other = await ed25519()
    const commit = await did.createDagJWS({ id: doc.id.cid, prev: doc.tip, data: [], header: { controllers: [other.id] } })
    await assert.rejects(ceramic.applyCommit(doc.id, commit, QUIET), /Updating metadata for ModelInstanceDocument Streams is not allowed/)
  })

  test('only the controller may update', async () => {
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'mine' }, { model: model.id }, QUIET)
    const theirs = await ModelInstanceDocument.load(client(await ed25519()), doc.id)
    await assert.rejects(theirs.replace({ text: 'stolen' }, undefined, QUIET), /Can not verify signature for commit/)
    assert.deepEqual((await ModelInstanceDocument.load(ceramic, doc.id)).content, { text: 'mine' })
  })

  for (const [name, account] of [['secp256k1', secp256k1], ['P-256', p256]]) {
    test(`an account over ${name} creates and updates`, async () => {
      const theirs = client(await account())
      const doc = await ModelInstanceDocument.create(theirs, { text: name }, { model: model.id }, QUIET)
      await doc.replace({ text: name, n: 2 }, undefined, QUIET)
      assert.deepEqual((await ModelInstanceDocument.load(ceramic, doc.id)).content, { text: name, n: 2 })
    })
  }
})

describe('model instance documents: single and set', () => {
  let ceramic, did
  before(async () => {
    did = await ed25519()
    ceramic = client(did)
  })

  test('single: one document per account, with content from its first update', async () => {
    const model = await Model.create(ceramic, note({ accountRelation: { type: 'single' } }))
    const first = await ModelInstanceDocument.single(ceramic, { model: model.id })
    const second = await ModelInstanceDocument.single(ceramic, { model: model.id })
    assert.equal(first.id.toString(), second.id.toString())
    assert.equal(first.content, null)
    await first.replace({ text: 'profile' }, undefined, QUIET)
    assert.deepEqual((await ModelInstanceDocument.single(ceramic, { model: model.id })).content, { text: 'profile' })
    const other = await ModelInstanceDocument.single(client(await ed25519()), { model: model.id })
    assert.notEqual(other.id.toString(), first.id.toString())
  })

  test('single: a signed genesis with content is refused', async () => {
    const model = await Model.create(ceramic, note({ accountRelation: { type: 'single' } }))
    await assert.rejects(ModelInstanceDocument.create(ceramic, { text: 'x' }, { model: model.id }, QUIET), /SINGLE accountRelations must be created deterministically|must not have content/)
  })

  test('set: one document for each combination of its fields', async () => {
    const model = await Model.create(ceramic, noteSet())
    const a = await ModelInstanceDocument.set(ceramic, { model: model.id }, ['t', 'a'])
    const again = await ModelInstanceDocument.set(ceramic, { model: model.id }, ['t', 'a'])
    const b = await ModelInstanceDocument.set(ceramic, { model: model.id }, ['t', 'b'])
    assert.equal(a.id.toString(), again.id.toString())
    assert.notEqual(a.id.toString(), b.id.toString())
    await a.replace({ text: 't', kind: 'a', n: 1 }, undefined, QUIET)
    await a.replace({ text: 't', kind: 'a', n: 2 }, undefined, QUIET)
    assert.deepEqual((await ModelInstanceDocument.load(ceramic, a.id)).content, { text: 't', kind: 'a', n: 2 })
  })

  test('set: content that disagrees with the unique value is refused', async () => {
    const model = await Model.create(ceramic, noteSet())
    const doc = await ModelInstanceDocument.set(ceramic, { model: model.id }, ['t', 'a'])
    await assert.rejects(doc.replace({ text: 'other', kind: 'a' }, undefined, QUIET), /Unique content fields value does not match metadata/)
  })

  test('immutable fields stay as they were', async () => {
    const model = await Model.create(ceramic, note2({ immutableFields: ['text'] }))
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'fixed', n: 1 }, { model: model.id }, QUIET)
    await doc.replace({ text: 'fixed', n: 2 }, undefined, QUIET)
    await assert.rejects(doc.replace({ text: 'moved', n: 2 }, undefined, QUIET), /Immutable field .*text.* cannot be updated/)
  })

  test('a relation must name a document of the right model', async () => {
    const post = await Model.create(ceramic, note({ name: 'Post' }))
    const other = await Model.create(ceramic, note({ name: 'Other' }))
    const comment = await Model.create(ceramic, note2({ name: 'Comment', relations: { ref: { type: 'document', model: post.id.toString() } } }))
    const aPost = await ModelInstanceDocument.create(ceramic, { text: 'p' }, { model: post.id }, QUIET)
    const anOther = await ModelInstanceDocument.create(ceramic, { text: 'o' }, { model: other.id }, QUIET)
    const good = await ModelInstanceDocument.create(ceramic, { text: 'c', ref: aPost.id.toString() }, { model: comment.id }, QUIET)
    assert.equal(good.content.ref, aPost.id.toString())
    await assert.rejects(ModelInstanceDocument.create(ceramic, { text: 'c', ref: anOther.id.toString() }, { model: comment.id }, QUIET), /Relation on field ref points to Stream .* which belongs to Model/)
    await assert.rejects(ModelInstanceDocument.create(ceramic, { text: 'c', ref: 'no id' }, { model: comment.id }, QUIET), /Error while parsing relation from field ref: Invalid StreamID/)
  })

  test('the StreamID of an unsigned genesis follows from the keys as they were sent', async () => {
    const model = await Model.create(ceramic, note({ accountRelation: { type: 'single' } }))
    const genesis = await ModelInstanceDocument.makeGenesis({ signer: ceramic.signer }, null, { model: model.id, deterministic: true })
    const { json } = await request('POST', '/api/v0/streams', { type: 3, genesis: wire(genesis), opts: QUIET })
    assert.equal(CommitID.fromString(`${json.streamId}?commit=0`).baseID.cid.toString(), (await cidOf(genesis)).toString())
    assert.equal(json.state.log[0].cid, (await cidOf(genesis)).toString())
  })
})
