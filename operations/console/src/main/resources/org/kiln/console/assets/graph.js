// The log of a stream as a graph: the canonical history in the first lane, branches beside it.
import { ago, brief, h, s } from './lib.js'

const ROW = 46
const LANE = 22
const LEFT = 20

/**
 * Where each event stands: rows from the newest (0) down, lanes from the left, 0 the canonical
 * history. An event stands above the one it follows, whatever order they arrived in.
 */
export function layout(events) {
  const byCid = new Map(events.map((event) => [event.cid, event]))
  const children = new Map()
  for (const event of events) {
    if (event.prev && byCid.has(event.prev)) {
      if (!children.has(event.prev)) children.set(event.prev, [])
      children.get(event.prev).push(event)
    }
  }
  const order = []
  const ready = events.filter((event) => !event.prev || !byCid.has(event.prev))
  const earlier = (a, b) => b.sequence - a.sequence
  ready.sort(earlier)
  while (ready.length) {
    const event = ready.pop()
    order.push(event)
    for (const child of children.get(event.cid) ?? []) ready.push(child)
    if (children.get(event.cid)?.length) ready.sort(earlier)
  }
  const row = new Map(order.map((event, i) => [event.cid, order.length - 1 - i]))

  const chains = []
  const chainOf = new Map()
  for (const event of order) {
    if (event.canonical) continue
    const parent = event.prev && byCid.get(event.prev)
    const continues = parent && chainOf.has(parent.cid) && children.get(parent.cid)[0] === event
    if (continues) {
      const chain = chainOf.get(parent.cid)
      chain.top = row.get(event.cid)
      chainOf.set(event.cid, chain)
    } else {
      const chain = { bottom: parent ? row.get(parent.cid) : row.get(event.cid), top: row.get(event.cid), lane: 0 }
      chains.push(chain)
      chainOf.set(event.cid, chain)
    }
  }
  const lanes = []
  for (const chain of chains) {
    let lane = 0
    while (lanes[lane]?.some((other) => other.top <= chain.bottom && other.bottom >= chain.top)) lane++
    ;(lanes[lane] ??= []).push(chain)
    chain.lane = lane + 1
  }
  return {
    lanes: lanes.length + 1,
    rows: order.toReversed().map((event) => ({
      event,
      row: row.get(event.cid),
      lane: event.canonical ? 0 : chainOf.get(event.cid).lane,
      parent: event.prev && byCid.has(event.prev) ? { row: row.get(event.prev), lane: byCid.get(event.prev).canonical ? 0 : chainOf.get(event.prev).lane } : null,
      cut: Boolean(event.prev) && !byCid.has(event.prev),
    })),
  }
}

const x = (lane) => LEFT + lane * LANE
const y = (row) => row * ROW + ROW / 2

function edge(item) {
  const { row, lane, parent, event } = item
  const kind = event.canonical ? 'lane win' : 'lane lost'
  const [x0, y0, x1, y1] = [x(parent.lane), y(parent.row), x(lane), y(row)]
  const path = x0 === x1 ? `M${x0} ${y0}V${y1}` : `M${x0} ${y0}C${x0} ${y0 - ROW * 0.6} ${x1} ${y0 - ROW * 0.4} ${x1} ${y0 - ROW}V${y1}`
  return s('path', { class: kind, d: path })
}

function dot({ row, lane, event }) {
  const kind = `node ${event.kind} ${event.canonical ? 'win' : 'lost'}`
  const [cx, cy] = [x(lane), y(row)]
  if (event.kind === 'TIME') return s('path', { class: kind, d: `M${cx} ${cy - 8}l8 8-8 8-8-8z` })
  return event.kind === 'INIT'
    ? s('g', {}, s('circle', { class: kind, cx, cy, r: 7.5 }), s('circle', { class: kind, cx, cy, r: 2 }))
    : s('circle', { class: kind, cx, cy, r: 6 })
}

const words = { INIT: 'Created', DATA: 'Changed', TIME: 'Anchored' }

/** The graph; `pick` is called with the event that is chosen. */
export function graph(events, pick) {
  const { rows, lanes } = layout(events)
  const height = rows.length * ROW
  const width = x(Math.min(lanes, 12)) + 4
  const buttons = rows.map((item) => {
    const { event } = item
    const button = h('button', {
      class: `graph-row ${event.canonical ? '' : 'lost'}`, 'data-cid': event.cid, type: 'button',
      onclick: () => choose(event.cid),
    },
      h('span', { class: 'graph-text' },
        h('span', {}, h('strong', {}, words[event.kind]), ' ',
          event.kind === 'TIME' ? h('span', { class: 'muted' }, event.proof ? `on ${event.proof.chain}` : 'proof not here')
            : event.capability ? h('span', { class: 'muted' }, 'under a capability') : event.signer ? null : h('span', { class: 'muted' }, 'unsigned'),
          event.canonical ? null : h('span', { class: 'muted' }, ' · not in the canonical history')),
        h('span', { class: 'mono' }, brief(event.cid, 14, 8))),
      h('span', { class: 'graph-time' }, event.kind === 'TIME' && event.timestamp ? ago(event.timestamp * 1000) : ago(event.receivedAt)))
    button.style.paddingLeft = `${width}px`
    return button
  })
  const choose = (cid, scroll = false) => {
    for (const button of buttons) {
      const chosen = button.dataset.cid === cid
      if (chosen) button.setAttribute('aria-current', 'true')
      else button.removeAttribute('aria-current')
      if (chosen && scroll) button.scrollIntoView({ block: 'nearest' })
    }
    pick(events.find((event) => event.cid === cid))
  }
  const svg = s('svg', { class: 'lanes', width, height, 'aria-hidden': 'true' },
    rows.filter((item) => item.parent && !item.event.canonical).map(edge),
    rows.filter((item) => item.parent && item.event.canonical).map(edge),
    rows.filter((item) => item.cut).map(({ row, lane }) => s('path', { class: 'lane lost', d: `M${x(lane)} ${y(row)}v${ROW * 0.45}` })),
    rows.map(dot))
  const element = h('div', { class: 'graph' }, h('div', { class: 'graph-inner' }, buttons, svg))
  element.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key]
    const at = buttons.indexOf(document.activeElement)
    if (step && at >= 0 && buttons[at + step]) {
      event.preventDefault()
      buttons[at + step].focus()
      choose(buttons[at + step].dataset.cid)
    }
  })
  return { element, choose, branches: rows.some((item) => !item.event.canonical) }
}

/** What the signs mean. */
export function key(branches) {
  const sign = (shape, text) => h('span', {}, s('svg', { viewBox: '0 0 20 20' }, shape), text)
  return h('div', { class: 'graph-key' },
    sign([s('circle', { class: 'node win', cx: 10, cy: 10, r: 7.5 }), s('circle', { class: 'node win', cx: 10, cy: 10, r: 2 })], 'created'),
    sign(s('circle', { class: 'node win DATA', cx: 10, cy: 10, r: 6 }), 'changed'),
    sign(s('path', { class: 'node TIME win', d: 'M10 2l8 8-8 8-8-8z' }), 'anchored'),
    branches ? sign([s('path', { class: 'lane lost', d: 'M10 0V20' }), s('circle', { class: 'node', cx: 10, cy: 10, r: 5 })], 'lost to another branch, or waiting') : null)
}
