// One stream: its state, its log as a graph, and each event as it was signed.
import { ago, ask, badge, bytes, count, copyButton, empty, h, icon, ident, moment, problem, typeName, whole } from './lib.js'
import { graph, key } from './graph.js'
import { jsonView, tree } from './tree.js'
import { anchorBadge, typeBadge } from './page-streams.js'

export async function render(body, page, { rest }) {
  let chosen = new URLSearchParams(location.search).get('event')
  body.append(h('div', { class: 'skeleton' }))
  let known = ''
  const load = async () => {
    try {
      const stream = await ask(`/console/api/streams/${encodeURIComponent(rest)}`)
      const text = JSON.stringify(stream)
      if (page.left || text === known) return
      known = text
      show(body, page, stream, chosen, (cid) => { chosen = cid })
    } catch (error) {
      if (page.left || known) return
      body.replaceChildren(error.status === 404 ? h('section', { class: 'card' }, empty('Not on this node', error.message)) : problem(error, load))
    }
  }
  await load()
  const timer = setInterval(() => !document.hidden && load(), 5000)
  page.onleave(() => clearInterval(timer))
}

function show(body, page, stream, chosen, remember) {
  const { state } = stream
  const detail = h('section', { class: 'card' })
  const pick = (event) => {
    remember(event.cid)
    showEvent(detail, page, event)
  }
  const drawn = graph(stream.events, pick)
  const scrolled = body.querySelector('.graph')?.scrollTop ?? 0
  const content = state?.next?.content ?? state?.content
  const title = content && typeof content === 'object' ? content.name ?? content.title : null
  body.replaceChildren(
    h('div', { class: 'title-line' }, h('h1', {}, typeof title === 'string' && title ? title : `${typeName(stream.type)} stream`), typeBadge(stream.type),
      stream.pinned ? badge('pinned') : null, state ? anchorBadge(state.anchor) : badge('no state', 'bad')),
    stream.problem ? h('div', { class: 'notice warn', role: 'alert' }, h('div', {}, h('strong', {}, 'Its state cannot be told now. '), stream.problem, ' The events below are kept and will be applied when that changes.')) : '',
    stream.damage ? h('div', { class: 'notice bad', role: 'alert' }, h('div', {}, h('strong', {}, 'Not all of its events can be read. '), stream.damage)) : '',
    h('div', { class: 'split' },
      h('div', { class: 'stack' }, stateCard(stream), factsCard(stream)),
      h('div', { class: 'stack' },
        h('section', { class: 'card' },
          h('header', {}, h('h2', {}, 'Event log'), h('span', { class: 'muted fine' }, logWords(stream))),
          h('header', {}, key(drawn.branches)),
          drawn.element),
        detail)))
  drawn.element.scrollTop = scrolled
  const first = stream.events.some((event) => event.cid === chosen) ? chosen : state?.tip ?? stream.events.at(-1)?.cid
  if (stream.events.some((event) => event.cid === first)) drawn.choose(first)
}

function logWords(stream) {
  const lost = stream.events.filter((event) => !event.canonical).length
  const words = [stream.total === null ? `more than ${count(stream.events.length, 'event')}` : count(stream.total, 'event')]
  if (lost && stream.state) words.push(`${whole(lost)} not canonical`)
  if (stream.cut) words.push(`the newest ${whole(stream.events.length - 1)} and the first are shown`)
  return words.join(' · ')
}

function stateCard(stream) {
  const { state } = stream
  if (!state) return h('section', { class: 'card' }, empty('No state', 'What the stream holds cannot be derived at the moment.'))
  // What is written counts at once for readers; some types also keep what the last anchor made firm.
  const latest = state.next?.content ?? state.content
  const views = { Content: latest, Metadata: state.next?.metadata ?? state.metadata, ...(state.next?.content !== undefined ? { 'As anchored': state.content } : {}) }
  const place = h('div', {})
  const tabs = Object.keys(views).map((name) => h('button', { role: 'tab', onclick: () => choose(name) }, name))
  const choose = (name) => {
    for (const tab of tabs) tab.setAttribute('aria-selected', String(tab.textContent === name))
    const value = views[name]
    place.replaceChildren(value === null ? h('div', { class: 'empty' }, h('p', {}, 'There is no content.')) : tree(value))
  }
  choose('Content')
  return h('section', { class: 'card' },
    h('header', { class: 'ruled' }, h('h2', {}, 'State'),
      h('div', { class: 'row' }, h('div', { class: 'segmented', role: 'tablist' }, tabs), copyButton(JSON.stringify(latest, null, 2), 'Copy the content'))), place)
}

function factsCard(stream) {
  const { state } = stream
  const fact = (name, value) => (value ? [h('dt', {}, name), h('dd', {}, value)] : null)
  const controllers = state?.metadata?.controllers ?? []
  return h('section', { class: 'card pad' }, h('dl', { class: 'facts' },
    fact('Stream', ident(stream.id, { head: 18, tail: 10 })),
    controllers.map((did) => fact('Controller', ident(did, { href: `/console/streams?q=${encodeURIComponent(did)}`, head: 20, tail: 8 }))),
    state?.model ? fact('Model', ident(state.model, { href: `/console/streams/${state.model}`, head: 18, tail: 10 })) : null,
    stream.type === 2 ? fact('Documents', h('a', { href: `/console/streams?q=${stream.id}`, class: 'accent-link' }, 'those of this model')) : null,
    state ? fact('Tip', ident(state.tip, { head: 18, tail: 10 })) : null,
    state ? fact('Commit', ident(state.commit, { head: 18, tail: 10 })) : null,
    state?.proof ? [fact('Anchored on', state.proof.chain), fact('Transaction', ident(state.proof.tx, { head: 18, tail: 8 }))] : null))
}

const role = { envelope: 'Envelope', payload: 'Payload', capability: 'Capability', event: 'Event', 'time event': 'Time event', proof: 'Proof', 'tree node': 'Tree node' }

async function showEvent(place, page, event) {
  const mine = {}
  place.showing = mine
  try {
    const full = await ask(`/console/api/events/${event.cid}`)
    if (page.left || place.showing !== mine) return
    const shown = h('div', {})
    const tabs = full.blocks.map((block, i) => h('button', { role: 'tab', onclick: () => choose(i), title: block.cid }, role[block.role] ?? block.role))
    const choose = (index) => {
      tabs.forEach((tab, i) => tab.setAttribute('aria-selected', String(i === index)))
      const block = full.blocks[index]
      shown.replaceChildren(
        h('header', { class: 'json-head' }, ident(block.cid, { head: 16, tail: 8 }), h('span', { class: 'row' }, h('span', { class: 'muted fine' }, bytes(block.bytes)), copyButton(block.json, 'Copy the DAG-JSON'))),
        jsonView(block.json))
    }
    // The payload says more than the envelope around it.
    choose(Math.max(0, full.blocks.findIndex((block) => block.role === 'payload')))
    place.replaceChildren(
      h('header', { class: 'ruled' }, h('h2', {}, { INIT: 'Init event', DATA: 'Data event', TIME: 'Time event' }[full.kind], h('span', { class: 'muted fine' }, '  DAG-JSON')), h('div', { class: 'segmented', role: 'tablist' }, tabs)),
      h('div', { class: 'event-facts' },
        h('span', {}, `no. ${whole(full.sequence)} of the log`),
        h('span', { title: moment(full.receivedAt) }, 'came ', ago(full.receivedAt)),
        event.timestamp ? h('span', { title: moment(event.timestamp * 1000) }, 'anchored ', ago(event.timestamp * 1000)) : null,
        event.authenticated ? null : h('span', {}, badge('signature not checked yet', 'warn')),
        event.problem ? h('span', {}, badge(event.problem, 'bad')) : null,
        event.signer ? h('span', {}, 'signed by ', ident(event.signer, { head: 14, tail: 5 })) : null),
      shown)
  } catch (error) {
    if (!page.left && place.showing === mine) place.replaceChildren(h('div', { class: 'card pad' }, problem(error, () => showEvent(place, page, event))))
  }
}
