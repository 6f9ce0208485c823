import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { Model } from '@ceramicnetwork/stream-model'
import { client, oursOnly, request } from '../support/node.mjs'
import { administrator, ed25519 } from '../support/accounts.mjs'
import { QUIET } from '../support/events.mjs'
import { note } from '../support/models.mjs'

const PINS = '/api/v0/admin/pins'
const listed = async (iterable) => {
  const out = []
  for await (const id of iterable) out.push(id)
  return out
}
/** A compact JWS as the admin routes take it. */
async function signed(did, payload) {
  const jws = await did.createJWS(payload)
  return `${jws.signatures[0].protected}.${jws.payload}.${jws.signatures[0].signature}`
}
const code = async () => (await request('GET', '/api/v0/admin/getCode')).json.code
const basic = (jws) => ({ authorization: `Basic ${jws}` })

describe('pins through the admin API', () => {
  let ceramic, admin, doc
  before(async () => {
    admin = await administrator()
    ceramic = client(admin)
    doc = await TileDocument.create(ceramic, { pinned: true }, {}, QUIET)
  })

  test('what is created is pinned', async () => {
    assert.deepEqual(await listed(await ceramic.admin.pin.ls(doc.id)), [doc.id.toString()])
    assert.ok((await listed(await ceramic.admin.pin.ls())).includes(doc.id.toString()))
  })

  test('pin: false creates without pinning', async () => {
    const loose = await TileDocument.create(ceramic, { pinned: false }, {}, { ...QUIET, pin: false })
    assert.deepEqual(await listed(await ceramic.admin.pin.ls(loose.id)), [])
  })

  test('unpinned, pinned again and pinned by force', async () => {
    await ceramic.admin.pin.rm(doc.id)
    assert.deepEqual(await listed(await ceramic.admin.pin.ls(doc.id)), [])
    await ceramic.admin.pin.rm(doc.id)
    await ceramic.admin.pin.add(doc.id)
    assert.deepEqual(await listed(await ceramic.admin.pin.ls(doc.id)), [doc.id.toString()])
    await ceramic.admin.pin.add(doc.id, true)
    assert.deepEqual(await listed(await ceramic.admin.pin.ls(doc.id)), [doc.id.toString()])
  })

  test('the answers name the stream and whether it is pinned', async () => {
    const del = await request('DELETE', `${PINS}/${doc.id}`, {}, basic(await signed(admin, { code: await code(), requestPath: PINS })))
    assert.deepEqual([del.status, del.json], [200, { streamId: doc.id.toString(), isPinned: false }])
    const post = await request('POST', `${PINS}/${doc.id}`, {}, basic(await signed(admin, { code: await code(), requestPath: PINS })))
    assert.deepEqual([post.status, post.json], [200, { streamId: doc.id.toString(), isPinned: true }])
  })

  test('an update keeps the stream pinned, unpinning keeps it readable', async () => {
    const kept = await TileDocument.create(ceramic, { n: 1 }, {}, QUIET)
    await kept.update({ n: 2 }, undefined, QUIET)
    assert.deepEqual(await listed(await ceramic.admin.pin.ls(kept.id)), [kept.id.toString()])
    await ceramic.admin.pin.rm(kept.id)
    assert.deepEqual((await TileDocument.load(ceramic, kept.id)).content, { n: 2 })
  })

  test('models are pinned as well', async () => {
    const model = await Model.create(ceramic, note())
    assert.deepEqual(await listed(await ceramic.admin.pin.ls(model.id)), [model.id.toString()])
  })
})

describe('who may use the admin API', () => {
  let admin, doc
  before(async () => {
    admin = await administrator()
    doc = await TileDocument.create(client(admin), { guarded: true }, {}, QUIET)
  })

  test('getCode answers a new code each time', async () => {
    const [a, b] = [await code(), await code()]
    assert.match(a, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
    assert.notEqual(a, b)
  })

  test('without the header: 401', async () => {
    const { status, json } = await request('GET', PINS)
    assert.equal(status, 401)
    assert.match(json.error, /Missing authorization header/)
  })

  test('another scheme: 400', async () => {
    const { status, json } = await request('GET', PINS, undefined, { authorization: 'Bearer abc' })
    assert.equal(status, 400)
    assert.match(json.error, /Invalid authorization header format\. It needs to be 'Authorization: Basic <JWS BLOCK>'/)
  })

  test('something that is no JWS: 401', async () => {
    const { status, json } = await request('GET', PINS, undefined, basic('nonsense'))
    assert.equal(status, 401)
    assert.match(json.error, /Error while processing the authorization header/)
  })

  test('a changed signature: 401', async () => {
    const jws = await signed(admin, { code: await code(), requestPath: PINS })
    const at = jws.lastIndexOf('.') + 5
    const { status, json } = await request('GET', PINS, undefined, basic(jws.slice(0, at) + (jws[at] === 'A' ? 'B' : 'A') + jws.slice(at + 1)))
    assert.equal(status, 401)
    assert.match(json.error, /Error while processing the authorization header/)
  })

  test('a JWS for another path: 401', async () => {
    const { status, json } = await request('GET', PINS, undefined, basic(await signed(admin, { code: await code(), requestPath: '/api/v0/admin/status' })))
    assert.equal(status, 401)
    assert.match(json.error, /The jws block contains a request path \(.*\) that doesn't match the request \(.*\)/)
  })

  test('without a code: 401', async () => {
    const { status, json } = await request('GET', PINS, undefined, basic(await signed(admin, { requestPath: PINS })))
    assert.equal(status, 401)
    assert.match(json.error, /Admin code is missing from the the jws block/)
  })

  test('a made-up code: 401', async () => {
    const { status, json } = await request('GET', PINS, undefined, basic(await signed(admin, { code: 'made up', requestPath: PINS })))
    assert.equal(status, 401)
    assert.match(json.error, /Unauthorized access: invalid\/already used admin code/)
  })

  test('a code used twice: 401', async () => {
    const jws = await signed(admin, { code: await code(), requestPath: PINS })
    assert.equal((await request('GET', PINS, undefined, basic(jws))).status, 200)
    const { status, json } = await request('GET', PINS, undefined, basic(jws))
    assert.equal(status, 401)
    assert.match(json.error, /Unauthorized access: invalid\/already used admin code/)
  })

  test('the doubled scheme that old clients send is understood', async () => {
    const jws = await signed(admin, { code: await code(), requestPath: PINS })
    assert.equal((await request('GET', PINS, undefined, { authorization: `Authorization: Basic ${jws}` })).status, 200)
  })

  test('an account that is no administrator: 401 and the text that names it', async () => {
    const other = await ed25519()
    const { status, json } = await request('GET', PINS, undefined, basic(await signed(other, { code: await code(), requestPath: PINS })))
    assert.equal(status, 401)
    assert.match(json.error, new RegExp(`Unauthorized access: DID '${other.id}.*' does not have admin access permission to this node`))
  })

  test('and what it asked for is not done', oursOnly('does it all the same after answering 401'), async () => {
    const other = await ed25519()
    const { status } = await request('DELETE', `${PINS}/${doc.id}`, {}, basic(await signed(other, { code: await code(), requestPath: PINS })))
    assert.equal(status, 401)
    assert.deepEqual(await listed(await client(admin).admin.pin.ls(doc.id)), [doc.id.toString()])
  })

  test('node status answers the administrator', async () => {
    const status = await client(admin).admin.nodeStatus()
    assert.equal(status.network, 'inmemory')
    assert.match(status.runId, /^[0-9a-f-]{36}$/)
    assert.ok(status.uptimeMs > 0)
    assert.equal(status.anchor.chainId, 'inmemory:12345')
  })
})

describe('the old pin routes', () => {
  test('GET and DELETE answer 400 and say where pins went', async () => {
    for (const [method, path] of [['GET', '/api/v0/pins'], ['GET', '/api/v0/pins/abc'], ['DELETE', '/api/v0/pins/abc']]) {
      const { status, json } = await request(method, path)
      assert.equal(status, 400)
      assert.equal(json.error, 'Method not supported: pin requests have moved to the admin API /admin/pins')
    }
  })

  test('POST answers a warning', async () => {
    const { status, json } = await request('POST', '/api/v0/pins/abc', {})
    assert.equal(status, 200)
    assert.equal(typeof json.warn, 'string')
  })
})
