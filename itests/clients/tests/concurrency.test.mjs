import { describe, test } from 'node:test'
import assert from 'node:assert/strict'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { SyncOptions } from '@ceramicnetwork/common'
import { client, eventually, request } from '../support/node.mjs'
import { ed25519 } from '../support/accounts.mjs'
import { QUIET, cidOf, tileUpdate, wire } from '../support/events.mjs'

describe('two clients on one stream', () => {
  test('each sees what the other wrote after a sync', async () => {
    const did = await ed25519()
    const [first, second] = [client(did), client(did)]
    const doc = await TileDocument.create(first, { turn: 0 }, {}, QUIET)
    const same = await TileDocument.load(second, doc.id)
    await doc.update({ turn: 1 }, undefined, QUIET)
    await same.sync()
    assert.deepEqual(same.content, { turn: 1 })
    await same.update({ turn: 2 }, undefined, QUIET)
    await doc.sync()
    assert.deepEqual(doc.content, { turn: 2 })
    assert.equal(doc.state.log.length, 3)
  })

  test('a subscribed handle is told of the other client\'s update', async () => {
    const did = await ed25519()
    const doc = await TileDocument.create(client(did), { turn: 0 }, {}, QUIET)
    const watched = await TileDocument.load(client(), doc.id)
    const seen = []
    const subscription = watched.subscribe((state) => seen.push(state))
    try {
      await doc.update({ turn: 1 }, undefined, QUIET)
      await eventually(() => watched.content.turn === 1, 'the update reaches the subscriber')
    } finally {
      subscription.unsubscribe()
    }
    assert.ok(seen.length <= 2, `only distinct states are emitted, got ${seen.length}`)
  })

  test('a stale update is refused with the message clients look for, and sync mends it', async () => {
    const did = await ed25519()
    const doc = await TileDocument.create(client(did), { n: 0 }, {}, QUIET)
    const stale = await TileDocument.load(client(did), doc.id)
    await doc.update({ n: 1 }, undefined, QUIET)
    await assert.rejects(stale.update({ n: 2 }, undefined, QUIET), (error) => {
      assert.match(error.message, /HTTP request to '.*' failed with status '.+'/)
      assert.match(
        error.message,
        new RegExp(`Commit to stream ${doc.id} rejected because it builds on stale state\\. Calling 'sync\\(\\)' on the stream handle will synchronize the stream state in the client with that on the Ceramic node\\.`),
      )
      assert.match(error.message, new RegExp(`Current tip: ${doc.tip}`))
      return true
    })
    assert.deepEqual((await TileDocument.load(client(), doc.id)).content, { n: 1 })
    await stale.sync()
    await stale.update({ n: 2 }, undefined, QUIET)
    assert.deepEqual((await TileDocument.load(client(), doc.id)).content, { n: 2 })
  })

  test('the message names the refused event', async () => {
    const did = await ed25519()
    const doc = await TileDocument.create(client(did), { n: 0 }, {}, QUIET)
    const losing = await tileUpdate(did, doc.id, doc.tip, [{ op: 'replace', path: '/n', value: 5 }])
    await doc.update({ n: 1 }, undefined, QUIET)
    const { status, json } = await request('POST', '/api/v0/commits', { streamId: doc.id.toString(), commit: wire(losing), opts: QUIET })
    assert.ok(status >= 400)
    assert.match(json.error, new RegExp(`Rejected commit CID: ${await cidOf(losing)}\\. Current tip: ${doc.tip}`))
  })

  test('of twenty updates sent at once on one tip exactly one is taken', async () => {
    const did = await ed25519()
    const doc = await TileDocument.create(client(did), { n: 0 }, {}, QUIET)
    const updates = await Promise.all(
      Array.from({ length: 20 }, (_, i) => tileUpdate(did, doc.id, doc.tip, [{ op: 'replace', path: '/n', value: i + 1 }])),
    )
    const answers = await Promise.all(
      updates.map((commit) => request('POST', '/api/v0/commits', { streamId: doc.id.toString(), commit: wire(commit), opts: QUIET })),
    )
    assert.equal(answers.filter((a) => a.status === 200).length, 1)
    const loaded = await TileDocument.load(client(), doc.id, { sync: SyncOptions.NEVER_SYNC })
    assert.equal(loaded.state.log.length, 2)
    const winner = answers.findIndex((a) => a.status === 200)
    assert.deepEqual(loaded.content, { n: winner + 1 })
  })

  test('the same genesis posted at once by many gives one stream', async () => {
    const did = await ed25519()
    const genesis = wire(await TileDocument.makeGenesis({ signer: client(did).signer }, { once: true }, {}))
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => request('POST', '/api/v0/streams', { type: 0, genesis, opts: QUIET })),
    )
    assert.deepEqual(answers.map((a) => a.status), Array(10).fill(200))
    assert.equal(new Set(answers.map((a) => a.json.streamId)).size, 1)
    assert.deepEqual(new Set(answers.map((a) => a.json.state.log.length)), new Set([1]))
  })
})
