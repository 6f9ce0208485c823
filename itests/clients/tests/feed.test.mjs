import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import net from 'node:net'
import { EventSource } from 'cross-eventsource'
import { decode } from 'codeco'
import { AggregationDocument, JsonAsString } from '@ceramicnetwork/codecs'
import { EventType } from '@ceramicnetwork/common'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { CommitID, StreamID } from '@ceramicnetwork/streamid'
import { client, eventually, oursOnly, request, url } from '../support/node.mjs'
import { ed25519 } from '../support/accounts.mjs'
import { QUIET } from '../support/events.mjs'
import { note } from '../support/models.mjs'

const PATH = '/api/v0/feed/aggregation/documents'
const Codec = JsonAsString.pipe(AggregationDocument)
const run = crypto.randomUUID()

/** An EventSource of the feed, and the documents that it has brought, decoded as js-ceramic's tests do. */
function listen(query = '', base = url) {
  const source = new EventSource(`${base}${PATH}${query}`)
  const documents = []
  source.addEventListener('message', (event) => documents.push({ ...decode(Codec, event.data), id: event.lastEventId }))
  const opened = new Promise((resolve, reject) => {
    source.addEventListener('open', resolve, { once: true })
    source.addEventListener('error', reject, { once: true })
  })
  opened.catch(() => {})
  const of = (stream) => documents.filter((document) => document.commitId.baseID.equals(stream))
  return { source, documents, opened, of, close: () => source.close() }
}

/**
 * A way to the node that can be cut. An answer's head goes on together with the first place in the feed: a client tells that it is
 * connected when it has the head, and what is cut off between the two knows no place.
 */
async function cuttable() {
  const { hostname, port } = new URL(url)
  const sockets = new Set()
  const heads = []
  const server = net.createServer((near) => {
    const far = net.connect({ host: hostname, port: Number(port) })
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    near.once('data', (request) => heads.push(request.toString('latin1')))
    near.pipe(far)
    let held = Buffer.alloc(0)
    const hold = (chunk) => {
      held = Buffer.concat([held, chunk])
      if (!/\nid: [^\n]+\n/.test(held.toString('latin1')) && held.length < 65_536) return
      heads.push(held.toString('latin1'))
      far.off('data', hold)
      near.write(held)
      far.pipe(near)
    }
    far.on('data', hold)
    far.on('end', () => near.end())
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => sockets.forEach((socket) => socket.destroy())
  return { url: `http://127.0.0.1:${server.address().port}`, heads, cut, close: () => (cut(), server.close()) }
}

/** A listener by a bare socket. */
function bare(path = PATH) {
  const { hostname, port, host } = new URL(url)
  const socket = net.connect({ host: hostname, port: Number(port) })
  const listener = { socket, text: '' }
  socket.on('data', (chunk) => (listener.text += chunk.toString('utf8')))
  socket.on('error', () => {})
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  return listener
}

describe('the feed of documents', () => {
  let ceramic, model
  before(async () => {
    ceramic = client(await ed25519())
    model = await Model.create(ceramic, note({ name: `Fed-${run}` }))
  })

  const create = (text, options = QUIET) => ModelInstanceDocument.create(ceramic, { text }, { model: model.id }, options)

  test('a new model is delivered', async () => {
    const feed = listen()
    try {
      // js-ceramic sends nothing before the first event
      if (!process.env.KILN_PEER) await feed.opened
      const made = await Model.create(ceramic, note({ name: `Delivered-${run}` }))
      const [document] = await eventually(() => feed.of(made.id).length && feed.of(made.id), 'the model')
      assert.deepEqual(document.content, made.content)
      assert.ok(document.commitId instanceof CommitID)
      assert.ok(document.metadata.model instanceof StreamID)
      assert.deepEqual(document.metadata.controllers, [ceramic.did.id])
      // It is the state when it is sent: it may have been anchored by then.
      await made.sync()
      const commits = made.allCommitIds.map(String)
      assert.equal(document.eventType, [EventType.INIT, EventType.TIME][commits.indexOf(document.commitId.toString())])
    } finally {
      feed.close()
    }
  })

  test('creates, updates and anchors are events, and a token goes on after its event', oursOnly('un-pinned and quick ones may be missing'), async () => {
    const feed = listen()
    let later
    try {
      await feed.opened
      const doc = await create('one')
      await eventually(() => feed.of(doc.id).length === 1, 'the create')
      await doc.replace({ text: 'two' }, undefined, QUIET)
      await eventually(() => feed.of(doc.id).length === 2, 'the update')
      const updated = doc.commitId
      await ceramic.requestAnchor(doc.id)
      await eventually(() => feed.of(doc.id).length === 3, 'the time event')
      const seen = feed.of(doc.id)
      assert.deepEqual(seen.map((one) => one.content.text), ['one', 'two', 'two'])
      assert.deepEqual(seen.map((one) => one.eventType), [EventType.INIT, EventType.DATA, EventType.TIME])
      assert.equal(seen[1].commitId.toString(), updated.toString())
      assert.deepEqual(seen.map((one) => one.id), seen.map((one) => one.resumeToken))

      later = listen(`?after=${seen[0].resumeToken}`)
      await eventually(() => later.of(doc.id).length >= 2, 'what came after the create')
      assert.deepEqual(later.of(doc.id).map((one) => one.resumeToken), seen.slice(1).map((one) => one.resumeToken))
    } finally {
      feed.close()
      later?.close()
    }
  })

  test('an EventSource that lost its connection misses nothing', oursOnly('it sends no id'), async () => {
    const way = await cuttable()
    const feed = listen('', way.url)
    try {
      await feed.opened
      // Nothing has come yet, and still it must know where it was.
      const docs = []
      for (const text of ['a', 'b', 'c']) {
        way.cut()
        docs.push(await create(text))
        await eventually(() => feed.of(docs.at(-1).id).length > 0, `document ${text}`)
          .catch((e) => { throw new Error([e.message, ...way.heads].join('\n')) })
      }
      assert.deepEqual(docs.map((doc) => feed.of(doc.id).map((one) => one.content.text)), [['a'], ['b'], ['c']])
    } finally {
      feed.close()
      way.close()
    }
  })

  test('a thousand listeners and one who does not read', oursOnly('not tried'), async () => {
    const listeners = Array.from({ length: 1000 }, () => bare())
    const slow = bare()
    try {
      await eventually(() => [...listeners, slow].every(({ text }) => /\nid: /.test(text)), 'all are there', 60_000)
      slow.socket.pause()
      const docs = []
      for (let i = 0; i < 5; i++) docs.push(await create(`to all ${i}`))
      const has = ({ text }) => docs.every((doc) => text.includes(doc.id.cid.toString()) || text.includes(doc.commitId.toString()))
      await eventually(() => listeners.every(has), 'all have all', 60_000)
      slow.socket.resume()
      await eventually(() => has(slow), 'the slow one has all')
    } finally {
      for (const { socket } of [...listeners, slow]) socket.destroy()
    }
  })

  test('a token that is none, or of elsewhere, is refused and says so', oursOnly('it takes any text'), async () => {
    const first = bare(`${PATH}?after=0`)
    await eventually(() => /data: .*resumeToken/.test(first.text), 'the first change there is')
    first.socket.destroy()
    const [, journal] = /"resumeToken":"([0-9a-f]{16}-)/.exec(first.text)
    const refusals = [
      ['1733333333333000000', /16 hexadecimal digits/],
      ['undefined', /16 hexadecimal digits/],
      ['%0a1', /16 hexadecimal digits/],
      ['x'.repeat(1500), /16 hexadecimal digits/],
      ['00c0ffee00c0ffee-1', /was not handed out by this node/],
      [`${journal}999999999999`, /newer than everything this node has/],
    ]
    for (const [token, reason] of refusals) {
      const { status, json, text } = await request('GET', `${PATH}?after=${token}`)
      assert.equal(status, 400, text)
      assert.match(json.error, reason)
      assert.match(json.error, /after=0 begins with the first change/)
    }
  })
})
