// One event stream of the node's numbers, shared by everything on the page.

const KEEP = 1800
const columns = ['t']
const listeners = new Set()
let source = null
let wanted = 0
let state = 'off'
let late = null

// A browser that finds nobody goes on trying without a word: this long, and old numbers are no news.
const PATIENCE = 8000

/** Columns by name: `t` in seconds, the rest as the node tells them; null where there is nothing. */
export const data = { t: [] }

export const stateNow = () => state

/** Calls back with every new point, and when the connection's state changes. */
export function listen(listener) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell() {
  for (const listener of listeners) listener(state)
}

function become(next) {
  if (state === 'lost' && next === 'connecting') return
  if (state !== next) {
    state = next
    clearTimeout(late)
    if (next === 'connecting') late = setTimeout(() => state === 'connecting' && become('lost'), PATIENCE)
    tell()
  }
}

/** Keeps the connection open until the returned function is called. */
export function hold(lost) {
  wanted++
  connect(lost)
  return () => {
    if (--wanted === 0) close()
  }
}

function close() {
  source?.close()
  source = null
  become('off')
}

function connect(lost) {
  if (source || document.hidden) return
  become('connecting')
  source = new EventSource('/console/api/live')
  source.onmessage = (event) => {
    append(JSON.parse(event.data))
    clearTimeout(late)
    state = 'live'
    tell()
  }
  source.onerror = () => {
    if (source?.readyState === EventSource.CLOSED) {
      source = null
      become('lost')
      lost?.()
      setTimeout(() => wanted > 0 && connect(lost), 4000)
    } else {
      become('connecting')
    }
  }
}

// A page in the background costs the node nothing.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) close()
  else if (wanted > 0) connect()
})

function append(points) {
  for (const name of Object.keys(points)) {
    if (name !== 'n' && !columns.includes(name)) {
      columns.push(name)
      data[name] = new Array(data.t.length).fill(null)
    }
  }
  const newest = data.t.at(-1) ?? 0
  for (let i = 0; i < points.t.length; i++) {
    const t = points.t[i] / 1000
    // After a new connection the node tells its whole past again.
    if (t <= newest) continue
    for (const name of columns) data[name].push(name === 't' ? t : points[name]?.[i] ?? null)
  }
  const over = data.t.length - KEEP
  if (over > 0) for (const name of columns) data[name].splice(0, over)
}

/** When the newest point is from, in unix seconds; null before the first. */
export const newest = () => data.t.at(-1) ?? null

/** The newest value of a column, null when there is none. */
export const latest = (name) => data[name]?.at(-1) ?? null

/** The newest value that is one. */
export function latestKnown(name, within = 30) {
  const column = data[name] ?? []
  for (let i = column.length - 1; i >= 0 && i >= column.length - within; i--) if (column[i] !== null) return column[i]
  return null
}
