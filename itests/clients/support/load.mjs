// Applications' own clients, reading and writing for as long as they are let: a line on the standard input asks how it
// goes and gets a line of JSON ("lap" begins the worst latency anew); the end of the input ends it. Every answer that is no 2xx is kept, and so is every event
// that a stream's log lacks in the end.
import readline from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { SyncOptions } from '@ceramicnetwork/common'
import { client } from './node.mjs'
import { ed25519 } from './accounts.mjs'
import { QUIET } from './events.mjs'
import { note } from './models.mjs'

const PAUSE_MS = 5
const state = { requests: 0, refused: [], worstMs: 0, streams: 0, events: 0 }
const acknowledged = new Map()
let over = false

const plainFetch = globalThis.fetch
globalThis.fetch = async (url, options) => {
  const begin = performance.now()
  const answer = await plainFetch(url, options)
  state.worstMs = Math.max(state.worstMs, performance.now() - begin)
  state.requests++
  if (!answer.ok) state.refused.push(`${answer.status} ${options?.method ?? 'GET'} ${url}`)
  return answer
}

function remember(doc) {
  const known = acknowledged.get(doc.id.toString()) ?? []
  known.push(doc.tip.toString())
  acknowledged.set(doc.id.toString(), known)
}

async function write(kind, create) {
  while (!over) {
    const doc = await create()
    remember(doc)
    for (let n = 1; n <= 3 && !over; n++) {
      if (kind === 'tile') await doc.update({ n }, undefined, QUIET)
      else await doc.replace({ text: `update ${n}`, n }, undefined, QUIET)
      remember(doc)
      await pause(PAUSE_MS)
    }
  }
}

async function read(ceramic) {
  while (!over) {
    const ids = [...acknowledged.keys()]
    const id = ids[Math.floor(Math.random() * ids.length)]
    if (id) {
      await ceramic.loadStream(id, { sync: SyncOptions.NEVER_SYNC })
      await ceramic.loadStreamCommits(id)
    }
    await ceramic.getSupportedChains()
    await pause(PAUSE_MS)
  }
}

async function lost(ceramic) {
  const missing = []
  for (const [id, tips] of acknowledged) {
    const log = (await ceramic.loadStreamCommits(id)).map((commit) => commit.cid.toString())
    missing.push(...tips.filter((tip) => !log.includes(tip)).map((tip) => `${id} lacks ${tip}`))
  }
  return missing
}

const did = await ed25519()
const ceramic = client(did)
const model = await Model.create(ceramic, note())
const anchored = { anchor: true, publish: false }
const work = [
  write('tile', () => TileDocument.create(client(did), { n: 0 }, {}, QUIET)),
  write('MID', () => ModelInstanceDocument.create(client(did), { text: 'new', n: 0 }, { model: model.id }, QUIET)),
  // With an anchor nothing is updated: the time event would move the tip under our feet.
  (async () => {
    while (!over) {
      remember(await TileDocument.create(client(did), { at: Date.now() }, {}, anchored))
      await pause(10 * PAUSE_MS)
    }
  })(),
  read(client()),
].map((running) =>
  running.catch((error) => {
    over = true
    state.refused.push(String(error))
  }),
)

function report(more = {}) {
  const events = [...acknowledged.values()].reduce((sum, tips) => sum + tips.length, 0)
  console.log(JSON.stringify({ ...state, streams: acknowledged.size, events, ...more }))
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  report()
  if (line === 'lap') state.worstMs = 0
}
over = true
await Promise.all(work)
report({ lost: await lost(client()) })
process.exit(0)
