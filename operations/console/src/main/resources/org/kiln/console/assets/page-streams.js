// Finding streams.
import { ago, ask, badge, brief, count, empty, h, icon, ident, problem, typeName, whole } from './lib.js'

const anchorKind = { ANCHORED: 'good', PENDING: 'warn', PROCESSING: 'warn', FAILED: 'bad' }
export const anchorBadge = (status) => (status && status !== 'NOT_REQUESTED' ? badge(status.toLowerCase(), anchorKind[status]) : h('span', { class: 'muted' }, '–'))
export const typeBadge = (type) => badge(typeName(type), `type${type}`)

export async function render(body, page, { go, query }) {
  const input = h('input', { type: 'search', placeholder: 'Stream id, model id or controller (did:…)', 'aria-label': 'Search streams', value: query.get('q') ?? '', spellcheck: 'false', autocapitalize: 'none' })
  const form = h('form', { class: 'row', role: 'search', onsubmit: (event) => { event.preventDefault(); const q = input.value.trim(); go(q ? `/console/streams?q=${encodeURIComponent(q)}` : '/console/streams') } },
    h('div', { class: 'search' }, icon('search'), input, h('kbd', {}, '/')),
    h('button', { class: 'button primary', type: 'submit' }, 'Search'))
  const results = h('section', { class: 'card' }, h('div', { class: 'skeleton' }))
  body.append(form, results)
  if (query.get('focus')) input.focus()
  const q = query.get('q') ?? ''
  await find(results, page, q, go)
}

async function find(results, page, q, go) {
  const rows = h('tbody', {})
  const foot = h('div', {})
  let found = 0
  let seen = 0
  const more = async (after) => {
    let answer
    try {
      const parameters = new URLSearchParams({ q, ...(after ? { after } : {}) })
      answer = await ask(`/console/api/streams?${parameters}`)
    } catch (error) {
      if (!page.left) {
        if (after) foot.replaceChildren(problem(error, () => more(after)))
        else results.replaceChildren(h('div', { class: 'card pad' }, problem(error, error.status === 400 ? null : () => find(results, page, q, go))))
      }
      return
    }
    if (page.left) return
    if (answer.kind === 'stream' && answer.streams.length === 1) return go(`/console/streams/${answer.streams[0].id}`, { replace: true })
    found += answer.streams.length
    seen += answer.seen
    rows.append(...answer.streams.map((stream) => row(stream, answer.kind, go)))
    const damage = answer.damage ? h('div', { class: 'notice bad', role: 'alert' }, h('div', {}, h('strong', {}, 'Not all could be read. '), answer.damage)) : ''
    if (found === 0 && !answer.next && !answer.damage) {
      results.replaceChildren(q ? empty('Nothing found', answer.kind === 'stream' ? 'There is no stream of this id on this node. It may exist elsewhere: the console looks at what is here.' : `None of ${count(seen, 'stream')} here has this ${answer.kind}.`) : empty('No streams yet', 'Once a client writes to this node, the streams that changed last are listed here.'))
      return
    }
    const heads = ['Stream', 'Type', 'Controller', 'Model', answer.kind === 'recent' ? 'Last event' : null, 'Events', 'Anchor'].filter(Boolean)
    results.replaceChildren(
      damage,
      h('header', { class: 'ruled' }, h('h2', {}, title(answer.kind, q)), h('span', { class: 'muted fine' }, summary(answer, found, seen))),
      h('div', { class: 'table-wrap' }, h('table', { class: 'table cards' }, h('thead', {}, h('tr', {}, heads.map((head) => h('th', { class: head === 'Events' ? 'num' : '' }, head)))), rows)), foot)
    const next = answer.next
    foot.replaceChildren(...(next
      ? [h('div', { class: 'empty' },
        h('p', {}, `Found ${whole(found)} among the first ${count(seen, 'stream')}. There is no index over streams yet, so a search goes through them a part at a time.`),
        h('button', { class: 'button', onclick: (event) => { event.target.disabled = true; more(next) } }, 'Search on'))]
      : []))
  }
  await more(null)
}

function title(kind, q) {
  if (kind === 'recent') return 'Changed last'
  return kind === 'controller' ? `Controlled by ${brief(q, 24, 8)}` : `Of model ${brief(q, 12, 8)}`
}

function summary(answer, found, seen) {
  if (answer.kind === 'recent') return `${count(found, 'stream')} among the newest ${count(seen, 'event')}`
  return answer.next ? `${whole(found)} so far` : `${count(found, 'stream')}, all of ${whole(seen)} looked at`
}

function row(stream, kind, go) {
  const open = `/console/streams/${stream.id}`
  const cell = (label, content, classes = '') => h('td', { 'data-label': label, class: classes }, content ?? h('span', { class: 'muted' }, '–'))
  const controller = stream.controllers?.[0]
  return h('tr', { class: 'link', onclick: (event) => !event.target.closest('a, button') && go(open) },
    cell('Stream', h('span', {}, stream.title ? h('div', { class: 'clip' }, h('a', { href: open }, h('strong', {}, stream.title))) : null, ident(stream.id, { href: open, head: 12, tail: 6 }))),
    cell('Type', typeBadge(stream.type)),
    cell('Controller', controller ? ident(controller, { href: `/console/streams?q=${encodeURIComponent(controller)}`, head: 14, tail: 5, copy: false }) : null),
    cell('Model', stream.model ? ident(stream.model, { href: `/console/streams?q=${stream.model}`, head: 8, tail: 5, copy: false }) : null, stream.model ? '' : 'none'),
    kind === 'recent' ? cell('Last event', stream.at ? ago(stream.at) : null) : null,
    cell('Events', stream.events === undefined ? null : whole(stream.events), 'num'),
    cell('Anchor', anchorBadge(stream.anchor)))
}
