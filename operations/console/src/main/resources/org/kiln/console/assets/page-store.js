// What is kept, and what it takes.
import { ago, ask, bytes, count, empty, h, poll, problem, short, typeName, whole } from './lib.js'
import { chart } from './chart.js'

export async function render(body, page) {
  const tiles = h('div', {}, h('div', { class: 'skeleton' }))
  const census = h('div', { class: 'two' })
  body.append(tiles,
    h('div', { class: 'charts' },
      chart(page, { title: 'Disk', hint: 'The store on disk', format: bytes, least: 1024 * 1024, series: [{ column: 'disk', label: 'store', colour: 'teal' }] }),
      chart(page, { title: 'Writing', hint: 'Events kept, a second', series: [{ column: 'in', label: 'events a second', colour: 'ember' }] }),
      chart(page, { title: 'Writer’s queue', hint: 'Events that wait for the log’s one writer', least: 4, series: [{ column: 'queue', label: 'events', colour: 'amber' }] })),
    census)
  const again = poll(page, 4000, () => ask('/console/api/store'), (store) => {
    const tile = (label, value, note) => h('section', { class: 'card tile' }, h('div', { class: 'tile-label' }, label), h('div', { class: 'tile-value' }, value), h('div', { class: 'tile-note', title: note }, note))
    const perBatch = store.batches ? store.batchedEvents / store.batches : null
    tiles.replaceChildren(h('div', { class: 'tiles' },
      tile('Events', whole(store.events), store.events ? `${bytes(store.diskBytes / store.events)} each on disk` : 'none yet'),
      tile('On disk', bytes(store.diskBytes), store.dataDirectory),
      tile('Disk free', bytes(store.disk?.free), store.disk ? `of ${bytes(store.disk.total)}` : ''),
      tile('States in memory', whole(store.cachedStates), `about ${bytes(store.cachedBytes)}`),
      tile('Waiting streams', whole(store.waiting), 'for something missing'),
      tile('Events a batch', short(perBatch), count(store.batches, 'batch', 'batches'))))
  }, (error) => tiles.replaceChildren(problem(error, () => again())))
  const recount = poll(page, 30000, () => ask('/console/api/store?count=1'), (store) => {
    if (!store.census) return census.replaceChildren()
    const needs = Object.entries(store.census.byNeed).map(([need, n]) => {
      const colon = need.indexOf(':')
      return { kind: need.slice(0, colon), key: need.slice(colon + 1), n }
    })
    const card = (title, kind, name, none) => {
      const list = needs.filter((need) => need.kind === kind).sort((a, b) => b.n - a.n)
      const most = Math.max(1, ...list.map((need) => need.n))
      return h('section', { class: 'card' }, h('header', {}, h('h2', {}, title), h('span', { class: 'muted fine' }, store.census.complete ? 'counted ' : 'a part, counted ', ago(store.census.countedAt))),
        list.length === 0 ? empty('None', none) : h('div', { class: 'bars' }, list.map((need) => h('div', {}, h('div', { class: 'bar-head' }, h('span', {}, name(need.key)), h('b', {}, whole(need.n))), h('meter', { class: 'bar', min: 0, max: most, value: need.n, 'aria-label': `${name(need.key)}: ${need.n}` })))))
    }
    census.replaceChildren(
      card('Streams by type', 'stream-type', (key) => typeName(Number(key)), 'There are no streams yet.'),
      card('Streams by controller’s DID method', 'did-method', (key) => `did:${key}`, 'There are no streams yet.'),
      card('Anchored streams by chain', 'chain', (key) => key, 'Nothing is anchored yet.'))
  }, (error) => census.replaceChildren(problem(error, () => recount())))
}
