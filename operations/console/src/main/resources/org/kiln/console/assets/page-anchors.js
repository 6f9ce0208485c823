// Time for streams: the queue, the batch in work, and the transactions behind time events.
import { ago, ask, badge, brief, count, empty, h, ident, isOperator, poll, problem, toast, whole } from './lib.js'
import { chart } from './chart.js'

const stages = ['collecting', 'ready', 'submitted', 'final']
const stageWords = { collecting: 'Collecting', ready: 'Tree built', submitted: 'Sent to the chain', final: 'Writing time events' }

export async function render(body, page) {
  const status = h('div', { class: 'stack' }, h('div', { class: 'skeleton' }))
  const lists = h('div', { class: 'stack' })
  body.append(status,
    h('div', { class: 'charts' },
      chart(page, { title: 'Queue', hint: 'Requests that wait, in the batch, failed', least: 4, series: [{ column: 'anchorWaiting', label: 'waiting', colour: 'teal' }, { column: 'anchorBatch', label: 'in batch', colour: 'ember' }, { column: 'anchorFailed', label: 'failed', colour: 'rose' }] }),
      chart(page, { title: 'Time events', hint: 'Time events written, a second', series: [{ column: 'timeEvents', label: 'a second', colour: 'violet' }] })),
    lists)
  const again = poll(page, 2500, async () => {
    const more = await ask('/console/api/anchors')
    return { more, now: more.present ? await ask('/admin/anchor') : null }
  }, ({ now, more }) => {
    status.replaceChildren(...(now ? overview(now, () => again()) : [h('section', { class: 'card' }, empty('No anchoring', 'The part of the node that anchors is not running.'))]))
    lists.replaceChildren(wishes(more, now), batches(more.batches))
  }, (error) => status.replaceChildren(problem(error, () => again())))
}

function overview(now, again) {
  const tile = (label, value, note) => h('section', { class: 'card tile' }, h('div', { class: 'tile-label' }, label), h('div', { class: 'tile-value' }, value), h('div', { class: 'tile-note' }, note))
  const button = h('button', {
    class: 'button primary', disabled: !isOperator() || !now.enabled, title: isOperator() ? 'Send all that waits, failed requests too' : 'Operators only',
    onclick: async (event) => {
      event.target.disabled = true
      try {
        const { requests, left, why } = await ask('/admin/anchor/now', { method: 'POST' })
        if (left) toast(`${count(left, 'request')} not sent yet: ${why}`, 'bad')
        else toast(requests ? `${count(requests, 'request')} on the way.` : 'Nothing waits.')
      } catch (error) {
        toast(error.message, 'bad')
      }
      again()
    },
  }, 'Anchor now')
  return [
    h('div', { class: 'strip' },
      h('div', { class: 'facts-line' },
        h('span', {}, 'chain ', h('b', {}, now.chain)),
        h('span', {}, 'batches ', h('b', {}, now.automatic ? 'begin by themselves' : 'begin when asked for')),
        now.enabled ? null : badge('switched off', 'warn')), button),
    now.obstacle ? h('div', { class: 'notice warn', role: 'alert' }, h('div', {}, h('strong', {}, 'Nothing can be anchored: '), now.obstacle)) : null,
    now.lastError ? h('div', { class: 'notice warn', role: 'alert' }, h('div', {}, h('strong', {}, 'The newest failure: '), now.lastError)) : null,
    h('div', { class: 'tiles' },
      tile('Waiting', whole(now.waiting), 'requests for a batch'),
      tile('Failed', whole(now.failed), now.failed ? '“Anchor now” tries them again' : 'none'),
      now.held ? tile('Held', whole(now.held), 'time events, until their streams can be judged') : null,
      tile('Batches', whole(now.batchesDone), 'since the start'),
      tile('Time events', whole(now.eventsWritten), 'since the start')),
    h('section', { class: 'card pad' }, h('h2', {}, now.batch ? `Batch ${now.batch.number}` : 'Batch in work'), now.batch ? work(now.batch) : h('p', { class: 'muted' }, 'None. The next begins when requests wait', now.automatic ? ' and the interval is over.' : ' and someone asks for it.')),
  ].filter(Boolean)
}

function work(batch) {
  const at = stages.indexOf(batch.stage)
  return h('div', {},
    h('div', { class: 'stages' }, stages.map((stage, i) => h('div', { class: `stage ${i < at ? 'done' : i === at ? 'now' : ''}`, 'aria-current': i === at ? 'step' : null }, stageWords[stage]))),
    h('div', { class: 'facts-line' },
      h('span', {}, h('b', {}, whole(batch.requests)), batch.requests === 1 ? ' request' : ' requests'),
      batch.root ? h('span', {}, 'root ', ident(batch.root)) : null,
      batch.reference ? h('span', {}, 'reference ', ident(batch.reference, { head: 12 })) : null,
      batch.retries ? h('span', {}, badge(`${count(batch.retries, 'retry', 'retries')}`, 'warn')) : null))
}

function wishes(more, now) {
  const list = more.wishes
  const shown = now && now.waiting + now.failed + now.held > list.length ? `${whole(list.length)} of ${whole(now.waiting + now.failed + now.held)}` : count(list.length, 'request')
  return h('section', { class: 'card' },
    h('header', { class: 'ruled' }, h('h2', {}, 'Requests'), h('span', { class: 'muted fine' }, shown)),
    list.length === 0 ? empty('Nothing waits', 'A request is made when a client writes a stream and asks for an anchor.')
      : h('div', { class: 'table-wrap' }, h('table', { class: 'table cards' },
        h('thead', {}, h('tr', {}, ['Stream', 'Tip', 'Asked', 'For', 'State'].map((head) => h('th', {}, head)))),
        h('tbody', {}, list.map((wish) => h('tr', {},
          h('td', { 'data-label': 'Stream' }, ident(wish.stream, { href: `/console/streams/${wish.stream}` })),
          h('td', { 'data-label': 'Tip' }, ident(wish.tip)),
          h('td', { 'data-label': 'Asked' }, ago(wish.requestedAt)),
          h('td', { 'data-label': 'For' }, wish.own ? 'this node' : 'another node'),
          h('td', { 'data-label': 'State' }, wish.failure ? h('span', { title: wish.failure }, wish.held ? badge('held', 'warn') : badge('failed', 'bad'), ' ', wish.failure) : h('span', now?.obstacle ? { title: now.obstacle } : {}, badge(now?.obstacle ? 'cannot be anchored' : 'waiting', 'warn')))))))))
}

function batches(found) {
  return h('section', { class: 'card' },
    h('header', { class: 'ruled' }, h('h2', {}, 'Transactions'), h('span', { class: 'muted fine' }, found.complete ? 'behind the time events of this node' : 'behind the newest time events of this node; older ones are not shown')),
    found.list.length === 0 ? empty('No transactions yet', 'Time events that are written here, or come from others, show the transaction they rest on.')
      : h('div', { class: 'table-wrap' }, h('table', { class: 'table cards' },
        h('thead', {}, h('tr', {}, ['Transaction', 'Chain', 'Root', 'Time events', 'Written'].map((head) => h('th', { class: head === 'Time events' ? 'num' : '' }, head)))),
        h('tbody', {}, found.list.map((batch) => h('tr', {},
          h('td', { 'data-label': 'Transaction' }, ident(batch.tx, { head: 12, tail: 8 })),
          h('td', { 'data-label': 'Chain' }, batch.chain),
          h('td', { 'data-label': 'Root' }, ident(batch.root)),
          h('td', { 'data-label': 'Time events', class: 'num' }, whole(batch.timeEvents)),
          h('td', { 'data-label': 'Written' }, ago(batch.lastAt))))))))
}
