// A Recon peer on loopback: see README.md.
//   node recon-peer.mjs --events events.json --interest kh4q0ozorrgaq2mezktnrmdwleo1d --dial /ip4/127.0.0.1/tcp/4101/p2p/12D3…
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { ReconNode } from './recon/node.mjs'
import { MODES } from './recon/hostile.mjs'

const { values: o } = parseArgs({ options: {
  listen: { type: 'string', default: '/ip4/127.0.0.1/tcp/0' },
  dial: { type: 'string', multiple: true, default: [] },
  role: { type: 'string', default: 'auto' },
  network: { type: 'string', default: 'inmemory' },
  interest: { type: 'string', multiple: true, default: [] },
  events: { type: 'string', multiple: true, default: [] },
  take: { type: 'string', default: 'model,docs,updates' },
  from: { type: 'string', default: '0' },
  count: { type: 'string' },
  interval: { type: 'string', default: '1000' },
  seed: { type: 'string' },
  agent: { type: 'string', default: 'recon-peer/1.0.0' },
  log: { type: 'string' },
  'log-bytes': { type: 'boolean', default: false },
  'no-publish': { type: 'boolean', default: false },
  hostile: { type: 'string' },
  'hostile-size': { type: 'string' },
  help: { type: 'boolean', default: false }
} })
if (o.help) { console.log(`see README.md; hostile modes: ${Object.keys(MODES).join(' ')}`); process.exit(0) }
if (o.hostile != null && !Object.hasOwn(MODES, o.hostile)) { console.error(`hostile modes: ${Object.keys(MODES).join(' ')}`); process.exit(2) }

const emit = (event, fields = {}) => process.stdout.write(JSON.stringify({ event, ...fields }) + '\n')
const node = await ReconNode.start({
  listen: [o.listen], network: o.network, interests: o.interest, role: o.role, interval: Number(o.interval), log: o.log, logBytes: o['log-bytes'], agent: o.agent,
  publish: !o['no-publish'], hostile: o.hostile, hostileSize: o['hostile-size'] && Number(o['hostile-size']), ...(o.seed ? { seed: Buffer.from(o.seed, 'hex') } : {}), emit
})
const range = { take: o.take, from: Number(o.from), ...(o.count ? { count: Number(o.count) } : {}) }
for (const file of o.events) node.load(file, range)

const commands = {
  dial: async ({ addr }) => ({ peer: await node.dial(addr) }),
  sync: ({ peer, space }) => node.sync(peer, space),
  status: () => node.status(),
  keys: ({ space = 'model' }) => ({ keys: node.stores[space].keys() }),
  hash: ({ space = 'model', first, last }) => { const h = node.stores[space].hash(first, last); return { count: h.count, hash: h.hash.toString('hex') } },
  value: ({ key, space = 'model' }) => ({ base64: node.stores[space].values.get(key)?.toString('base64') ?? null }),
  add: ({ base64 }) => ({ key: node.addEvent(Buffer.from(base64, 'base64')) }),
  load: ({ file, ...rest }) => ({ keys: node.load(file, { ...range, ...rest }).length }),
  interest: ({ id }) => node.addInterest(id),
  publish: options => ({ key: node.publish(options.expiration ? { expiration: options.expiration } : {}) }),
  peers: () => ({ peers: node.libp2p.getConnections().map(c => ({ peer: c.remotePeer.toString(), direction: c.direction, addr: c.remoteAddr.toString() })) }),
  hangup: async ({ peer }) => { for (const c of node.libp2p.getConnections()) if (peer == null || c.remotePeer.toString() === peer) await c.close() },
  stop: () => lines.close()
}
const lines = createInterface({ input: process.stdin })
lines.on('line', async line => {
  if (line.trim() === '') return
  let r = {}
  try {
    r = JSON.parse(line)
    if (!Object.hasOwn(commands, r.cmd)) throw new Error(`no such command; there are ${Object.keys(commands).join(', ')}`)
    emit('result', { id: r.id, cmd: r.cmd, ...await commands[r.cmd](r) })
  } catch (error) {
    emit('error', { id: r?.id, cmd: r?.cmd, message: String(error?.message ?? error) })
  }
})
lines.on('close', async () => {
  setTimeout(() => process.exit(1), 5_000).unref()
  await node.stop()
  process.exit(0)
})
emit('ready', { ...node.status(), peer: node.id, addrs: node.addresses })
for (const addr of o.dial) node.dial(addr).then(peer => emit('dialled', { peer }), error => emit('error', { cmd: 'dial', message: error.message }))
