// A Recon peer: a js-libp2p node on loopback with a peer and a model key space.
import '../lib/node20.mjs'
import fs from 'node:fs'
import { randomBytes } from 'node:crypto'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify, identifyPush } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { Conversation, readable } from './conversation.mjs'
import { MODES } from './hostile.mjs'
import { cidOf, describe, digits, eventId, interestRange, isPeerFence, networkId, parsePeerKey, peerKey, streamIdBytes } from './keys.mjs'
import { KeySet } from './store.mjs'

export const PROTOCOLS = { peer: '/ceramic/recon/0.1.0/peer', model: '/ceramic/recon/0.1.0/model' }
const LOOPBACK = '127.0.0.1'
const HOUR = 3600
const hex = x => Buffer.from(x).toString('hex')
const seconds = () => Math.floor(Date.now() / 1000)

export class ReconNode {
  /**
   * listen: multiaddrs; network: name; interests: stream ids or 'all'; role: auto | initiator | responder | both | none
   * (auto: initiator where we dialled, responder always); interval: ms between syncs of one space; hostile: a mode of
   * hostile.mjs; log: file of JSON lines; logBytes: with the raw bytes; emit: called with events.
   */
  static async start ({ seed = randomBytes(32), listen = [`/ip4/${LOOPBACK}/tcp/0`], network = 'inmemory', interests = [], role = 'auto', interval = 1000,
    hostile, hostileSize, log, logBytes = false, emit = () => {}, publish = true, agent = 'recon-peer/1.0.0', monitor = true } = {}) {
    for (const a of listen) if (!a.startsWith(`/ip4/${LOOPBACK}/`)) throw new Error('loopback only')
    const node = new ReconNode()
    Object.assign(node, { seed, role, interval, emit, logBytes, network: networkId(network), conversations: 0, started: performance.now(), running: true, timers: new Set() })
    node.interests = interests.map(i => node.#interest(i))
    node.stores = { model: new KeySet(k => cidOf(Buffer.from(k, 'hex')) == null), peer: new KeySet(k => isPeerFence(Buffer.from(k, 'hex').toString())) }
    node.headers = new Map() // init CID in hex -> {sepKey, sepValue, controller}
    node.orphans = []
    node.out = log == null ? null : fs.createWriteStream(log)
    node.hostile = hostile == null ? null : MODES[hostile]({ size: hostileSize, node })
    if (hostile != null && node.hostile == null) throw new Error(`unknown hostile mode ${hostile}`)
    const privateKey = await generateKeyPairFromSeed('Ed25519', seed)
    node.libp2p = await createLibp2p({
      privateKey,
      addresses: { listen },
      nodeInfo: { name: agent.split('/')[0], version: agent.split('/')[1], userAgent: agent },
      transports: [tcp()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      connectionManager: { reconnectRetries: 0 },
      connectionMonitor: { enabled: monitor }, // pings each connection every 10 s, which keeps it from being idle
      connectionGater: { denyDialMultiaddr: a => a.nodeAddress().address !== LOOPBACK },
      services: { identify: identify({ agentVersion: agent, protocolPrefix: 'ipfs' }), identifyPush: identifyPush(), ping: ping() }
    })
    node.id = node.libp2p.peerId.toString()
    node.addresses = node.libp2p.getMultiaddrs().map(String)
    node.addr = node.addresses[0]
    if (publish) node.publish()
    if (role !== 'none' && role !== 'initiator') {
      for (const space of ['peer', 'model']) {
        await node.libp2p.handle(PROTOCOLS[space], ({ stream, connection }) => node.#converse(space, 'responder', stream, connection).catch(() => {}), { maxInboundStreams: 64, maxOutboundStreams: 64 })
      }
    }
    node.libp2p.addEventListener('connection:open', ({ detail: c }) => {
      emit('connected', { peer: c.remotePeer.toString(), direction: c.direction, addr: c.remoteAddr.toString() })
      if (role === 'both' || ((role === 'auto' || role === 'initiator') && c.direction === 'outbound')) node.#schedule(c).catch(() => {})
    })
    node.libp2p.addEventListener('connection:close', ({ detail: c }) => emit('disconnected', { peer: c.remotePeer.toString(), direction: c.direction, openMs: (c.timeline.close ?? Date.now()) - c.timeline.open }))
    node.libp2p.addEventListener('peer:identify', ({ detail }) => emit('identified', {
      peer: detail.peerId.toString(), agent: detail.agentVersion, protocolVersion: detail.protocolVersion, protocols: detail.protocols, listenAddrs: detail.listenAddrs.map(String), observedAddr: detail.observedAddr?.toString(), signedPeerRecord: detail.signedPeerRecord != null, muxer: detail.connection.multiplexer, encryption: detail.connection.encryption
    }))
    return node
  }

  // --- our keys --------------------------------------------------------------------------------------------------
  #interest (text) {
    if (text === 'all') return { start: '', end: 'ff' }
    const { start, end } = interestRange({ network: this.network, sepValue: streamIdBytes(text) })
    return { start: hex(start), end: hex(end) }
  }

  addInterest (text) { this.interests.push(this.#interest(text)) }

  publish (options = {}) {
    const key = peerKey({ seed: this.seed, peerId: this.id, expiration: seconds() + 24 * HOUR, addresses: this.addresses, ...options })
    this.stores.peer.add(hex(key), Buffer.alloc(0))
    return key
  }

  /** A peer key of ours that is not put into the set. */
  forge (options) { return peerKey({ seed: this.seed, peerId: this.id, addresses: this.addresses, ...options }) }

  /** Adds one event, a CAR; its key is worked out from it. A data event whose init we lack waits. */
  addEvent (car) {
    const d = describe(car)
    const initHex = hex(d.init)
    if (d.kind === 'init') {
      const { sep = 'model', controllers } = d.header
      this.headers.set(initHex, { sepKey: sep, sepValue: d.header[sep], controller: controllers[0] })
    }
    const header = this.headers.get(initHex)
    if (header == null) { this.orphans.push(car); return null }
    const key = eventId({ network: this.network, ...header, init: d.init, event: d.cid })
    this.stores.model.add(hex(key), car)
    if (d.kind === 'init') for (const c of this.orphans.splice(0)) this.addEvent(c)
    return hex(key)
  }

  /** A workload file {model: {data}, docs: [{data}], updates: [{data}]}, data in multibase base64 or plain base64. */
  load (file, { take = 'model,docs,updates', from = 0, count = Infinity } = {}) {
    const w = JSON.parse(fs.readFileSync(file))
    const list = take.split(',').flatMap(part => Array.isArray(w[part]) ? w[part].slice(from, from + count) : [w[part]])
    return list.map(({ data }) => this.addEvent(Buffer.from(data.replace(/^m/, ''), 'base64')))
  }

  #side (space) {
    const store = this.stores[space]
    if (space === 'model') {
      return { space, store, interests: () => this.interests, insert: items => items.filter(({ key, value }) => {
        const cid = cidOf(Buffer.from(key, 'hex'))
        const d = describe(value)
        if (cid == null || Buffer.compare(cid, d.cid) !== 0) throw new Error('a value that is not of its key')
        if (d.kind === 'init') this.headers.set(hex(d.init), { sepKey: d.header.sep ?? 'model', sepValue: d.header[d.header.sep ?? 'model'], controller: d.header.controllers[0] })
        return store.add(key, value)
      }).length }
    }
    const range = () => ({ start: hex(digits(seconds())), end: hex('99999999999') })
    return { space, store, interests: () => [range()], insert: items => items.filter(({ key, value }) => {
      const text = Buffer.from(key, 'hex').toString()
      const found = parsePeerKey(text, { maxAhead: 48 * HOUR })
      if (value.length > 0) throw new Error('a peer key with a value')
      const fresh = store.add(key, value)
      if (fresh) this.emit('peerKey', { peer: found.peerId, expiration: found.expiration, addresses: found.addresses, key: text })
      return fresh
    }).length }
  }

  // --- conversations ---------------------------------------------------------------------------------------------
  async #converse (space, role, stream, connection) {
    const conv = ++this.conversations
    const peer = connection.remotePeer.toString()
    const write = entry => this.out?.write(JSON.stringify({ t: Math.round(performance.now() - this.started), conv, conn: connection.direction, space, role, ...entry }) + '\n')
    write({ event: 'open', peer, protocol: stream.protocol })
    const hostile = this.hostile?.applies?.(space, role) === false ? null : this.hostile
    const c = new Conversation({
      side: this.#side(space), role, stream, hostile,
      note: ({ dir, kind, size, msg, raw }) => write({ dir, kind, size, msg: readable(msg), ...(this.logBytes ? { raw: hex(raw) } : {}) })
    })
    try {
      const stats = await c.run()
      write({ event: 'close', ...stats })
      this.emit('synced', { conv, peer, space, role, syncId: c.syncId, ...stats })
      return stats
    } catch (error) {
      write({ event: 'failed', message: String(error.message), ...c.stats })
      this.emit('failed', { conv, peer, space, role, message: String(error.message), ...c.stats })
      throw error
    }
  }

  async sync (peer, space = 'model') {
    const connection = this.libp2p.getConnections().find(c => c.status === 'open' && (peer == null || c.remotePeer.toString() === peer))
    if (connection == null) throw new Error('not connected')
    return this.#syncOn(connection, space)
  }

  async #syncOn (connection, space) {
    const stream = await connection.newStream(PROTOCOLS[space], { signal: AbortSignal.timeout(10_000) })
    return this.#converse(space, 'initiator', stream, connection)
  }

  /** Peer space at once, then whichever space is due first: 1 s after success, doubled after each failure up to 600 s. */
  async #schedule (connection) {
    const due = { peer: 0, model: 1 }
    const delay = { peer: this.interval, model: this.interval }
    while (this.running && connection.status === 'open') {
      const space = due.model < due.peer ? 'model' : 'peer'
      const wait = due[space] - performance.now()
      if (wait > 0) await new Promise(resolve => { const t = setTimeout(resolve, wait); this.timers.add({ t, resolve }) })
      if (!this.running || connection.status !== 'open') return
      try {
        await this.#syncOn(connection, space)
        delay[space] = this.interval
        due[space] = performance.now() + delay[space]
      } catch {
        due[space] = performance.now() + delay[space]
        delay[space] = Math.min(delay[space] * 2, 600_000)
      }
    }
  }

  async dial (addr) { return (await this.libp2p.dial(multiaddr(addr), { signal: AbortSignal.timeout(10_000) })).remotePeer.toString() }

  status () {
    const one = s => { const h = s.hash(); return { count: h.count, hash: hex(h.hash) } }
    return { model: one(this.stores.model), peer: one(this.stores.peer), conversations: this.conversations }
  }

  async stop () {
    this.running = false
    for (const { t, resolve } of this.timers) { clearTimeout(t); resolve() }
    await this.libp2p.stop()
    await new Promise(resolve => this.out == null ? resolve() : this.out.end(resolve))
  }
}
