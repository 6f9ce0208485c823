// Elements, numbers as people read them, and requests to the node.

/** An element: attributes, `on…` listeners, `class`, children that may be null, texts or elements. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children)
}

/** The same for SVG. */
export function s(name, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children)
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

/** Text that changes only when it changes: no flicker, no work. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

const compactFormat = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const plainFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** 1234567 → 1,234,567 */
export const whole = (n) => (n === null || n === undefined ? '–' : plainFormat.format(n))

/** 1234567 → 1.2M; small numbers with the digits that matter. */
export function short(n) {
  if (n === null || n === undefined || Number.isNaN(n)) return '–'
  const size = Math.abs(n)
  if (size >= 1000) return compactFormat.format(n)
  if (size === 0 || Number.isInteger(n) || size >= 100) return String(Math.round(n))
  return size >= 10 ? n.toFixed(1) : n.toFixed(size >= 0.1 ? 1 : 2)
}

export function bytes(n) {
  if (n === null || n === undefined || Number.isNaN(n)) return '–'
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let unit = 0
  while (Math.abs(n) >= 1024 && unit < units.length - 1) {
    n /= 1024
    unit++
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`
}

export function millis(n) {
  if (n === null || n === undefined || Number.isNaN(n)) return '–'
  if (n >= 1000) return `${(n / 1000).toFixed(n >= 10000 ? 0 : 1)} s`
  return `${n >= 10 ? Math.round(n) : n.toFixed(n >= 1 ? 1 : 2)} ms`
}

export const percent = (n) => (n === null || n === undefined || Number.isNaN(n) ? '–' : `${Math.round(n * 100)} %`)

export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
  return `${Math.floor(seconds / 86400)} d ${Math.floor((seconds % 86400) / 3600)} h`
}

const dayFormat = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
export const moment = (ms) => dayFormat.format(new Date(ms))

/** A time as people say it, with the exact one to hover. */
export function ago(ms) {
  const distance = Date.now() - ms
  const text = distance < 5000 ? 'just now' : distance < 45 * 86400e3 ? `${duration(distance)} ago` : moment(ms)
  return h('time', { datetime: new Date(ms).toISOString(), title: moment(ms) }, text)
}

/** The beginning and end of an identifier. */
export function brief(id, head = 10, tail = 6) {
  return id && id.length > head + tail + 3 ? `${id.slice(0, head)}…${id.slice(-tail)}` : id ?? ''
}

/** `1 stream`, `2 streams` */
export const count = (n, word, many = word + 's') => `${whole(n)} ${n === 1 ? word : many}`

export const typeNames = { 0: 'Tile', 1: 'CAIP-10 link', 2: 'Model', 3: 'Document', 4: 'Unloadable', 5: 'EventID' }
export const typeName = (type) => typeNames[type] ?? `Type ${type}`

/** What the node answered when it did not do what was asked. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message)
    this.status = status
    this.code = code
  }
}

export const session = { current: null, listeners: new Set() }

export function setSession(value) {
  session.current = value
  for (const listener of session.listeners) listener(value)
}

export const isOperator = () => session.current?.role === 'operator'

/** Asks the node; answers JSON, throws Refused with its words. */
export async function ask(path, { method = 'GET', body, raw, signal } = {}) {
  const headers = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (raw !== undefined) headers['Content-Type'] = 'application/java-archive'
  if (method !== 'GET' && session.current) headers['X-Kiln-CSRF'] = session.current.csrf
  let response
  try {
    response = await fetch(path, { method, headers, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)), signal, cache: 'no-store' })
  } catch (error) {
    if (error.name === 'AbortError') throw error
    throw new Refused(0, 'unreachable', 'The node does not answer. It may be restarting, or the connection to it is gone.')
  }
  const text = await response.text()
  let json = null
  try {
    json = JSON.parse(text)
  } catch {
    // told below, where it matters
  }
  if (response.ok && json !== null) return json
  if (response.status === 401 && path !== '/admin/session' && session.current) setSession(null)
  throw new Refused(response.status, json?.code ?? 'unknown', json?.error ?? `The node answered ${response.status} without a reason.`)
}

/** Says something at the edge of the page for a while. */
export function toast(text, kind = 'good') {
  const box = h('div', { class: `toast ${kind}` }, text)
  document.getElementById('toasts').append(box)
  setTimeout(() => box.remove(), kind === 'bad' ? 9000 : 4500)
}

/** Asks the operator; resolves to true when he agrees. */
export function confirm({ title, body, action, danger = false }) {
  return new Promise((resolve) => {
    const dialog = h(
      'dialog',
      { class: 'dialog', 'aria-label': title, onclose: () => { resolve(dialog.returnValue === 'yes'); dialog.remove() } },
      h('h2', {}, title),
      h('div', { class: 'dialog-body' }, body),
      h('div', { class: 'dialog-actions' },
        h('button', { class: 'button', onclick: () => dialog.close('no') }, 'Cancel'),
        action ? h('button', { class: `button ${danger ? 'danger' : 'primary'}`, onclick: () => dialog.close('yes') }, action) : null),
    )
    document.body.append(dialog)
    dialog.showModal()
  })
}

export function copyButton(text, label = 'Copy') {
  return h('button', {
    class: 'icon-button copy', type: 'button', title: label, 'aria-label': label,
    onclick: async (event) => {
      event.stopPropagation()
      event.preventDefault()
      try {
        await navigator.clipboard.writeText(text)
        toast('Copied')
      } catch {
        toast('The browser does not let this page copy; select the text instead.', 'bad')
      }
    },
  }, icon('copy'))
}

/** An identifier, cut in the middle, whole to hover and to copy. */
export function ident(id, { href, head, tail, copy = true } = {}) {
  if (!id) return h('span', { class: 'muted' }, '–')
  const inner = href ? h('a', { class: 'mono', href, title: id }, brief(id, head, tail)) : h('span', { class: 'mono', title: id }, brief(id, head, tail))
  return h('span', { class: 'ident' }, inner, copy ? copyButton(id) : null)
}

export function badge(text, kind = '') {
  return h('span', { class: `badge ${kind}` }, text)
}

export function empty(title, text, ...more) {
  return h('div', { class: 'empty' }, h('h3', {}, title), h('p', {}, text), more)
}

export function problem(error, retry) {
  return h('div', { class: 'notice bad', role: 'alert' },
    h('div', {}, h('strong', {}, 'That did not work. '), error.message),
    retry ? h('button', { class: 'button small', onclick: retry }, 'Try again') : null)
}

/** Loads for as long as the page is shown; a page that was left is not written to. */
export function poll(page, everyMs, load, show, failed) {
  let timer
  let last = ''
  const turn = async () => {
    if (document.hidden) {
      timer = setTimeout(turn, everyMs)
      return
    }
    try {
      const answer = await load()
      const text = JSON.stringify(answer)
      if (!page.left && text !== last) show(answer)
      last = text
    } catch (error) {
      if (!page.left) failed(error)
      last = ''
    }
    if (!page.left) timer = setTimeout(turn, everyMs)
  }
  page.onleave(() => clearTimeout(timer))
  turn()
  return () => {
    clearTimeout(timer)
    last = ''
    return turn()
  }
}

const paths = {
  overview: 'M3 12h4l3-8 4 16 3-8h4',
  streams: 'M6 4v9a4 4 0 0 0 4 4h8M6 4m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M20 17m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0M6 9h6a3 3 0 0 0 3-3M15 4m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0',
  collections: 'M4 4h16v16H4zM4 9.500h16M4 14.800h16M9.500 9.500V20',
  query: 'M5 6l6 6-6 6M13 18h7',
  plugins: 'M9 3v4M15 3v4M6 7h12v4a6 6 0 0 1-12 0zM12 17v4',
  anchors: 'M12 8v13M12 5.500m-2.500 0a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0M5 12H3c0 5 4 9 9 9s9-4 9-9h-2M9 11h6',
  peers: 'M12 5m-2.500 0a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0M5 18m-2.500 0a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0M19 18m-2.500 0a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0M10.800 7.300l-4.500 8.400M13.200 7.300l4.500 8.400M7.500 18h9',
  store: 'M4 6c0-1.700 3.600-3 8-3s8 1.300 8 3-3.600 3-8 3-8-1.300-8-3zM4 6v6c0 1.700 3.600 3 8 3s8-1.300 8-3V6M4 12v6c0 1.700 3.600 3 8 3s8-1.300 8-3v-6',
  access: 'M12 3l8 3v6c0 4.500-3.200 7.800-8 9-4.800-1.200-8-4.500-8-9V6zM9 12l2 2 4-4',
  system: 'M4 5h16v14H4zM8 10l3 2.500L8 15M13 15h4',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  sun: 'M12 12m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0M12 2v2M12 20v2M2 12h2M20 12h2M4.900 4.900l1.400 1.400M17.700 17.700l1.400 1.400M4.900 19.100l1.400-1.400M17.700 6.300l1.400-1.400',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z',
  auto: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
  search: 'M10.500 10.500m-6.500 0a6.500 6.500 0 1 0 13 0a6.500 6.500 0 1 0-13 0M15.500 15.500L21 21',
  out: 'M14 4h5v16h-5M4 12h11M11 8l4 4-4 4',
  upload: 'M12 16V4M7 9l5-5 5 5M4 16v4h16v-4',
  back: 'M15 5l-7 7 7 7',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7',
  help: 'M12 12m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.300-1 .8-1 1.700M12 16.500v.5',
  more: 'M9 5l7 7-7 7',
}

export function icon(name) {
  return s('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' }, s('path', { d: paths[name] }))
}
