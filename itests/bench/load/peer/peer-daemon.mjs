// Runs the real js-ceramic CeramicDaemon (npm, 6.11) on 127.0.0.1:PORT over an in-process IPFS.
//   node peer-daemon.mjs [--port 7007] [--ipfs mini-mem|mini-disk] [--dir DIR] [--index sqlite] [--admin-did DID] [--max-seconds 1200]
// Stops by itself after --max-seconds. See package.json beside this file for the pinned versions.
import path from 'node:path'
import fs from 'node:fs'
import os from 'node:os'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
const t0 = performance.now()
const args = Object.fromEntries(process.argv.slice(2).join(' ').split('--').filter(Boolean).map((s) => { const [k, ...v] = s.trim().split(' '); return [k, v.join(' ') || 'true'] }))
const port = Number(args.port ?? 7007)
const kind = args.ipfs ?? 'mini-disk'
const dir = path.resolve(args.dir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'peer-')))
fs.mkdirSync(dir, { recursive: true })
process.env.IPFS_FLAVOR = 'go' // js-ceramic's own IPFS path (not ceramic-one's Recon HTTP API)
if (args.anchor !== 'true') process.env.CERAMIC_DISABLE_ANCHORING = 'true'
const require = createRequire(import.meta.url)
// resolve by directory: the cli's export map hides the file we need to patch
const cliLib = path.join(path.dirname(require.resolve.paths('x').map((p) => path.join(p, '@ceramicnetwork/cli/package.json')).find((p) => fs.existsSync(p))), 'lib')
const { IpfsConnectionFactory } = await import(pathToFileURL(path.join(cliLib, 'ipfs-connection-factory.js')))
const { CeramicDaemon } = await import(pathToFileURL(path.join(cliLib, 'ceramic-daemon.js')))
const { DaemonConfig } = await import(pathToFileURL(path.join(cliLib, 'daemon-config.js')))

const { makeMiniIpfs } = await import('./mini-ipfs.mjs')
const ipfs = await makeMiniIpfs(kind === 'mini-disk' ? { dir: path.join(dir, 'blocks') } : {})
IpfsConnectionFactory.buildIpfsConnection = async () => ipfs

const config = DaemonConfig.fromObject({
  anchor: {},
  'http-api': { hostname: '127.0.0.1', port, 'cors-allowed-origins': ['.*'], 'admin-dids': args['admin-did'] ? [args['admin-did']] : [] },
  // no peers to ask: otherwise every load of an uncached stream waits 3 s for pubsub answers (measured: 5 updates/s)
  ipfs: { mode: 'remote', host: 'http://127.0.0.1:5101', 'disable-peer-data-sync': args['peer-sync'] !== 'true' },
  logger: { 'log-level': Number(args['log-level'] ?? 3), 'log-to-files': false },
  metrics: { 'metrics-exporter-enabled': false, 'metrics-publisher-enabled': false, 'prometheus-exporter-enabled': false },
  network: { name: 'inmemory' },
  node: {},
  'state-store': { mode: 'fs', 'local-directory': path.join(dir, 'state') },
  indexing: { db: `sqlite://${path.join(dir, 'index.sqlite')}`, 'allow-queries-before-historical-sync': true, 'disable-composedb': args.index !== 'sqlite', 'enable-historical-sync': false },
})
const daemon = await CeramicDaemon.create(config)
console.log(JSON.stringify({ ready: true, startupMs: Math.round(performance.now() - t0), sinceProcessStartMs: Math.round(performance.now()), pid: process.pid, rssMiB: Math.round(process.memoryUsage().rss / 1048576), port, ipfs: kind }))
const stop = async () => { try { await daemon.close() } catch {} ; process.exit(0) }
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
setTimeout(stop, Number(args['max-seconds'] ?? 1200) * 1000).unref?.()
