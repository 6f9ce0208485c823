// SQL over events and states: asked, shown as a table, followed as rows come, kept for another time.
import { ask, count, empty, h, problem, setText, toast, whole } from './lib.js'

const MOST_ROWS = 1000
const MOST_SAVED = 50
const KEPT = 'kiln-queries'

const examples = [
  { name: 'Events by model', sql: "SELECT stream_id_string(dimension_extract(dimensions, 'model')) AS model, count(*) AS events\nFROM conclusion_events GROUP BY 1 ORDER BY 2 DESC" },
  { name: 'Newest states', sql: "SELECT event_state_order, event_cid, controller, data->'content' AS content\nFROM event_states ORDER BY 1 DESC LIMIT 20" },
  { name: 'What is not valid', sql: 'SELECT event_state_order, event_cid, validation_errors\nFROM event_states WHERE len(validation_errors) > 0 ORDER BY 1 DESC LIMIT 20' },
  { name: 'Busiest controllers', sql: 'SELECT controller, count(*) AS events\nFROM conclusion_events GROUP BY 1 ORDER BY 2 DESC LIMIT 10' },
  { name: 'Live states', sql: "SELECT event_state_order, event_cid, controller, data->'content' AS content\nFROM event_states_feed" },
]

/** Rows of an answer until there are so many; `{rows, more}`. */
async function fetchRows(sql, signal) {
  const response = await fetch(`/admin/query?format=json&sql=${encodeURIComponent(sql)}`, { signal, cache: 'no-store' })
  if (!response.ok) throw new Error((await response.json().catch(() => null))?.error ?? `The node answered ${response.status} without a reason.`)
  const rows = []
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return { rows, more: false }
    const lines = (rest + value).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      if (rows.length === MOST_ROWS) {
        await reader.cancel()
        return { rows, more: true }
      }
      rows.push(JSON.parse(line))
    }
  }
}

const isFeed = (sql) => /_feed\b/i.test(sql.replace(/'[^']*'/g, ''))

const text = (value) => (value === null ? 'NULL' : typeof value === 'object' ? JSON.stringify(value) : String(value))

const cell = (name, value) => h('td', { 'data-label': name, class: typeof value === 'number' ? 'num' : value === null ? 'muted' : '' }, h('span', { class: 'clip mono', title: text(value) }, text(value)))

/** A table that grows at its beginning or end. */
function grid(names, numbers) {
  const rows = h('tbody', {})
  const element = h('div', { class: 'table-wrap', tabindex: '0', role: 'region', 'aria-label': 'Rows' }, h('table', { class: 'table' },
    h('thead', {}, h('tr', {}, names.map((name) => h('th', { class: numbers.has(name) ? 'num' : '' }, name)))), rows))
  const line = (row) => h('tr', {}, names.map((name) => cell(name, row[name] ?? null)))
  return { element, append: (row) => rows.append(line(row)), prepend: (row) => { rows.prepend(line(row)); if (rows.childElementCount > MOST_ROWS) rows.lastChild.remove() } }
}

/** Bars, for answers of a name and a number. */
function bars(rows) {
  const names = Object.keys(rows[0] ?? {})
  if (names.length !== 2 || rows.length > 40 || !rows.every((row) => typeof row[names[1]] === 'number' && row[names[1]] >= 0)) return ''
  const most = Math.max(1, ...rows.map((row) => row[names[1]]))
  return h('section', { class: 'card' }, h('header', {}, h('h2', {}, `${names[1]} by ${names[0]}`)),
    h('div', { class: 'bars' }, rows.map((row) => h('div', {}, h('div', { class: 'bar-head' }, h('span', { class: 'clip', title: text(row[names[0]]) }, text(row[names[0]])), h('b', {}, whole(row[names[1]]))), h('meter', { class: 'bar', min: 0, max: most, value: row[names[1]], 'aria-label': `${text(row[names[0]])}: ${row[names[1]]}` })))))
}

function saved() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one) => typeof one?.name === 'string' && typeof one?.sql === 'string') : []
  } catch {
    return []
  }
}

function keep(queries) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(queries.slice(0, MOST_SAVED)))
  } catch {
    toast('This browser keeps nothing for this page.', 'bad')
  }
}

export async function render(body, page, { query, go }) {
  let tables
  try {
    tables = (await ask('/admin/query/tables')).tables
  } catch (error) {
    if (page.left) return
    body.append(error.status === 404
      ? h('section', { class: 'card' }, empty('SQL is off', 'The node keeps its events and states as tables once it is started with sql.address set, as 127.0.0.1:5102.'))
      : problem(error, () => go(location.pathname + location.search, { replace: true })))
    return
  }
  if (page.left) return
  show(body, page, tables, query.get('sql') ?? examples[0].sql)
}

function show(body, page, tables, first) {
  const results = h('div', { class: 'stack' })
  const state = h('span', { class: 'muted fine', role: 'status' })
  const editor = h('textarea', { class: 'sql mono', rows: 6, 'aria-label': 'Statement', spellcheck: 'false', autocapitalize: 'none', onkeydown: (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      run()
    }
  } })
  editor.value = first
  const stop = h('button', { class: 'button', type: 'button', disabled: true, onclick: () => end('stopped') }, 'Stop')
  let running = null
  let source = null

  const end = (why) => {
    running?.abort()
    source?.close()
    running = source = null
    stop.disabled = true
    if (why) setText(state, `${state.textContent.replace(/^live, /, '')}, ${why}`)
  }
  page.onleave(() => end())

  const run = () => {
    const sql = editor.value.trim()
    if (!sql) return
    end()
    history.replaceState(null, '', `/console/query?sql=${encodeURIComponent(sql)}`)
    stop.disabled = false
    results.replaceChildren()
    if (isFeed(sql)) follow(sql)
    else answer(sql)
  }

  const answer = async (sql) => {
    const mine = running = new AbortController()
    const begin = performance.now()
    setText(state, 'asking')
    try {
      const { rows, more } = await fetchRows(sql, mine.signal)
      if (running !== mine) return
      end()
      setText(state, `${more ? `the first ${whole(MOST_ROWS)} rows` : count(rows.length, 'row')}, ${Math.round(performance.now() - begin)} ms`)
      const table = rows.length ? grid(Object.keys(rows[0]), new Set(Object.keys(rows[0]).filter((name) => typeof rows[0][name] === 'number'))) : null
      rows.forEach((row) => table.append(row))
      results.replaceChildren(bars(rows), h('section', { class: 'card rows' }, h('header', { class: 'ruled' }, h('h2', {}, 'Rows'), h('div', { class: 'row' }, ['csv', 'json', 'parquet'].map((format) => h('a', { class: 'button small', href: `/admin/query?format=${format}&sql=${encodeURIComponent(sql)}`, download: `answer.${format === 'json' ? 'jsonl' : format}`, target: '_self' }, format)))), table?.element ?? empty('No rows', 'Nothing in the tables is so.')))
    } catch (error) {
      if (running !== mine) return
      end()
      setText(state, '')
      results.replaceChildren(problem(error))
    }
  }

  const follow = (sql) => {
    const mine = source = new EventSource(`/admin/query?format=json&sql=${encodeURIComponent(sql)}`)
    let table = null
    let rows = 0
    setText(state, 'live, no row yet')
    const place = h('section', { class: 'card rows' }, h('header', { class: 'ruled' }, h('h2', {}, 'Rows, the newest first')), empty('No row yet', 'Rows that there are and rows to come are shown as they come.'))
    results.replaceChildren(place)
    mine.onmessage = ({ data }) => {
      const row = JSON.parse(data)
      if (!table) {
        table = grid(Object.keys(row), new Set(Object.keys(row).filter((name) => typeof row[name] === 'number')))
        place.lastChild.replaceWith(table.element)
      }
      table.prepend(row)
      setText(state, `live, ${count(++rows, 'row')}`)
    }
    mine.addEventListener('end', () => end('ended'))
    mine.addEventListener('problem', ({ data }) => toast(JSON.parse(data).message, 'bad'))
    mine.onerror = async () => {
      if (mine !== source || mine.readyState !== EventSource.CLOSED) return
      end('ended')
      try {
        // An EventSource does not tell what it was answered; who asks the same otherwise is told.
        const response = await fetch(mine.url, { headers: { Accept: 'text/event-stream' }, cache: 'no-store' })
        if (response.ok) await response.body?.cancel()
        else results.replaceChildren(problem(new Error((await response.json()).error)))
      } catch (error) {
        results.replaceChildren(problem(error))
      }
    }
  }

  body.append(h('div', { class: 'sql-page' },
    h('form', { class: 'card pad query', 'aria-label': 'Query', onsubmit: (event) => { event.preventDefault(); run() } },
      h('div', { class: 'row', role: 'group', 'aria-label': 'Examples' }, examples.map(({ name, sql }) => h('button', { class: 'button small', type: 'button', onclick: () => { editor.value = sql; run() } }, name))),
      editor,
      h('div', { class: 'row' }, h('button', { class: 'button primary', type: 'submit', title: 'Ctrl+Enter' }, 'Run'), stop, h('div', { class: 'grow' }, state)),
      savedRow(editor, run)),
    h('aside', { class: 'card tables', 'aria-label': 'Tables' }, h('header', { class: 'ruled' }, h('h2', {}, 'Tables')), h('div', { class: 'tables-list' }, tables.map((table) => described(table, editor))))),
  results)
}

/** A table with its columns; a click puts a name into the statement. */
function described(table, editor) {
  const name = table.schema === 'v0' ? table.name : `${table.schema}.${table.name}`
  const put = (word) => {
    editor.setRangeText(word, editor.selectionStart, editor.selectionEnd, 'end')
    editor.focus()
  }
  return h('details', {}, h('summary', { class: 'mono' }, name),
    h('ul', {}, h('li', {}, h('button', { class: 'sort mono', type: 'button', onclick: () => put(name) }, `insert ${name}`)),
      table.columns.map((column) => h('li', {}, h('button', { class: 'sort mono', type: 'button', onclick: () => put(column.name) }, column.name), h('span', { class: 'muted fine' }, ` ${column.type}${column.nullable ? '' : ', always'}`)))))
}

function savedRow(editor, run) {
  const place = h('div', { class: 'row', role: 'group', 'aria-label': 'Saved queries' })
  const name = h('input', { 'aria-label': 'Name to save under', placeholder: 'Name', maxlength: 60 })
  const paint = () => {
    place.replaceChildren(...saved().map((one) => h('span', { class: 'saved' },
      h('button', { class: 'button small', type: 'button', title: one.sql, onclick: () => { editor.value = one.sql; run() } }, one.name),
      h('button', { class: 'button small', type: 'button', 'aria-label': `Forget ${one.name}`, onclick: () => { keep(saved().filter((other) => other.name !== one.name)); paint() } }, '×'))),
    h('span', { class: 'grow' }, name),
    h('button', { class: 'button small', type: 'button', onclick: () => {
      if (!name.value.trim()) return name.focus()
      keep([{ name: name.value.trim(), sql: editor.value }, ...saved().filter((other) => other.name !== name.value.trim())])
      name.value = ''
      paint()
    } }, 'Save'))
  }
  paint()
  return place
}
