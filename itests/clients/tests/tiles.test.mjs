import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { AnchorStatus, SyncOptions } from '@ceramicnetwork/common'
import { CommitID, StreamID } from '@ceramicnetwork/streamid'
import { client, request } from '../support/node.mjs'
import { ed25519, secp256k1, p256 } from '../support/accounts.mjs'
import { QUIET, cidOf, unknownCid } from '../support/events.mjs'

describe('tile documents', () => {
  let ceramic, did
  before(async () => {
    did = await ed25519()
    ceramic = client(did)
  })

  test('a created document has its content, controller and a log of one', async () => {
    const doc = await TileDocument.create(ceramic, { title: 'Hello', deep: { list: [1, 2.5, null, true, 'ž 🐎'] } }, {}, QUIET)
    assert.deepEqual(doc.content, { title: 'Hello', deep: { list: [1, 2.5, null, true, 'ž 🐎'] } })
    assert.deepEqual(doc.controllers, [did.id])
    assert.equal(doc.state.log.length, 1)
    assert.equal(doc.state.log[0].type, 0)
    assert.equal(doc.id.typeName, 'tile')
    assert.equal(doc.id.cid.toString(), doc.state.log[0].cid.toString())
    assert.equal(doc.state.anchorStatus, AnchorStatus.NOT_REQUESTED)
  })

  test('the StreamID is the one the client computes from the genesis', async () => {
    const genesis = await TileDocument.makeGenesis({ signer: ceramic.signer }, { here: 'and there' }, {})
    const doc = await ceramic.createStreamFromGenesis(TileDocument.STREAM_TYPE_ID, genesis, QUIET)
    assert.equal(doc.id.toString(), new StreamID('tile', await cidOf(genesis)).toString())
  })

  test('metadata is kept: family, tags, schema-less', async () => {
    const doc = await TileDocument.create(ceramic, { x: 1 }, { family: 'fam', tags: ['b', 'a'] }, QUIET)
    const loaded = await TileDocument.load(ceramic, doc.id)
    assert.equal(loaded.metadata.family, 'fam')
    assert.deepEqual(loaded.metadata.tags, ['b', 'a'])
    assert.equal(loaded.metadata.schema, undefined)
  })

  test('an update replaces the content and another client loads it', async () => {
    const doc = await TileDocument.create(ceramic, { n: 1, gone: true }, {}, QUIET)
    await doc.update({ n: 2, list: ['x'] }, undefined, QUIET)
    assert.deepEqual(doc.content, { n: 2, list: ['x'] })
    const loaded = await TileDocument.load(client(), doc.id)
    assert.deepEqual(loaded.content, { n: 2, list: ['x'] })
    assert.equal(loaded.state.log.length, 2)
    assert.equal(loaded.commitId.toString(), doc.commitId.toString())
  })

  test('a patch changes only what it names', async () => {
    // TileDocument.patch signs the whole metadata, which only a deterministic document may repeat
    const doc = await TileDocument.deterministic(ceramic, { family: 'patched' }, QUIET)
    await doc.update({ a: { b: [1, 2, 3] }, keep: 'me' }, undefined, QUIET)
    await doc.patch([{ op: 'remove', path: '/a/b/1' }, { op: 'add', path: '/a/b/-', value: 4 }], QUIET)
    assert.deepEqual((await TileDocument.load(ceramic, doc.id)).content, { a: { b: [1, 3, 4] }, keep: 'me' })
  })

  test('metadata can be updated', async () => {
    const doc = await TileDocument.create(ceramic, { a: 1 }, { tags: ['old'] }, QUIET)
    await doc.update({ a: 1 }, { tags: ['new'], family: 'changed' }, QUIET)
    const loaded = await TileDocument.load(ceramic, doc.id)
    assert.deepEqual(loaded.metadata.tags, ['new'])
    assert.equal(loaded.metadata.family, 'changed')
  })

  test('the document can be loaded by every spelling of its id', async () => {
    const doc = await TileDocument.create(ceramic, { spelled: true }, {}, QUIET)
    for (const spelling of [doc.id, doc.id.toString(), `ceramic://${doc.id}`, `/ceramic/${doc.id}`]) {
      assert.deepEqual((await TileDocument.load(ceramic, spelling)).content, { spelled: true })
    }
  })

  test('loads at each CommitID give the state of that time', async () => {
    const doc = await TileDocument.create(ceramic, { c: 0 }, {}, QUIET)
    for (let i = 1; i <= 5; i++) await doc.update({ c: i }, undefined, QUIET)
    assert.equal(doc.allCommitIds.length, 6)
    for (const [i, commit] of doc.allCommitIds.entries()) {
      const at = await TileDocument.load(ceramic, commit)
      assert.deepEqual(at.content, { c: i })
      assert.equal(at.state.log.length, i + 1)
      assert.equal(at.id.toString(), doc.id.toString())
    }
    assert.deepEqual((await TileDocument.load(ceramic, doc.id)).content, { c: 5 }, 'the tip is undisturbed')
  })

  test('a snapshot loaded at a CommitID is read-only', async () => {
    const doc = await TileDocument.create(ceramic, { c: 0 }, {}, QUIET)
    await doc.update({ c: 1 }, undefined, QUIET)
    const snapshot = await TileDocument.load(ceramic, doc.allCommitIds[0])
    await assert.rejects(snapshot.update({ c: 9 }, undefined, QUIET))
    assert.deepEqual((await TileDocument.load(ceramic, doc.id)).content, { c: 1 })
  })

  test('a CommitID that does not exist is an error', async () => {
    const doc = await TileDocument.create(ceramic, { c: 0 }, {}, QUIET)
    await assert.rejects(TileDocument.load(ceramic, CommitID.make(doc.id, unknownCid())))
  })

  test('loadStreamCommits lists the log with what was signed', async () => {
    const doc = await TileDocument.create(ceramic, { c: 0 }, {}, QUIET)
    await doc.update({ c: 1 }, undefined, QUIET)
    await doc.update({ c: 2 }, undefined, QUIET)
    const commits = await ceramic.loadStreamCommits(doc.id)
    assert.deepEqual(commits.map((c) => c.cid), doc.state.log.map((entry) => entry.cid.toString()))
    for (const { cid, value } of commits) {
      assert.equal((await cidOf(value)).toString(), cid)
      assert.ok(value.linkedBlock instanceof Uint8Array)
    }
  })

  test('commits of one node can be replayed through a client', async () => {
    const doc = await TileDocument.create(ceramic, { c: 0 }, {}, QUIET)
    await doc.update({ c: 1 }, undefined, QUIET)
    const [genesis, update] = await ceramic.loadStreamCommits(doc.id)
    const again = await ceramic.createStreamFromGenesis(TileDocument.STREAM_TYPE_ID, genesis.value, QUIET)
    assert.equal(again.state.log.length, 2, 'creating what exists answers the current state')
    const applied = await ceramic.applyCommit(doc.id, update.value, QUIET)
    assert.equal(applied.state.log.length, 2, 'applying what is applied changes nothing')
  })

  test('the content route answers the bare content', async () => {
    const doc = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
    await doc.update({ n: 2 }, undefined, QUIET)
    const { status, json } = await request('GET', `/api/v0/streams/${doc.id}/content`)
    assert.equal(status, 200)
    assert.deepEqual(json, { n: 2 })
  })

  test('every sync option loads a known document', async () => {
    const doc = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
    for (const sync of [SyncOptions.PREFER_CACHE, SyncOptions.SYNC_ALWAYS, SyncOptions.NEVER_SYNC, SyncOptions.SYNC_ON_ERROR]) {
      assert.deepEqual((await TileDocument.load(ceramic, doc.id, { sync, syncTimeoutSeconds: 0 })).content, { n: 1 })
    }
  })

  test('the controller can be handed over', async () => {
    const other = await ed25519()
    const doc = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
    await doc.update({ n: 1 }, { controllers: [other.id] }, QUIET)
    await assert.rejects(doc.update({ n: 2 }, undefined, QUIET))
    const theirs = await TileDocument.load(client(other), doc.id)
    await theirs.update({ n: 3 }, undefined, QUIET)
    assert.deepEqual((await TileDocument.load(ceramic, doc.id)).content, { n: 3 })
  })

  for (const [name, account] of [['secp256k1', secp256k1], ['P-256', p256]]) {
    test(`an account over ${name} creates and updates`, async () => {
      const theirs = client(await account())
      const doc = await TileDocument.create(theirs, { by: name }, {}, QUIET)
      await doc.update({ by: name, again: true }, undefined, QUIET)
      assert.deepEqual((await TileDocument.load(ceramic, doc.id)).content, { by: name, again: true })
    })
  }
})

describe('deterministic tile documents', () => {
  test('the same family and tags give the same stream for one controller', async () => {
    const ceramic = client(await ed25519())
    const metadata = { family: 'profile', tags: ['one', 'two'] }
    const first = await TileDocument.deterministic(ceramic, metadata, QUIET)
    const second = await TileDocument.deterministic(ceramic, metadata, QUIET)
    assert.equal(first.id.toString(), second.id.toString())
    assert.deepEqual(first.content, {})
    await first.update({ name: 'Ann' }, undefined, QUIET)
    const third = await TileDocument.deterministic(ceramic, metadata, QUIET)
    assert.deepEqual(third.content, { name: 'Ann' })
  })

  test('another controller or another tag gives another stream', async () => {
    const ann = client(await ed25519())
    const bob = client(await ed25519())
    const ids = new Set()
    ids.add((await TileDocument.deterministic(ann, { family: 'f', tags: ['a'] }, QUIET)).id.toString())
    ids.add((await TileDocument.deterministic(ann, { family: 'f', tags: ['b'] }, QUIET)).id.toString())
    ids.add((await TileDocument.deterministic(ann, { family: 'g', tags: ['a'] }, QUIET)).id.toString())
    ids.add((await TileDocument.deterministic(bob, { family: 'f', tags: ['a'] }, QUIET)).id.toString())
    assert.equal(ids.size, 4)
  })
})
