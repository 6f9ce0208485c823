// The API by hand, as a newcomer with curl would try it.
import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { client, url } from '../support/node.mjs'
import { ed25519 } from '../support/accounts.mjs'
import { QUIET, tileUpdate, wire } from '../support/events.mjs'
import { note } from '../support/models.mjs'

const run = promisify(execFile)
const curl = async (...args) => JSON.parse((await run('curl', ['--silent', '--show-error', '--fail-with-body', ...args])).stdout)
const post = (path, body) => curl('--header', 'Content-Type: application/json', '--data', JSON.stringify(body), url + path)

describe('with curl', () => {
  let ceramic, did
  before(async () => {
    did = await ed25519()
    ceramic = client(did)
  })

  test('a tile is created, updated and read', async () => {
    const genesis = await TileDocument.makeGenesis({ signer: ceramic.signer }, { title: 'by hand' }, {})
    const created = await post('/api/v0/streams', { type: 0, genesis: wire(genesis), opts: QUIET })
    assert.deepEqual(Object.keys(created).sort(), ['state', 'streamId'])
    assert.equal(created.state.doctype, 'tile')
    assert.equal(created.state.anchorStatus, 'NOT_REQUESTED')
    assert.equal(created.state.signature, 2)
    const [{ cid }] = created.state.log
    const tile = await TileDocument.load(ceramic, created.streamId)
    const update = await tileUpdate(did, tile.id, tile.tip, [{ op: 'replace', path: '/title', value: 'changed by hand' }])
    const updated = await post('/api/v0/commits', { streamId: created.streamId, commit: wire(update), opts: QUIET })
    assert.deepEqual(updated.state.content, { title: 'by hand' })
    assert.deepEqual(updated.state.next.content, { title: 'changed by hand' })
    assert.equal(updated.state.log.length, 2)
    const loaded = await curl(`${url}/api/v0/streams/${created.streamId}`)
    assert.deepEqual(loaded, { streamId: created.streamId, state: updated.state })
    const { commits } = await curl(`${url}/api/v0/commits/${created.streamId}`)
    assert.equal(commits[0].cid, cid)
    assert.deepEqual(Object.keys(commits[0].value).sort(), ['jws', 'linkedBlock'])
    assert.equal(await curl(`${url}/api/v0/streams/${created.streamId}/content`).then((c) => c.title), 'changed by hand')
  })

  test('options as http-client writes them into the query are understood', async () => {
    const tile = await TileDocument.create(ceramic, { q: 1 }, {}, QUIET)
    const query = 'sync=0&syncTimeoutSeconds=undefined&atTime=null&pin=true&asDID=%7B%22a%22%3A1%7D&unknown=12abc'
    assert.deepEqual((await curl(`${url}/api/v0/streams/${tile.id}?${query}`)).state.content, { q: 1 })
  })

  test('an id may be spelled as a URL, and a commit named in its query', async () => {
    const tile = await TileDocument.create(ceramic, { v: 0 }, {}, QUIET)
    await tile.update({ v: 1 }, undefined, QUIET)
    for (const spelling of [`ceramic://${tile.id}`, `/ceramic/${tile.id}`]) {
      assert.equal((await curl(`${url}/api/v0/streams/${encodeURIComponent(spelling)}`)).streamId, tile.id.toString(), spelling)
    }
    const first = await curl(`${url}/api/v0/streams/${encodeURIComponent(`${tile.id}?commit=0`)}`)
    assert.deepEqual(first.state.content, { v: 0 })
  })

  test('a document of a model, and both in one multiquery', async () => {
    const model = await Model.create(ceramic, note())
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'x' }, { model: model.id }, QUIET)
    const result = await post('/api/v0/multiqueries', { queries: [{ streamId: doc.id.toString() }, { streamId: model.id.toString() }] })
    assert.equal(result[doc.id].metadata.model, model.id.toString())
    assert.equal(typeof result[doc.id].metadata.unique, 'string')
    assert.equal(Buffer.from(result[doc.id].metadata.unique, 'base64').length, 12)
    assert.equal(result[doc.id].doctype, 'MID')
    assert.equal(result[model.id].doctype, 'model')
  })

  test('unknown options of any shape are passed over', async () => {
    const genesis = await TileDocument.makeGenesis({ signer: ceramic.signer }, { odd: true }, {})
    const created = await post('/api/v0/streams', { type: 0, genesis: wire(genesis), opts: { ...QUIET, asDID: { nested: [1, { a: null }] }, throwIfStale: false, zzz: 'x' } })
    assert.equal(created.state.log.length, 1)
  })
})
