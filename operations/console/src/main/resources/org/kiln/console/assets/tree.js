// Values as a tree that opens and closes, and JSON text in colours.
import { h } from './lib.js'

const OPEN_DEPTH = 3
const MOST_ITEMS = 200

/** A value as a tree. Strings that name streams become links. */
export function tree(value) {
  return h('div', { class: 'tree' }, node(null, value, 0))
}

function node(key, value, depth) {
  const label = key === null ? null : [h('span', { class: 'key' }, String(key)), h('span', { class: 'muted' }, ': ')]
  if (value === null || typeof value !== 'object') return h('div', { class: key === null ? '' : 'leaf' }, label, leaf(value))
  const list = Array.isArray(value)
  const entries = list ? value.map((item, i) => [i, item]) : Object.entries(value)
  if (entries.length === 0) return h('div', { class: key === null ? '' : 'leaf' }, label, h('span', { class: 'muted' }, list ? '[ ]' : '{ }'))
  if (!list && entries.length === 1 && entries[0][0] === '/' && typeof entries[0][1] === 'string') {
    return h('div', { class: 'leaf' }, label, h('span', { class: 'j-link', title: 'A link to a block' }, entries[0][1]))
  }
  const inner = h('div', {})
  const fill = (from) => {
    for (const [name, item] of entries.slice(from, from + MOST_ITEMS)) inner.append(node(name, item, depth + 1))
    if (entries.length > from + MOST_ITEMS) {
      const more = h('button', { class: 'button small', onclick: () => { more.remove(); fill(from + MOST_ITEMS) } }, `${entries.length - from - MOST_ITEMS} more`)
      inner.append(more)
    }
  }
  if (key === null) {
    fill(0)
    return inner
  }
  const details = h('details', { open: depth < OPEN_DEPTH && entries.length <= 40 },
    h('summary', {}, label, h('span', { class: 'size' }, list ? `[${entries.length}]` : `{${entries.length}}`)), inner)
  // What is closed is not built before somebody looks.
  if (details.open) fill(0)
  else details.addEventListener('toggle', () => fill(0), { once: true })
  return details
}

function leaf(value) {
  if (typeof value === 'string') {
    if (/^k[a-z0-9]{50,80}$/.test(value)) return h('a', { class: 'j-link', href: `/console/streams/${value}` }, value)
    return h('span', { class: 'j-string' }, JSON.stringify(value))
  }
  if (typeof value === 'number') return h('span', { class: 'j-number' }, String(value))
  return h('span', { class: 'j-word' }, String(value))
}

/**
 * JSON text, indented and coloured. Works on the text itself: numbers beyond 2^53 would not
 * survive being parsed.
 */
export function jsonView(text) {
  const pre = h('pre', { class: 'json', tabindex: '0' })
  let depth = 0
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? []
  const line = () => pre.append('\n' + '  '.repeat(depth))
  tokens.forEach((token, i) => {
    const before = tokens[i - 1]
    const next = tokens[i + 1]
    if (token === '}' || token === ']') {
      depth--
      if (before !== '{' && before !== '[') line()
      pre.append(token)
    } else if (token === '{' || token === '[') {
      pre.append(token)
      depth++
      if (next !== '}' && next !== ']') line()
    } else if (token === ',') {
      pre.append(token)
      line()
    } else if (token === ':') pre.append(': ')
    else {
      const kind = next === ':' ? 'j-key' : token[0] === '"' ? 'j-string' : /^-?\d/.test(token) ? 'j-number' : 'j-word'
      pre.append(h('span', { class: kind }, token))
    }
  })
  return pre
}
