// How the node does, at a glance and over the last minutes.
import { ask, badge, bytes, duration, h, millis, percent, poll, problem, setText, short, whole } from './lib.js'
import { chart, range, setRange } from './chart.js'
import { data, latest, latestKnown, listen } from './live.js'

export async function render(body, page) {
  const facts = h('div', { class: 'facts-line' })
  const health = h('div', {})
  const ranges = h('div', { class: 'segmented', role: 'group', 'aria-label': 'Time shown' },
    [5, 10, 30].map((minutes) => h('button', {
      'aria-pressed': String(range.minutes === minutes),
      onclick: (event) => {
        setRange(minutes)
        for (const button of event.target.parentNode.children) button.setAttribute('aria-pressed', String(button === event.target))
      },
    }, `${minutes} min`)))
  const tiles = [
    tile('Events in', 'a second, kept in the log', () => [short(latest('in')), '/s'], () => `${whole(latest('events'))} in the log`),
    tile('Requests out', 'a second, answered to clients', () => [short(sum('reads', 'writes')), '/s'], () => `${short(round('reads'))} reads, ${short(round('writes'))} writes`),
    tile('Read latency', 'mean of the last seconds with requests', () => split(millis(latestKnown('readMs'))), () => `writes ${millis(latestKnown('writeMs'))}`),
    tile('Waiting for anchors', 'requests for time events', () => [short(latest('anchorWaiting')), ''], () => anchorNote()),
    tile('Peers', 'connected over libp2p', () => (latest('peers') === null ? ['off', ''] : [short(latest('peers')), '']), () => (latest('peers') === null ? 'the network is off' : 'connected')),
    tile('Memory', 'heap in use', () => split(bytes(latest('heap'))), () => `CPU ${percent(latest('cpu'))} of a core`),
  ]
  body.append(
    h('div', { class: 'strip' }, facts, ranges),
    health,
    h('div', { class: 'tiles' }, tiles.map((one) => one.element)),
    h('div', { class: 'charts' },
      chart(page, { title: 'Events in', hint: 'Events a second', series: [{ column: 'in', label: 'kept', colour: 'ember' }, { column: 'applied', label: 'applied', colour: 'teal' }, { column: 'refused', label: 'refused', colour: 'rose' }] }),
      chart(page, { title: 'Requests out', hint: 'Requests a second', series: [{ column: 'reads', label: 'reads', colour: 'blue' }, { column: 'writes', label: 'writes', colour: 'violet' }, { column: 'failures', label: '5xx', colour: 'rose' }] }),
      chart(page, { title: 'Latency', hint: 'Mean time of an answer', format: millis, least: 2, area: false, series: [{ column: 'readMs', label: 'reads', colour: 'blue', gaps: true }, { column: 'writeMs', label: 'writes', colour: 'violet', gaps: true }] }),
      chart(page, { title: 'Queues', hint: 'Events for the log’s writer, streams that wait for something missing', least: 4, series: [{ column: 'queue', label: 'writer', colour: 'amber' }, { column: 'waiting', label: 'waiting', colour: 'rose' }] }),
      chart(page, { title: 'Anchors', hint: 'Requests that wait, requests in the batch in work, failed ones', least: 4, series: [{ column: 'anchorWaiting', label: 'waiting', colour: 'teal' }, { column: 'anchorBatch', label: 'in batch', colour: 'ember' }, { column: 'anchorFailed', label: 'failed', colour: 'rose' }] }),
      chart(page, { title: 'Peers', hint: 'Peers connected', least: 4, series: [{ column: 'peers', label: 'connected', colour: 'blue' }] }),
      chart(page, { title: 'Heap', hint: 'Memory of the Java heap in use', format: bytes, least: 32 * 1024 * 1024, series: [{ column: 'heap', label: 'used', colour: 'violet' }] }),
      chart(page, { title: 'CPU', hint: 'Cores this process keeps busy', format: percent, least: 0.25, series: [{ column: 'cpu', label: 'of a core', colour: 'ember' }] }),
      chart(page, { title: 'Disk', hint: 'The store on disk', format: bytes, least: 1024 * 1024, series: [{ column: 'disk', label: 'store', colour: 'teal' }] })))
  const paint = () => tiles.forEach((one) => one.paint())
  page.onleave(listen(paint))
  if (data.t.length) paint()

  poll(page, 10000, () => ask('/console/api/node'), (node) => {
    facts.replaceChildren(
      h('span', {}, 'Kiln ', h('b', {}, node.version)),
      h('span', {}, 'network ', h('b', {}, node.network)),
      h('span', { title: `Since ${new Date(node.startedAt).toLocaleString('en')}` }, 'up ', h('b', {}, duration(node.now - node.startedAt))),
      h('span', {}, 'Java ', h('b', {}, node.java.split('+')[0])),
      node.disk ? h('span', {}, h('b', {}, bytes(node.disk.free)), ' disk free') : null)
  }, (error) => facts.replaceChildren(problem(error)))
  poll(page, 10000, healthNow, (answer) => health.replaceChildren(...[healthOf(answer)].filter(Boolean)), (error) => health.replaceChildren(problem(error)))
}

/** The health route answers 503 with the same words when a part is down. */
async function healthNow() {
  const response = await fetch('/health', { cache: 'no-store' })
  return response.json()
}

function healthOf(answer) {
  const parts = Object.entries(answer.parts ?? {})
  const sick = parts.filter(([, part]) => part.level !== 'UP')
  if (answer.ready && sick.length === 0) return null
  return h('div', { class: `notice ${answer.ready ? 'warn' : 'bad'}`, role: 'alert' },
    h('div', {}, h('strong', {}, answer.ready ? 'The node works, but not all of it. ' : 'The node is not ready. '),
      answer.serving === false ? 'Streams cannot be read or written now. ' : '',
      sick.map(([name, part]) => h('div', {}, badge(part.level.toLowerCase(), part.level === 'DOWN' ? 'bad' : 'warn'), ' ', h('code', {}, name), ' ', part.message))))
}

function tile(label, hint, value, note) {
  const number = h('span', {}, '–')
  const unit = h('small', {})
  const below = h('div', { class: 'tile-note' })
  return {
    element: h('section', { class: 'card tile', title: hint }, h('div', { class: 'tile-label' }, label), h('div', { class: 'tile-value' }, number, unit), below),
    paint() {
      const [text, suffix] = value()
      setText(number, text)
      setText(unit, suffix ?? '')
      setText(below, note())
    },
  }
}

const round = (name) => (latest(name) === null ? null : Math.round(latest(name)))
const split = (text) => text.split(' ')
const sum = (...names) => names.reduce((total, name) => total + (latest(name) ?? 0), 0)

function anchorNote() {
  const failed = latest('anchorFailed')
  if (failed) return `${whole(failed)} failed`
  const batch = latest('anchorBatch')
  return batch ? `${whole(batch)} in a batch now` : 'none failed'
}
