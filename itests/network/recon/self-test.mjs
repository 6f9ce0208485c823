// Is the kit itself sound? Two recon-peers with differences of many shapes reach equality; every hostile mode leaves an
// honest peer alive.   npm run test:recon (1 min)
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { Splitter, decode, encode } from './cbor.mjs'
import { MODES } from './hostile.mjs'
import { cidOf, eventId, interestRange, networkId, parsePeerKey, streamIdBytes } from './keys.mjs'
import { ReconNode } from './node.mjs'

const EVENTS = new URL('events.json', import.meta.url).pathname
const started = new Set()
const start = async options => { const n = await ReconNode.start({ interests: ['all'], role: 'responder', ...options }); started.add(n); return n }
const stop = async (...nodes) => { for (const n of nodes) { started.delete(n); await n.stop() } }
after(async () => { for (const n of started) await n.stop() })
const hash = n => n.status().model.hash
const table = []
after(() => console.table(table))

test('ahash, EventId and interest vectors of the digest', () => {
  const E1 = eventId({ network: 0, sepValue: Buffer.from('ce01040171710b0009686d6f64656c2d7631', 'hex'), controller: 'did:key:z6MkgSV3tAuw7gUWqKCUY7ae6uWNxqYgdwPhUJbJhF9EFXm9', init: Buffer.from('683b7517', 'hex'), event: Buffer.from('01711220f4ef7ec208944d257025408bb647949e6b72930520bc80f34d8bfbafd2643d86', 'hex') })
  assert.equal(E1.toString('hex'), 'ce010500ba25076d730241e745cc7c072ff729ea683b751701711220f4ef7ec208944d257025408bb647949e6b72930520bc80f34d8bfbafd2643d86')
  assert.equal(cidOf(E1).length, 36)
  assert.equal(cidOf(E1.subarray(0, 24)), null)
  const { start, end } = interestRange({ network: networkId('inmemory'), sepValue: streamIdBytes('kh4q0ozorrgaq2mezktnrmdwleo1d') })
  assert.equal(start.toString('hex'), 'ce0105ff01ba25076d730241e7' + '00'.repeat(12))
  assert.equal(end.toString('hex'), 'ce0105ff01ba25076d730241e7' + 'ff'.repeat(13))
})

test('the splitter finds items however the chunks fall', () => {
  const items = [{ body: 'Finished' }, { body: { RangeResponse: [] } }, { sync_id: 'x', body: { InterestRequest: [{ start: Buffer.alloc(300), end: '' }] } }]
  const all = Buffer.concat([...items.map(encode), Buffer.from('9f01820203bf616101ffff', 'hex')])
  for (let size = 1; size < 40; size++) {
    const s = new Splitter()
    const got = []
    for (let i = 0; i < all.length; i += size) for (const raw of s.push(all.subarray(i, i + size))) got.push(decode(raw))
    assert.equal(got.length, 4)
    assert.deepEqual(got[3], [1, [2, 3], { a: 1 }])
    assert.equal(s.pending, 0)
  }
})

// [ours, theirs] as slices of one list of events, in per cent; 1 and 99 mean one from either end
const shapes = {
  'both empty': [[], []],
  'all one way': [[0, 100], []],
  'all the other way': [[], [0, 100]],
  equal: [[0, 100], [0, 100]],
  disjoint: [[0, 50], [50, 100]],
  'one missing here': [[0, 99], [0, 100]],
  'one missing there': [[0, 100], [1, 100]],
  'one missing on each side': [[0, 99], [1, 100]],
  'overlap of a third': [[0, 67], [33, 100]],
  'one key each': [[0, 1], [1, 2]],
  'one key against all': [[1, 2], [0, 100]]
}
for (const [name, [ours, theirs]] of Object.entries(shapes)) {
  test(`two peers reach equality: ${name}`, async () => {
    const [a, b] = [await start(), await start({ role: 'none' })]
    const all = await start({ role: 'none' })
    all.load(EVENTS, { take: 'model,docs,updates,chain,forks,otherModel,others' })
    const keys = all.stores.model.keys()
    const sorted = keys.map((k, i) => [i * 37 % keys.length, k]).sort((x, y) => x[0] - y[0]).map(x => x[1]) // not in key order
    const at = p => p <= 2 ? p : p === 99 ? keys.length - 1 : Math.round(keys.length * p / 100)
    const give = (node, range) => sorted.slice(...(range.length ? range.map(at) : [0, 0])).forEach(k => node.stores.model.add(k, all.stores.model.values.get(k)))
    give(a, ours)
    give(b, theirs)
    const union = new Set([...a.stores.model.keys(), ...b.stores.model.keys()]).size
    await b.dial(a.addr)
    const s = await b.sync(a.id, 'model')
    assert.equal(hash(a), hash(b))
    assert.equal(a.stores.model.size, union)
    const again = await b.sync(a.id, 'model')
    assert.equal(again.rangesOut, 1, 'a second sync finds them equal at once')
    table.push({ shape: name, keys: union, roundTrips: s.turns, rangeRequests: s.rangesOut, values: s.valuesIn + s.valuesOut, bytes: s.bytesIn + s.bytesOut, ms: s.ms })
    await stop(a, b, all)
  })
}

test('interests limit what goes over', async () => {
  const { meta } = JSON.parse((await import('node:fs')).readFileSync(EVENTS))
  const [a, b] = [await start({ interests: [meta.model, meta.metaModel] }), await start({ role: 'none', interests: [meta.model] })]
  a.load(EVENTS, { take: 'model,docs,otherModel,others' })
  await b.dial(a.addr)
  await b.sync(a.id, 'model')
  assert.equal(b.stores.model.size, 40, 'the documents, not the models, not the other documents')
  await stop(a, b)
})

test('the peer ring: each learns the other, verified', async () => {
  const [a, b] = [await start(), await start({ role: 'none' })]
  await b.dial(a.addr)
  await b.sync(a.id, 'peer')
  assert.equal(a.status().peer.hash, b.status().peer.hash)
  const found = a.stores.peer.keys().map(k => parsePeerKey(Buffer.from(k, 'hex').toString()).peerId).sort()
  assert.deepEqual(found, [a.id, b.id].sort())
  await stop(a, b)
})

test('the schedule: the dialler comes back each second, in both spaces', async () => {
  const seen = []
  const a = await start({ emit: (e, f) => e === 'synced' && seen.push(f.space) })
  const b = await start({ role: 'auto' })
  await b.dial(a.addr)
  await new Promise(resolve => setTimeout(resolve, 2500))
  assert.deepEqual(seen.slice(0, 6), ['peer', 'model', 'peer', 'model', 'peer', 'model'])
  await stop(a, b)
})

for (const mode of Object.keys(MODES)) {
  test(`hostile ${mode}: an honest responder and an honest initiator live on`, async () => {
    const log = []
    const [honest, bad, friend] = [await start({ emit: (e, f) => log.push([e, f]) }), await start({ hostile: mode, hostileSize: mode === 'interest-flood' ? 1000 : undefined, role: 'responder' }), await start({ role: 'none' })]
    honest.load(EVENTS, { take: 'model,docs', count: 30 })
    bad.load(EVENTS, { take: 'docs,updates', from: 10, count: 20 })
    const limit = p => Promise.race([p.catch(e => e.message), new Promise(resolve => setTimeout(resolve, 1500, 'still open after 1.5 s').unref())])
    await bad.dial(honest.addr)
    for (const space of ['model', 'peer']) {
      await limit(bad.sync(honest.id, space)) // hostile initiator
      await limit(honest.sync(bad.id, space)) // hostile responder
    }
    await friend.dial(honest.addr)
    const s = await friend.sync(honest.id, 'model')
    assert.ok(s.new >= 31)
    assert.equal(hash(friend), hash(honest))
    for (const k of honest.stores.peer.keys()) parsePeerKey(Buffer.from(k, 'hex').toString(), { maxAhead: 48 * 3600 })
    await stop(friend, honest, bad)
  })
}

test('the command line: a peer in a process of its own', async () => {
  const peers = [[], ['--events', EVENTS]].map(args => {
    const child = spawn(process.execPath, ['recon-peer.mjs', '--interest', 'all', ...args], { cwd: new URL('..', import.meta.url).pathname, stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = []
    let wake = () => {}
    createInterface({ input: child.stdout }).on('line', l => { lines.push(JSON.parse(l)); wake() })
    const next = async f => { for (let n = 0; n < 100; n++) { const x = lines.find(f); if (x) return x; await new Promise(resolve => { wake = resolve; setTimeout(resolve, 100) }) } assert.fail('not seen') }
    const call = async (id, cmd, fields) => { child.stdin.write(JSON.stringify({ id, cmd, ...fields }) + '\n'); return next(l => l.id === id) }
    return { child, next, call }
  })
  const [a, b] = peers
  const ready = await Promise.all(peers.map(p => p.next(l => l.event === 'ready')))
  assert.equal(ready[1].model.count, 61)
  await b.call(1, 'dial', { addr: ready[0].addrs[0] })
  await a.next(l => l.event === 'synced' && l.space === 'model' && l.new === 61)
  assert.equal((await a.call(2, 'status')).model.hash, ready[1].model.hash)
  for (const p of peers) { p.child.stdin.end(); await new Promise(resolve => p.child.on('exit', resolve)) }
})
