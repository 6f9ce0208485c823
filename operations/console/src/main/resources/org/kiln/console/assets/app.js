// The frame around the pages: who is logged in, where one is, and the keys.
import { ask, h, icon, isOperator, session, setSession, setText, toast } from './lib.js'
import * as live from './live.js'
import { repaint } from './chart.js'
import { login } from './login.js'

const pages = [
  { key: 'o', path: '/console', name: 'Overview', icon: 'overview', load: () => import('./page-overview.js') },
  { key: 's', path: '/console/streams', name: 'Streams', icon: 'streams', load: () => import('./page-streams.js'), loadOne: () => import('./page-stream.js') },
  { key: 'l', path: '/console/collections', name: 'Collections', icon: 'collections', load: () => import('./page-collections.js'), loadOne: () => import('./page-collection.js') },
  { key: 'q', path: '/console/query', name: 'Query', icon: 'query', load: () => import('./page-query.js') },
  { key: 'p', path: '/console/plugins', name: 'Plugins', icon: 'plugins', load: () => import('./page-plugins.js') },
  { key: 'a', path: '/console/anchors', name: 'Anchors', icon: 'anchors', load: () => import('./page-anchors.js') },
  { key: 'e', path: '/console/peers', name: 'Peers', icon: 'peers', load: () => import('./page-peers.js') },
  { key: 't', path: '/console/store', name: 'Store', icon: 'store', load: () => import('./page-store.js') },
  { key: 'c', path: '/console/access', name: 'Access', icon: 'access', load: () => import('./page-access.js') },
]

const app = document.getElementById('app')
let current = null
let main = null
let release = null

function frame() {
  const link = (page) => h('a', { href: page.path, class: 'nav-item', 'data-path': page.path, title: `${page.name} (g ${page.key})` }, icon(page.icon), h('span', {}, page.name))
  const status = h('span', { class: 'live', role: 'status' }, h('i', {}), h('span', {}, 'connecting'))
  const gone = h('div', { class: 'notice bad gone', role: 'alert', hidden: true })
  const show = (state) => {
    status.dataset.state = state
    // What is shown stays, in grey: it is what was so before the node went.
    document.documentElement.dataset.node = state
    gone.hidden = state !== 'lost'
    const since = live.newest()
    setText(gone, state !== 'lost' ? '' : `The node does not answer. ${since === null ? 'It is asked again and again.' : `What you see is from ${new Date(since * 1000).toLocaleTimeString('en')}; it is asked again and again.`}`)
    setText(status.lastChild, { live: 'live', connecting: 'connecting', lost: 'no connection', off: 'paused' }[state])
  }
  live.listen(show)
  show(live.stateNow())
  const themeButton = h('button', { class: 'icon-button', onclick: nextTheme })
  paintTheme(themeButton)
  main = h('main', { id: 'main', tabindex: '-1' })
  app.replaceChildren(gone,
    h('div', { class: 'frame' },
      h('aside', { class: 'side' },
        h('a', { class: 'brand', href: '/console', 'aria-label': 'Kiln, overview' }, h('img', { src: '/console/assets/icon.svg', alt: '', width: 28, height: 28 }), h('span', {}, 'Kiln')),
        h('nav', { class: 'nav', 'aria-label': 'Pages' }, pages.map(link)),
        h('div', { class: 'side-foot' },
          h('a', { class: 'nav-item system', href: '/console/system/bundles', title: 'Bundles, components, configuration, log: for engineers', hidden: true }, icon('system'), h('span', {}, 'System')),
          h('div', { class: 'who' },
            h('div', {}, h('strong', {}, session.current.name), h('span', { class: 'muted' }, session.current.role)),
            status))),
      h('header', { class: 'top' },
        h('div', { class: 'crumbs' }),
        h('div', { class: 'top-actions' },
          h('button', { class: 'icon-button', title: 'Keys (?)', 'aria-label': 'Keys', onclick: keys }, icon('help')),
          themeButton,
          h('button', { class: 'icon-button', title: 'Log out', 'aria-label': 'Log out', onclick: logOut }, icon('out')))),
      main))
  release = live.hold(checkSession)
  offerSystem()
}

/** The engineers' console is there only when it was shipped and the caller is an operator. */
async function offerSystem() {
  if (!isOperator()) return
  try {
    const { system } = await ask('/console/api/node')
    const link = document.querySelector('.system')
    if (system && link) {
      link.href = system
      link.hidden = false
    }
  } catch {
    // it stays hidden
  }
}

async function checkSession() {
  try {
    setSession(await ask('/admin/session'))
  } catch (error) {
    if (error.status === 401) setSession(null)
  }
}

async function logOut() {
  try {
    await ask('/admin/session', { method: 'DELETE' })
  } catch {
    // the session was over already
  }
  setSession(null)
}

/** What a page holds on to while it is shown. */
class Page {
  left = false
  #leave = []
  onleave(action) {
    this.#leave.push(action)
  }
  leave() {
    this.left = true
    for (const action of this.#leave) action()
  }
}

async function show() {
  const path = location.pathname.replace(/\/+$/, '') || '/console'
  let page = pages.find((one) => one.path === path)
  let load = page?.load
  let rest = null
  if (!page) {
    page = pages.find((one) => one.path !== '/console' && path.startsWith(one.path + '/'))
    rest = page ? decodeURIComponent(path.slice(page.path.length + 1)) : null
    load = page?.loadOne ?? page?.load
  }
  current?.leave()
  current = new Page()
  const mine = current
  for (const item of document.querySelectorAll('.nav-item')) {
    if (item.dataset.path === page?.path) item.setAttribute('aria-current', 'page')
    else item.removeAttribute('aria-current')
  }
  document.title = page ? `${page.name} · Kiln` : 'Kiln'
  const crumbs = document.querySelector('.crumbs')
  crumbs.replaceChildren(rest && page ? h('a', { href: page.path, class: 'back' }, icon('back'), page.name) : h('h1', {}, page?.name ?? 'Nothing here'))
  const body = h('div', { class: 'page' })
  main.replaceChildren(body)
  if (!page) {
    body.append(h('div', { class: 'empty' }, h('h3', {}, 'There is no such page'), h('p', {}, 'Choose one from the menu.')))
    return
  }
  try {
    const module = await load()
    if (!mine.left) await module.render(body, mine, { rest, go, query: new URLSearchParams(location.search) })
  } catch (error) {
    console.error(error)
    if (!mine.left) body.append(h('div', { class: 'notice bad', role: 'alert' }, `This page could not be shown: ${error.message}`))
  }
}

/** Goes to another page without loading everything again. */
export function go(path, { replace = false } = {}) {
  history[replace ? 'replaceState' : 'pushState'](null, '', path)
  window.scrollTo(0, 0)
  show()
}

document.addEventListener('click', (event) => {
  const anchor = event.target.closest('a[href]')
  if (!anchor || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || anchor.target) return
  const url = new URL(anchor.href)
  if (url.origin !== location.origin || !/^\/console(\/|$)/.test(url.pathname) || /^\/console\/(system|assets|api)/.test(url.pathname) || url.hash) return
  event.preventDefault()
  go(url.pathname + url.search)
})
window.addEventListener('popstate', () => session.current && show())

let pending = false
document.addEventListener('keydown', (event) => {
  if (!session.current || event.metaKey || event.ctrlKey || event.altKey || event.target.matches('input, textarea, select') || document.querySelector('dialog[open]')) return
  if (pending) {
    pending = false
    const page = pages.find((one) => one.key === event.key)
    if (page) {
      event.preventDefault()
      go(page.path)
    }
    return
  }
  if (event.key === 'g') {
    pending = true
    setTimeout(() => { pending = false }, 1200)
  } else if (event.key === '/') {
    event.preventDefault()
    const box = document.querySelector('input[type=search]')
    if (box) box.focus()
    else go('/console/streams?focus=1')
  } else if (event.key === '?') keys()
  else if (event.key === 'd') nextTheme()
})

function keys() {
  const row = (key, text) => [h('dt', {}, key.split(' ').map((one) => h('kbd', {}, one))), h('dd', {}, text)]
  const dialog = h('dialog', { class: 'dialog', 'aria-label': 'Keys', onclose: () => dialog.remove(), onclick: (event) => event.target === dialog && dialog.close() },
    h('h2', {}, 'Keys'),
    h('dl', { class: 'keys' }, pages.map((page) => row(`g ${page.key}`, page.name)), row('/', 'Search streams'), row('d', 'Light, dark, or as the system'), row('?', 'This list')),
    h('div', { class: 'dialog-actions' }, h('button', { class: 'button', onclick: () => dialog.close() }, 'Close')))
  document.body.append(dialog)
  dialog.showModal()
}

function theme() {
  return document.documentElement.dataset.theme ?? 'auto'
}

function paintTheme(button) {
  const name = theme()
  const label = { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' }[name]
  button.replaceChildren(icon({ auto: 'auto', light: 'sun', dark: 'moon' }[name]))
  button.title = `${label} (d)`
  button.setAttribute('aria-label', label)
  button.classList.add('theme')
}

function nextTheme() {
  const next = { auto: 'light', light: 'dark', dark: 'auto' }[theme()]
  if (next === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = next
  try {
    if (next === 'auto') localStorage.removeItem('kiln-theme')
    else localStorage.setItem('kiln-theme', next)
  } catch {
    // it lasts as long as the page
  }
  const button = document.querySelector('.theme')
  if (button) paintTheme(button)
  repaint()
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint)

async function start() {
  try {
    // Who never logged in here need not ask who he is.
    setSession(remembered() ? await ask('/admin/session') : null)
  } catch (error) {
    if (error.status !== 401) toast(error.message, 'bad')
    setSession(null)
  }
  session.listeners.add(changed)
  changed(session.current)
}

/** Whether this browser has logged in before; storage may be forbidden, then it is asked. */
function remembered() {
  try {
    return localStorage.getItem('kiln-session') === '1'
  } catch {
    return true
  }
}

function remember(loggedIn) {
  try {
    if (loggedIn) localStorage.setItem('kiln-session', '1')
    else localStorage.removeItem('kiln-session')
  } catch {
    // then it is asked each time
  }
}

function changed(who) {
  remember(Boolean(who))
  if (!who) {
    current?.leave()
    current = null
    release?.()
    release = null
    main = null
    document.title = 'Log in · Kiln'
    if (!app.querySelector('.login')) app.replaceChildren(login())
  } else if (!main) {
    frame()
    show()
  }
}

start()
