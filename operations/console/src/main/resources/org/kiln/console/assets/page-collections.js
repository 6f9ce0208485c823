// Models: whose documents are indexed, and whose are not.
import { ask, badge, confirm, count, empty, h, ident, isOperator, percent, poll, problem, toast, whole } from './lib.js'

/** Requests for one list: a node may have more models than one of them finds. */
const MOST_ASKED = 10

/** The models this node has, and whether there may be more. */
export async function knownModels() {
  const models = []
  let damage = null
  let after = null
  for (let asked = 0; asked === 0 || (after && asked < MOST_ASKED); asked++) {
    const answer = await ask(`/console/api/models${after ? `?after=${encodeURIComponent(after)}` : ''}`)
    models.push(...answer.models)
    damage ??= answer.damage
    after = answer.next
  }
  return { models, damage, more: Boolean(after) }
}

export const collectionPath = (model) => `/console/collections/${encodeURIComponent(model)}`

export async function render(body, page) {
  const place = h('div', { class: 'stack' }, h('div', { class: 'skeleton' }))
  body.append(place)
  const again = poll(page, 4000, async () => {
    const [index, known] = await Promise.all([ask('/admin/index'), knownModels()])
    return { index, known }
  }, ({ index, known }) => show(place, index, known, () => again()), (error) => place.replaceChildren(problem(error, () => again())))
}

function show(place, index, known, again) {
  const byId = new Map(known.models.map((model) => [model.id, model]))
  const indexed = new Set(index.models.map((one) => one.model))
  const asked = new Set(index.models.flatMap((one) => byId.get(one.model)?.implements ?? []))
  const others = known.models.filter((model) => !indexed.has(model.id))
  const focus = document.activeElement?.dataset?.focus
  place.replaceChildren(
    index.trouble ? h('div', { class: 'notice bad', role: 'alert' }, h('div', {}, h('strong', {}, 'The index does not go on. '), index.trouble)) : '',
    known.damage ? h('div', { class: 'notice bad', role: 'alert' }, h('div', {}, h('strong', {}, 'Not all models could be read. '), known.damage)) : '',
    h('section', { class: 'card indexed' },
      h('header', { class: 'ruled' }, h('h2', {}, 'Indexed'), h('span', { class: 'muted fine' }, count(index.models.length, 'model'))),
      index.models.length ? indexedTable(index.models, byId, again) : empty('No model is indexed', 'Documents can be asked for by their model once it is indexed: by an operator here, by kiln index, or by an application of an administrator.')),
    h('section', { class: 'card others' },
      h('header', { class: 'ruled' }, h('h2', {}, 'Not indexed'), h('span', { class: 'muted fine' }, known.more ? `${count(others.length, 'model')} of those looked at` : count(others.length, 'model'))),
      others.length ? otherTable(others, asked, again) : empty('None', 'All models that this node has are indexed.')))
  if (focus) place.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus()
}

const table = (heads, rows) => h('div', { class: 'table-wrap' }, h('table', { class: 'table cards' },
  h('thead', {}, h('tr', {}, heads.map((head) => h('th', { class: head === 'Documents' ? 'num' : '' }, head)))),
  h('tbody', {}, rows)))

function named(id, name, description, open) {
  return h('td', { 'data-label': 'Model' }, h('span', {},
    h('div', { class: 'clip' }, open ? h('a', { href: collectionPath(id) }, h('strong', {}, name ?? 'Unnamed')) : h('strong', {}, name ?? 'Unnamed')),
    description ? h('div', { class: 'muted fine clip', title: description }, description) : null))
}

const idCell = (id) => h('td', { 'data-label': 'StreamID' }, ident(id, { href: `/console/streams/${encodeURIComponent(id)}`, head: 10, tail: 6 }))

function indexedTable(models, byId, again) {
  return table(['Model', 'StreamID', 'Documents', 'Indices', 'State', ''], models.map((one) => h('tr', {},
    named(one.model, one.name, byId.get(one.model)?.description, true),
    idCell(one.model),
    h('td', { 'data-label': 'Documents', class: 'num' }, whole(one.documents)),
    h('td', { 'data-label': 'Indices', class: one.indices.length ? '' : 'none' }, h('span', { class: 'mono' }, one.indices.map((fields) => h('div', {}, fields.join(' + '))))),
    h('td', { 'data-label': 'State' }, filled(one)),
    h('td', {}, act(one.model, 'Stop', 'DELETE', again, {
      title: `Stop indexing ${one.name ?? 'this model'}?`,
      body: h('p', {}, 'Queries for its documents are refused from then on. The documents stay, and are all found again when it is indexed again.'),
    })))))
}

/** How far documents from before are filled in. */
export function filled({ filling }) {
  if (!filling) return badge('complete', 'good')
  const share = filling.until ? filling.reached / filling.until : 1
  return h('div', { class: 'filling' }, badge(`filling in, ${percent(share)}`, 'warn'),
    h('meter', { class: 'bar', min: 0, max: 1, value: share, 'aria-label': `filled in: ${percent(share)}` }))
}

function otherTable(models, asked, again) {
  return table(['Model', 'StreamID', 'Kind', ''], models.map((model) => h('tr', {},
    named(model.id, model.name, model.description, model.interface && asked.has(model.id)),
    idCell(model.id),
    h('td', { 'data-label': 'Kind' }, badge(model.interface ? 'interface' : 'model')),
    h('td', {}, model.interface ? h('span', { class: 'muted fine' }, asked.has(model.id) ? 'by what implements it' : 'nothing that implements it is indexed') : act(model.id, 'Index', 'PUT', again)))))
}

function act(model, label, method, again, question) {
  return h('button', {
    class: 'button small', 'data-focus': `${model} ${method}`, disabled: !isOperator(), title: isOperator() ? null : 'Operators only',
    onclick: async (event) => {
      if (question && !(await confirm({ ...question, action: label, danger: true }))) return
      event.target.disabled = true
      try {
        toast((await ask(`/admin/index/${encodeURIComponent(model)}`, { method })).message)
      } catch (error) {
        toast(error.message, 'bad')
      }
      again()
    },
  }, label)
}
