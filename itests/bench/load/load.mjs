// Drives any Ceramic HTTP node with a pre-signed workload and prints throughput and latency per phase.
//   node load.mjs --base http://127.0.0.1:7007 --workload workload.json [--conc 16] [--phases a,b,c] [--pid PID] [--max-seconds 30] [--out result.json] [--index] [--once]
// --once sends each request of a phase once, for loads from a node that has just started.
// Loopback only; every phase is bounded by its request count and by --max-seconds; exits by itself.
// The client is a plain keep-alive socket with prebuilt request bytes, so that its own cost is small.
import net from 'node:net'
import fs from 'node:fs'
import os from 'node:os'
const args = Object.fromEntries(process.argv.slice(2).join(' ').split('--').filter(Boolean).map((s) => { const [k, ...v] = s.trim().split(' '); return [k, v.join(' ') || 'true'] }))
const base = new URL(args.base ?? 'http://127.0.0.1:7007')
if (!['127.0.0.1', 'localhost', '[::1]'].includes(base.hostname)) throw new Error('loopback only')
const conc = Number(args.conc ?? 16)
const maxMs = Number(args['max-seconds'] ?? 30) * 1000
const wl = JSON.parse(fs.readFileSync(args.workload ?? 'workload.json', 'utf8'))
// reads that stay inside js-ceramic's default stream cache (500 streams)
wl.phases.loadHot = wl.phases.load?.slice(0, 100)
wl.phases.multiqueryHot100 = wl.phases.multiquery100?.slice(0, 1)
const ORDER = ['tileCreate', 'tileUpdateMany', 'tileUpdateOneGenesis', 'tileUpdateOne', 'modelCreate', 'midCreate', 'midUpdate', 'midCreateCacao', 'loadHot', 'load', 'loadCommits', 'multiqueryHot100', 'multiquery100', 'queryCollection']
const names = (args.phases ?? ORDER.join(',')).split(',').filter((p) => wl.phases[p]?.length)
// a request nobody answers must not keep the whole run waiting: its connection is given up, which counts as an error
const ANSWER_MS = 60_000
const CRLF2 = Buffer.from('\r\n\r\n')

function rawReq(r) {
  const body = r.body === undefined ? '' : JSON.stringify(r.body)
  return Buffer.from(`${r.method} ${r.path} HTTP/1.1\r\nHost: ${base.host}\r\nConnection: keep-alive\r\nAccept: application/json\r\n${body ? `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` : ''}\r\n${body}`)
}
class Conn {
  constructor() { this.buf = Buffer.alloc(0); this.pending = null }
  async open() {
    await new Promise((ok, bad) => {
      this.s = net.connect({ host: base.hostname, port: Number(base.port), noDelay: true }, ok)
      this.s.once('error', bad)
    })
    this.s.on('data', (d) => { this.buf = this.buf.length ? Buffer.concat([this.buf, d]) : d; this.tryParse() })
    this.s.setTimeout(ANSWER_MS, () => this.s.destroy())
    this.s.on('error', () => {})
    this.s.on('close', () => { this.closed = true; if (this.pending) { const p = this.pending; this.pending = null; p({ status: 0, body: Buffer.alloc(0) }) } })
  }
  tryParse() {
    const b = this.buf
    const e = b.indexOf(CRLF2)
    if (e < 0) return
    const head = b.toString('latin1', 0, e)
    const status = Number(head.slice(9, 12))
    const m = /content-length: *(\d+)/i.exec(head)
    let body, used
    if (m) {
      const len = Number(m[1])
      if (b.length < e + 4 + len) return
      body = b.subarray(e + 4, e + 4 + len); used = e + 4 + len
    } else if (/transfer-encoding: *chunked/i.test(head)) {
      let p = e + 4; const parts = []
      for (;;) {
        const l = b.indexOf('\r\n', p)
        if (l < 0) return
        const len = parseInt(b.toString('latin1', p, l), 16)
        if (b.length < l + 2 + len + 2) return
        if (len === 0) { used = l + 4; break }
        parts.push(b.subarray(l + 2, l + 2 + len)); p = l + 2 + len + 2
      }
      body = Buffer.concat(parts)
    } else { body = Buffer.alloc(0); used = e + 4 }
    this.buf = b.subarray(used)
    const p = this.pending; this.pending = null
    p?.({ status, body })
  }
  send(bytes) { return new Promise((ok) => { this.pending = ok; this.s.write(bytes) }) }
}
const hz = 100
function proc() {
  if (!args.pid) return null
  try {
    const st = fs.readFileSync(`/proc/${args.pid}/stat`, 'latin1'); const f = st.slice(st.lastIndexOf(')') + 2).split(' ')
    const s = fs.readFileSync(`/proc/${args.pid}/status`, 'latin1')
    return { cpuMs: ((Number(f[11]) + Number(f[12])) * 1000) / hz, rssMiB: Math.round(Number(/VmRSS:\s+(\d+)/.exec(s)[1]) / 1024), peakMiB: Math.round(Number(/VmHWM:\s+(\d+)/.exec(s)[1]) / 1024) }
  } catch { return null }
}
const q = (a, p) => a[Math.min(a.length - 1, Math.floor(a.length * p))]
function check(expect, status, body) {
  if (status !== 200) return `status ${status}: ${body.toString('utf8', 0, 160)}`
  if (!expect) return null
  let j
  try { j = JSON.parse(body) } catch { return 'not JSON' }
  if (expect.streamId && j.streamId !== expect.streamId) return `streamId ${j.streamId}`
  if (expect.tip && j.state?.log?.at(-1)?.cid !== expect.tip) return `tip ${j.state?.log?.at(-1)?.cid} expected ${expect.tip}`
  if (expect.len && j.state?.log?.length !== expect.len) return `log length ${j.state?.log?.length} expected ${expect.len}`
  if (expect.keys && Object.keys(j).length !== expect.keys) return `keys ${Object.keys(j).length}`
  if (expect.edges && !j.edges) return 'no edges'
  return null
}
async function run(name, reqs, c, repeatTo) {
  const bytes = reqs.map(rawReq)
  const total = Math.max(reqs.length, repeatTo ?? 0)
  const conns = await Promise.all(Array.from({ length: Math.min(c, total) }, async () => { const k = new Conn(); await k.open(); return k }))
  let next = 0, errors = 0, firstError = null, respBytes = 0
  const lat = []; const bodies = []
  const p0 = proc(), cpu0 = process.cpuUsage(), t0 = performance.now()
  await Promise.all(conns.map(async (k) => {
    while (next < total && performance.now() - t0 < maxMs) {
      if (k.closed) { await k.open(); k.closed = false; k.buf = Buffer.alloc(0) }
      const i = next++ % reqs.length
      const s = performance.now()
      const r = await k.send(bytes[i])
      lat.push(performance.now() - s)
      respBytes += r.body.length
      // correctness: checked after the clock stops for 1 in 8 answers, status always
      if (r.status !== 200 || (next & 7) === 0) bodies.push([i, r.status, Buffer.from(r.body)])
    }
  }))
  const ms = performance.now() - t0
  const p1 = proc(), cpu1 = process.cpuUsage(cpu0)
  for (const k of conns) k.s.destroy()
  for (const [i, st, b] of bodies) { const e = check(reqs[i].expect, st, b); if (e) { errors++; firstError ??= e } }
  lat.sort((a, b) => a - b)
  const done = lat.length
  return { phase: name, conc: c, requests: done, checked: bodies.length, errors, firstError, seconds: +(ms / 1000).toFixed(2), perSecond: +(done / (ms / 1000)).toFixed(1), p50ms: +q(lat, 0.5)?.toFixed(2), p90ms: +q(lat, 0.9)?.toFixed(2), p99ms: +q(lat, 0.99)?.toFixed(2), maxMs: +lat.at(-1)?.toFixed(2), respKiB: +(respBytes / 1024 / done).toFixed(2), clientCpuPct: Math.round((cpu1.user + cpu1.system) / 10 / ms), ...(p0 && p1 ? { serverCpuMsPerReq: +((p1.cpuMs - p0.cpuMs) / done).toFixed(3), rssMiB: p1.rssMiB, peakMiB: p1.peakMiB } : {}) }
}
async function indexModel() {
  const { DID } = await import('dids')
  const { Ed25519Provider } = await import('key-did-provider-ed25519')
  const KeyResolver = await import('key-did-resolver')
  const did = new DID({ provider: new Ed25519Provider(new Uint8Array(Buffer.from(wl.meta.adminSeedHex, 'hex'))), resolver: KeyResolver.getResolver() })
  await did.authenticate()
  const { code } = await (await fetch(new URL('/api/v0/admin/getCode', base))).json()
  const requestBody = { modelData: [{ streamID: wl.meta.modelId, indices: [] }] }
  const jws = await did.createJWS({ code, requestPath: '/api/v0/admin/modelData', requestBody })
  const r = await fetch(new URL('/api/v0/admin/modelData', base), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jws: `${jws.signatures[0].protected}.${jws.payload}.${jws.signatures[0].signature}` }) })
  return { status: r.status, text: (await r.text()).slice(0, 200) }
}
const results = []
for (const name of names) {
  const reqs = wl.phases[name]
  if (reqs[0].needsIndex && !args.index) continue
  const c = name === 'tileUpdateOne' ? 1 : name.startsWith('multiquery') ? Math.min(conc, 4) : conc
  const repeat = args.once ? undefined : { loadHot: Number(args['load-requests'] ?? 10000), multiqueryHot100: 200, load: Number(args['load-requests'] ?? 10000), multiquery100: 200, loadCommits: 1000 }[name]
  const r = await run(name, reqs, c, repeat)
  results.push(r)
  console.log(JSON.stringify(r))
  if (name === 'modelCreate' && args.index) console.log('index', JSON.stringify(await indexModel()))
}
if (args.out) fs.writeFileSync(args.out, JSON.stringify({ at: new Date().toISOString(), cpus: os.cpus().length, base: base.port, results }, null, 1))
process.exit(0)
