// The documents of a model: filtered, sorted, page by page.
import { ask, badge, copyButton, count, empty, h, ident, poll, problem, toast } from './lib.js'
import { bare, fieldsOf, fromAddress, operators, operatorsOf, streamIdOf, textOf, toAddress, toBody, valueOf } from './query.js'
import { collectionPath, filled, knownModels } from './page-collections.js'
import { jsonView } from './tree.js'

const PAGE = 25

/** The model of models, which has no stream of its own. */
const MODEL_OF_MODELS = 'kh4q0ozorrgaq2mezktnrmdwleo1d'
const DEFINITION = { name: 'Model', description: 'The models themselves', schema: { properties: { name: { type: 'string' }, description: { type: 'string' }, version: { type: 'string' } } } }

export async function render(body, page, { rest: id, go, query }) {
  body.append(h('div', { class: 'skeleton' }))
  const load = async () => {
    try {
      const [stream, known, index] = await Promise.all([
        id === MODEL_OF_MODELS ? { state: { content: DEFINITION } } : ask(`/console/api/streams/${encodeURIComponent(id)}`), knownModels(), ask('/admin/index')])
      if (!page.left) show(body, page, { id, definition: stream.state?.content ?? {}, known, index, wanted: fromAddress(query), go })
    } catch (error) {
      if (!page.left) body.replaceChildren(error.status === 404 ? h('section', { class: 'card' }, empty('Not on this node', error.message)) : problem(error, load))
    }
  }
  await load()
}

function show(body, page, { id, definition, known, index, wanted, go }) {
  const fields = fieldsOf(definition.schema)
  const shows = (next) => go(collectionPath(id) + toAddress(next))
  const results = h('section', { class: 'card documents' }, h('div', { class: 'skeleton' }))
  body.replaceChildren(
    h('div', { class: 'title-line' }, h('h1', {}, definition.name ?? 'Unnamed model'), badge(definition.interface ? 'interface' : 'model', 'type2'), ident(id, { href: `/console/streams/${encodeURIComponent(id)}`, head: 12, tail: 8 })),
    definition.description ? h('p', { class: 'muted' }, definition.description) : '',
    progress(page, id, index),
    form(fields, wanted, shows),
    results)
  const follow = relationsOf(id, definition, known.models, new Set(index.models.map((one) => one.model)))
  documents(results, page, { id, fields, follow, wanted, shows })
}

/** Of a model that is being filled in: how far it is, as long as it is. */
function progress(page, id, index) {
  const place = h('div', {})
  const now = (answer) => {
    const one = answer.models.find(({ model }) => model === id)
    place.replaceChildren(one?.filling ? h('div', { class: 'notice warn', role: 'status' }, h('div', {}, 'Documents from before it was indexed are brought in; queries wait for them.'), filled(one)) : '')
    return Boolean(one?.filling)
  }
  if (now(index)) poll(page, 2000, () => ask('/admin/index'), now, () => {})
  return place
}

/** Where documents lead: their own fields that name a document, and fields of others that name them. */
function relationsOf(id, definition, models, indexed) {
  const mine = new Set([id, ...(definition.implements ?? [])])
  const own = Object.entries(definition.relations ?? {}).filter(([, { type }]) => type === 'document').map(([field]) => field)
  const from = models.filter((model) => indexed.has(model.id)).flatMap((model) =>
    Object.entries(model.relations).filter(([, to]) => mine.has(to)).map(([field]) => ({ model, field })))
  return { own: new Set(own), from }
}

function form(fields, wanted, shows) {
  const rows = h('div', { class: 'conditions' })
  const add = (field, operator, value) => rows.append(condition(fields, field, operator, value))
  for (const [field, operator, value] of wanted.conditions) add(field, operator, value)
  const account = h('input', { value: wanted.account, placeholder: 'Any controller, or did:…', 'aria-label': 'Controller', spellcheck: 'false', autocapitalize: 'none' })
  return h('form', {
    class: 'card pad query', 'aria-label': 'Filter',
    onsubmit: (event) => {
      event.preventDefault()
      try {
        shows({ ...wanted, account: account.value.trim(), conditions: [...rows.children].map((row) => row.condition()) })
      } catch (error) {
        toast(error.message, 'bad')
      }
    },
  }, rows, h('div', { class: 'row' },
    h('button', { class: 'button', type: 'button', disabled: fields.length === 0, onclick: () => add(fields[0].name) }, 'Add a condition'),
    h('div', { class: 'grow' }, account),
    h('button', { class: 'button primary', type: 'submit' }, 'Show')))
}

function condition(fields, field, operator, value) {
  const options = (choices, chosen) => choices.map(([key, label]) => h('option', { value: key, selected: key === chosen }, label))
  const known = fields.some(({ name }) => name === field) ? fields : [...fields, { name: field, kind: 'text' }]
  const name = h('select', { 'aria-label': 'Field', onchange: () => fit() }, options(known.map((one) => [one.name, one.name]), field))
  const how = h('select', { 'aria-label': 'Comparison', onchange: () => fit() })
  const what = h('div', { class: 'grow' })
  const kind = () => known.find((one) => one.name === name.value).kind
  const fit = (chosen = how.value, text = what.firstChild?.value ?? '') => {
    const choices = operatorsOf(kind())
    how.replaceChildren(...options(choices.map((key) => [key, operators[key]]), choices.includes(chosen) ? chosen : choices[0]))
    what.replaceChildren(bare.has(how.value) ? '' : kind() === 'boolean'
      ? h('select', { 'aria-label': 'Value' }, options([['true', 'true'], ['false', 'false']], text))
      : h('input', { 'aria-label': 'Value', value: text, inputmode: kind() === 'number' ? 'decimal' : 'text', placeholder: how.value === 'in' || how.value === 'notIn' ? 'one, two, three' : '', spellcheck: 'false', autocapitalize: 'none' }))
  }
  const row = h('div', { class: 'row' }, name, how, what, h('button', { class: 'button small', type: 'button', 'aria-label': 'Remove the condition', onclick: () => row.remove() }, '×'))
  row.condition = () => [name.value, how.value, valueOf(kind(), how.value, what.firstChild?.value ?? '')]
  fit(operator, textOf(value))
  return row
}

function documents(place, page, { id, fields, follow, wanted, shows }) {
  const query = toBody(id, wanted)
  const turn = async (asked, back, forth) => {
    const body = { ...query, ...asked }
    try {
      const [found, { count: all }] = await Promise.all([
        ask('/api/v0/collection', { method: 'POST', body }),
        ask('/api/v0/collection/count', { method: 'POST', body: query })])
      if (page.left) return
      const { hasNextPage, hasPreviousPage, startCursor, endCursor } = found.pageInfo
      const button = (label, able, next) => h('button', { class: 'button', disabled: !able, onclick: next }, label)
      place.replaceChildren(
        h('header', { class: 'ruled' }, h('h2', {}, count(all, 'document')),
          h('div', { class: 'row' }, h('span', { class: 'muted fine' }, 'The query'), copyButton(JSON.stringify(body, null, 2), 'Copy the query as JSON'))),
        found.edges.length ? table(found.edges, { fields, follow, wanted, shows }) : empty('No documents', query.queryFilters || query.account ? 'None is like that.' : 'There are none of this model on this node.'),
        h('div', { class: 'pager' },
          button('Previous', back ?? hasPreviousPage, () => turn({ last: PAGE, before: startCursor }, null, true)),
          button('Next', forth ?? hasNextPage, () => turn({ first: PAGE, after: endCursor }, true, null))),
        h('details', { class: 'query-text' }, h('summary', {}, 'POST /api/v0/collection'), jsonView(JSON.stringify(body))))
    } catch (error) {
      if (!page.left) place.replaceChildren(h('div', { class: 'card pad' }, problem(error, () => turn(asked, back, forth))))
    }
  }
  turn({ first: PAGE }, false, null)
}

function table(edges, { fields, follow, wanted, shows }) {
  const sorted = ({ name, kind }) => {
    if (kind === 'other') return h('th', {}, name)
    const order = wanted.sort?.[0] === name ? wanted.sort[1] : null
    const next = { ASC: [name, 'DESC'], DESC: null }[order]
    return h('th', { class: kind === 'number' ? 'num' : '', 'aria-sort': { ASC: 'ascending', DESC: 'descending' }[order] ?? 'none' },
      h('button', { class: 'sort', onclick: () => shows({ ...wanted, sort: next === undefined ? [name, 'ASC'] : next }) }, name, { ASC: ' ↑', DESC: ' ↓' }[order] ?? ''))
  }
  return h('div', { class: 'table-wrap' }, h('table', { class: 'table cards' },
    h('thead', {}, h('tr', {}, h('th', {}, 'Document'), fields.map(sorted), follow.from.length ? h('th', {}, 'Related') : null, h('th', {}, 'Controller'))),
    h('tbody', {}, edges.map(({ node }) => (node ? row(node, fields, follow) : h('tr', {}, h('td', { colspan: fields.length + 3, class: 'muted' }, 'A document that cannot be read now')))))))
}

function row(node, fields, follow) {
  const id = streamIdOf(node)
  const content = node.next?.content ?? node.content ?? {}
  const controller = node.metadata?.controllers?.[0]
  return h('tr', {},
    h('td', { 'data-label': 'Document' }, ident(id, { href: `/console/streams/${id}`, head: 10, tail: 6 })),
    fields.map(({ name, kind }) => h('td', { 'data-label': name, class: kind === 'number' ? 'num' : '' }, value(content[name], follow.own.has(name)))),
    follow.from.length ? h('td', { 'data-label': 'Related' }, h('span', {}, follow.from.map(({ model, field }) => h('div', {},
      h('a', { class: 'accent-link', href: collectionPath(model.id) + toAddress({ conditions: [[field, 'equalTo', id]] }) }, `${model.name ?? 'Unnamed'} by ${field}`))))) : null,
    h('td', { 'data-label': 'Controller' }, controller ? ident(controller, { href: `/console/streams?q=${encodeURIComponent(controller)}`, head: 14, tail: 5, copy: false }) : null))
}

/** A field's value. Names of documents and accounts lead there. */
function value(is, leads) {
  if (is === undefined || is === null) return h('span', { class: 'muted' }, '–')
  if (typeof is === 'object') return h('span', { class: 'mono clip', title: JSON.stringify(is) }, JSON.stringify(is))
  const text = String(is)
  if (leads && typeof is === 'string') return ident(text, { href: `/console/streams/${encodeURIComponent(text)}`, head: 10, tail: 6, copy: false })
  if (/^did:[a-z0-9]+:/.test(text)) return ident(text, { href: `/console/streams?q=${encodeURIComponent(text)}`, head: 14, tail: 5, copy: false })
  return h('span', { class: 'clip', title: text }, text)
}
