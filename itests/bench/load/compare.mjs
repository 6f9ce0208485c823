// Runs one workload against Kiln, and with --peer against js-ceramic after it, each on a fresh directory,
// and prints what they reached side by side. Called by run-load.sh, which see.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import net from 'node:net'

const here = path.dirname(new URL(import.meta.url).pathname)
const args = Object.fromEntries(process.argv.slice(2).join(' ').split('--').filter(Boolean).map((s) => { const [k, ...v] = s.trim().split(' '); return [k, v.join(' ') || 'true'] }))
const out = path.resolve(args.out ?? path.join(here, '../target/load'))
fs.mkdirSync(out, { recursive: true })
const workload = path.join(out, 'workload.json')
const warmUps = fs.readdirSync(out).filter((f) => /^warm-up-\d+\.json$/.test(f)).sort().map((f) => path.join(out, f))
const conc = args.conc ?? '16'
// a phase cut short would leave later phases asking for streams that are not there
const PATIENCE_SECONDS = '300'
const START_MS = 300_000
const STOP_MS = 60_000
const ANSWER_MS = 60_000
const WRITES = ['tileCreate', 'tileUpdateMany', 'tileUpdateOneGenesis', 'tileUpdateOne', 'modelCreate', 'midCreate', 'midUpdate', 'midCreateCacao']
const WARM = ['loadHot', 'load', 'loadCommits', 'multiqueryHot100', 'multiquery100']
const COLD = { coldLoad: 'load', coldMultiquery: 'multiquery100' }

function run(command, line, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, line, { stdio: ['ignore', 'inherit', 'inherit'], ...options })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${command} ${line[0]} ended with ${code}`))))
  })
}
const freePort = () => new Promise((resolve) => { const s = net.createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)) }) })
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const rssMiB = (pid) => Math.round(Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024)

/** Nodes that run: none outlives this process, whatever ends it. */
const nodes = new Set()
process.on('exit', () => { for (const node of nodes) node.kill('SIGKILL') })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

/** Ends a node; one that does not end by itself is killed, and that is an error. */
async function stop(child, ended) {
  child.kill('SIGTERM')
  const killed = setTimeout(() => { console.error(`${child.spawnargs[0]} does not end; it is killed`); process.exitCode = 1; child.kill('SIGKILL') }, STOP_MS)
  await ended
  clearTimeout(killed)
}

async function start(make) {
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const { command, line, env } = make(port)
  const log = fs.openSync(path.join(out, `${path.basename(command)}.log`), 'a')
  const began = performance.now()
  const child = spawn(command, line, { stdio: ['ignore', log, log], env: { ...process.env, ...env } })
  const ended = new Promise((resolve) => child.on('exit', resolve))
  nodes.add(child)
  child.on('exit', () => nodes.delete(child))
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}; see ${out}`)
    const answer = await fetch(`${base}/api/v0/node/healthcheck`, { signal: AbortSignal.timeout(10_000) }).catch(() => null)
    if (answer?.status === 200) break
    if (performance.now() - began > START_MS) throw new Error(`${command} is not ready after ${START_MS / 1000} seconds; see ${out}`)
    await pause(10)
  }
  return { base, pid: child.pid, startMs: Math.round(performance.now() - began), stop: () => stop(child, ended) }
}

async function load(node, name, phases, flags = [], requests = workload) {
  const file = path.join(out, `${name}.json`)
  await run('node', [path.join(here, 'load.mjs'), '--base', node.base, '--workload', requests, '--conc', conc, '--phases', phases.join(','), '--pid', String(node.pid), '--max-seconds', PATIENCE_SECONDS, '--out', file, ...flags])
  return JSON.parse(fs.readFileSync(file, 'utf8')).results
}

async function measure(name, make, prepare = async () => {}) {
  console.log(`\n${name}`)
  let node = await start(make)
  await prepare()
  await pause(5000)
  const result = { name, startMs: node.startMs, idleMiB: rssMiB(node.pid), phases: {} }
  const keep = (rows) => { for (const row of rows) result.phases[row.phase] = row }
  const indexes = (await fetch(`${node.base}/api/v0/admin/modelData`, { signal: AbortSignal.timeout(ANSWER_MS) })).status !== 404
  result.indexed = indexes
  // Both nodes run on compilers that learn while they serve: give both the same time to learn.
  for (const warmUp of warmUps) await load(node, `${name}-warm-up`, [...WRITES, ...WARM], [], warmUp)
  keep(await load(node, `${name}-writes`, [...WRITES, ...WARM, ...(indexes ? ['queryCollection'] : [])], indexes ? ['--index'] : []))
  result.workingMiB = rssMiB(node.pid)
  await node.stop()
  for (const [as, phase] of Object.entries(COLD)) {
    node = await start(make)
    for (const row of await load(node, `${name}-${as}`, [phase], ['--once'])) result.phases[as] = { ...row, phase: as }
    await node.stop()
  }
  return result
}

/** The plugin of itests/bench/readers: ten readers of the feed that do nothing, three that work. */
function readersJar() {
  const built = path.join(here, '../readers/target')
  const jar = fs.existsSync(built) && fs.readdirSync(built).find((name) => /^kiln-bench-readers-[0-9][^-]*(-SNAPSHOT)?\.jar$/.test(name))
  if (!jar) throw new Error('Build itests/bench/readers first: mvn -q -DskipTests package -pl itests/bench/readers -am')
  return path.join(built, jar)
}

const { meta } = JSON.parse(fs.readFileSync(workload, 'utf8'))
const results = []
const loadBefore = os.loadavg()[0].toFixed(1)
if (args['skip-kiln'] !== 'true') {
  const kiln = path.resolve(args.kiln ?? path.join(here, '../../../distribution/target/kiln/bin/kiln'))
  const kilnNode = async (name, prepare) => {
    const data = fs.mkdtempSync(path.join(args.disk ?? os.tmpdir(), 'kiln-load-'))
    results.push(await measure(name, (port) => ({ command: kiln, line: ['daemon', '--data', data, '--http', `127.0.0.1:${port}`, '--network', 'inmemory', '--set', `admin.dids=${meta.adminDid}`] }), () => prepare(data)))
    fs.rmSync(data, { recursive: true, force: true })
  }
  if (args.readers === 'true') await kilnNode('kiln-13-readers', (data) => run(kiln, ['plugin', 'install', readersJar(), '--data', data]))
  await kilnNode('kiln', async () => {})
}
if (args.peer === 'true') {
  const data = fs.mkdtempSync(path.join(args.disk ?? os.tmpdir(), 'peer-load-'))
  results.push(await measure('js-ceramic', (port) => ({ command: process.execPath, line: [path.join(here, 'peer/peer-daemon.mjs'), '--port', String(port), '--ipfs', 'mini-disk', '--dir', data, '--index', 'sqlite', '--admin-did', meta.adminDid, '--max-seconds', '1800'] })))
  fs.rmSync(data, { recursive: true, force: true })
} else if (args['peer-results']) {
  results.push(JSON.parse(fs.readFileSync(args['peer-results'], 'utf8')))
}

const [first, second] = results
const table = [`| phase | ${results.map((r) => `${r.name} /s | p50 ms | p99 ms`).join(' | ')} |${second ? ' ratio |' : ''}`, `|---|${results.map(() => '---|---|---').join('|')}|${second ? '---|' : ''}`]
for (const phase of Object.keys(first.phases)) {
  const rows = results.map((r) => r.phases[phase])
  const cells = rows.map((row) => (row ? `${row.perSecond}${row.errors ? ` (${row.errors} errors: ${row.firstError})` : ''} | ${row.p50ms} | ${row.p99ms}` : '– | – | –'))
  const ratio = second ? ` ${rows.every((row) => row && !row.errors) ? (rows[0].perSecond / rows[1].perSecond).toFixed(args.readers === 'true' ? 3 : 1) : '–'} |` : ''
  table.push(`| ${phase} | ${cells.join(' | ')} |${ratio}`)
}
const loads = `load average ${loadBefore} before and ${os.loadavg()[0].toFixed(1)} after, on ${os.cpus().length} cores; our own processes are part of the second`
table.push('', loads, '', `| | ${results.map((r) => r.name).join(' | ')} |`, `|---|${results.map(() => '---').join('|')}|`)
for (const [key, words] of [['startMs', 'start to first 200, ms'], ['idleMiB', 'resident when idle, MiB'], ['workingMiB', 'resident after the load, MiB'], ['indexed', 'documents indexed for queries']]) table.push(`| ${words} | ${results.map((r) => r[key]).join(' | ')} |`)
const text = table.join('\n') + '\n'
fs.writeFileSync(path.join(out, 'comparison.md'), text)
fs.writeFileSync(path.join(out, 'comparison.json'), JSON.stringify(results, null, 1) + '\n')
for (const r of results) fs.writeFileSync(path.join(out, `${r.name}.json`), JSON.stringify(r, null, 1) + '\n')
console.log('\n' + text)
