// How far the readers are that plugins have put on the feed.
import { ago, badge, count, duration, h, ident } from './lib.js'

const stateKind = { running: 'good', waiting: '', failing: 'bad', hanging: 'bad' }

/** Nothing at all while no plugin reads the feed. */
export function readersOf({ end, readers, refused }) {
  if (readers.length + refused.length === 0) return []
  return [h('section', { class: 'card readers' },
    h('header', { class: 'ruled' }, h('h2', {}, 'Readers of the feed'), end ? h('span', { class: 'muted fine', title: end }, `the feed is at ${place(end)}`) : badge('no feed', 'warn')),
    refused.map((one) => h('div', { class: 'notice bad' }, h('div', {}, 'A reader of ', h('span', { class: 'mono' }, one.plugin), ' is not called. ', one.reason, '.'))),
    readers.length ? table(readers) : null)]
}

function table(readers) {
  return h('div', { class: 'table-wrap' }, h('table', { class: 'table cards' },
    h('thead', {}, h('tr', {}, ['Reader', 'Plugin', 'Reads', 'State', 'Position', 'Behind', ''].map((head) => h('th', {}, head)))),
    h('tbody', {}, readers.map((reader) => h('tr', {},
      h('td', { 'data-label': 'Reader', class: 'mono' }, reader.name),
      h('td', { 'data-label': 'Plugin' }, ident(reader.plugin, { head: 30, tail: 8, copy: false })),
      h('td', { 'data-label': 'Reads' }, reader.feed),
      h('td', { 'data-label': 'State' }, h('span', {}, badge(reader.state, stateKind[reader.state]), stateKind[reader.state] === 'bad' ? [' since ', ago(reader.since)] : null)),
      h('td', { 'data-label': 'Position', class: 'mono' }, reader.position ? h('span', { title: reader.position }, place(reader.position)) : h('span', { class: 'muted' }, 'not said yet')),
      h('td', { 'data-label': 'Behind' }, behind(reader)),
      h('td', { class: reader.reason ? '' : 'none' }, reader.reason))))))
}

/** The journal before the position is the same in all of them. */
const place = (token) => token.slice(token.indexOf('-') + 1)

function behind({ behind: entries, behindMs }) {
  if (entries === null) return h('span', { class: 'muted' }, '–')
  if (entries === 0) return h('span', { class: 'muted' }, 'nothing')
  return `${count(entries, 'entry', 'entries')}${behindMs ? `, ${duration(behindMs)}` : ''}`
}
