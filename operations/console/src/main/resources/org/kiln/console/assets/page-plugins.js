// What runs in the node, and changing it while it runs.
import { readersOf } from './readers.js'
import { ago, ask, badge, brief, bytes, confirm, count, empty, h, icon, ident, isOperator, poll, problem, toast, whole } from './lib.js'

const kinds = { 'stream-type': 'stream type', 'did-method': 'DID method', chain: 'chain', 'proof-validator': 'proofs of', 'signature-suite': 'signature', 'capability-signature': 'capability', 'http-route': '', 'network-protocol': 'protocol', store: 'store', 'feed-reader': 'feed reader' }
const stateKind = { running: 'good', stopped: '', failed: 'bad', starting: 'warn', stopping: 'warn' }
const MAX_JAR = 64 * 1024 * 1024

export async function render(body, page, { rest }) {
  const busy = h('div', {})
  const list = h('div', { class: 'stack' }, h('div', { class: 'skeleton' }))
  const readers = h('div', {})
  const past = h('div', {})
  const opened = new Set(rest ? [rest] : [])
  body.append(install(() => again()), busy, readers, list, past)
  const again = poll(page, 4000, async () => {
    const [plugins, history, feed] = await Promise.all([ask('/admin/plugins'), ask('/admin/plugins/history?limit=50'), ask('/admin/feed')])
    return { ...plugins, ...history, feed }
  }, ({ plugins, operation, history, feed }) => {
    busy.replaceChildren(...(operation ? [h('div', { class: 'notice warn', role: 'status' }, `In work: ${operation}`)] : []))
    show(list, plugins, opened, () => again())
    readers.replaceChildren(...readersOf(feed))
    past.replaceChildren(historyOf(history))
  }, (error) => list.replaceChildren(problem(error, () => again())))
}

function show(list, plugins, opened, again) {
  const installed = plugins.filter((plugin) => plugin.origin !== 'node')
  const replaceable = plugins.filter((plugin) => plugin.origin === 'node' && plugin.swappable)
  const core = plugins.filter((plugin) => plugin.origin === 'node' && !plugin.swappable)
  const focus = document.activeElement?.dataset?.focus
  list.replaceChildren(
    group('Installed', installed, opened, again) ?? h('section', { class: 'card' }, empty('Nothing installed', 'This node runs what it was shipped with. Choose a plugin’s jar above: it is checked before anything is touched.')),
    group('Shipped, can be swapped while the node runs', replaceable, opened, again) ?? '',
    core.length ? h('details', { open: opened.has('core'), ontoggle: (event) => (event.target.open ? opened.add('core') : opened.delete('core')) },
      h('summary', { class: 'group-title' }, `The node itself (${core.length})`),
      h('div', { class: 'plugins' }, core.map((plugin) => card(plugin, opened, again)))) : '')
  if (focus) list.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus()
}

function group(title, plugins, opened, again) {
  return plugins.length ? h('section', {}, h('h2', { class: 'group-title' }, title), h('div', { class: 'plugins' }, plugins.map((plugin) => card(plugin, opened, again)))) : null
}

/** Our own bundles carry the project's name before theirs. */
const nameOf = (plugin) => (plugin.title ?? plugin.name).replace(/^Kiln: /, '')

function card(plugin, opened, again) {
  const healthy = plugin.health === 'UP' || !plugin.health
  return h('article', { class: 'card plugin', id: plugin.name },
    h('div', { class: 'stack tight' },
      h('div', { class: 'title-line' }, h('h2', {}, nameOf(plugin)), h('span', { class: 'muted mono' }, plugin.version),
        badge(plugin.state, stateKind[plugin.state]),
        plugin.state === 'running' && !healthy ? h('span', { title: plugin.healthMessage }, badge(plugin.health.toLowerCase(), plugin.health === 'DOWN' ? 'bad' : 'warn')) : null,
        plugin.origin === 'drop-in' ? badge('drop-in folder') : null,
        plugin.replaced ? badge('not the shipped version', 'accent') : null),
      plugin.description ? h('p', { class: 'muted' }, plugin.description) : null,
      plugin.problem ? h('div', { class: 'notice bad' }, h('div', {}, plugin.problem)) : null),
    h('div', { class: 'plugin-actions' }, plugin.swappable && plugin.origin !== 'drop-in' ? actions(plugin, again) : null),
    plugin.serves.length ? h('div', { class: 'serves' }, serves(plugin)) : null,
    h('details', { class: 'plugin-more', open: opened.has(plugin.name), ontoggle: (event) => (event.target.open ? opened.add(plugin.name) : opened.delete(plugin.name)) },
      h('summary', {}, 'More'), more(plugin)))
}

function serves(plugin) {
  const routes = plugin.serves.filter((one) => one.kind === 'http-route')
  const rest = plugin.serves.filter((one) => one.kind !== 'http-route')
  return [
    rest.map((one) => h('span', { class: 'serve', title: one.streams === null ? null : `${count(one.streams, 'stream')} depend${one.streams === 1 ? 's' : ''} on it` }, h('span', { class: 'muted' }, kinds[one.kind] ?? one.kind), h('b', {}, brief(one.key, 28, 6)), one.streams ? h('span', { class: 'muted' }, `· ${count(one.streams, 'stream')}`) : null)),
    routes.length ? h('span', { class: 'serve', title: routes.map((one) => one.key).join('\n') }, h('span', { class: 'muted' }, routes.length === 1 ? 'route' : 'routes'), h('b', {}, routes.length === 1 ? routes[0].key : whole(routes.length))) : null,
  ]
}

function more(plugin) {
  const fact = (name, value) => (value && (!Array.isArray(value) || value.length) ? [h('dt', {}, name), h('dd', {}, value)] : null)
  const names = (list) => (list?.length ? list.map((name) => h('div', { class: 'mono' }, name)) : null)
  return h('dl', { class: 'facts' },
    fact('Name', h('span', { class: 'mono' }, plugin.name)),
    fact('SHA-256', plugin.sha256 ? ident(plugin.sha256, { head: 16, tail: 8 }) : null),
    fact('Serves', plugin.serves.length ? plugin.serves.map((one) => h('div', {}, h('span', { class: 'muted' }, `${one.kind} `), h('span', { class: 'mono' }, one.key), one.streams === null ? null : h('span', { class: 'muted' }, ` · ${count(one.streams, 'stream')}${plugin.streamsComplete ? '' : ' or more'}`))) : null),
    fact('Health', plugin.healthMessage ? `${plugin.health}: ${plugin.healthMessage}` : null),
    fact('Uses', names(plugin.uses)),
    fact('Used by', names(plugin.usedBy)),
    fact('Cannot be swapped', plugin.whyNot),
    fact('Can go back to', plugin.canRollBackTo?.length ? plugin.canRollBackTo.map((one) => h('div', {}, one.version, ' ', h('span', { class: 'muted mono' }, one.sha256 === 'shipped' ? 'as shipped' : brief(one.sha256, 12, 4)))) : null))
}

function actions(plugin, again) {
  const button = (label, word, act, kind = '') => h('button', {
    class: `button small ${kind}`, 'data-focus': `${plugin.name} ${word}`, disabled: !isOperator(), title: isOperator() ? null : 'Operators only',
    onclick: async (event) => {
      event.target.disabled = true
      try {
        await act()
      } catch (error) {
        toast(error.message, 'bad')
      }
      again()
    },
  }, label)
  const run = (path, method = 'POST') => async () => told(await ask(`/admin/plugins/${encodeURIComponent(plugin.name)}${path}`, { method }))
  const dependants = plugin.streams ? h('p', {}, h('strong', {}, count(plugin.streams, 'stream')), plugin.streams === 1 ? ' depends on it. Reads of it are' : ' depend on it. Reads of them are', ' answered with 503 until it is back; events keep arriving and are kept.') : h('p', {}, 'No stream depends on it.')
  const others = plugin.usedBy?.length ? h('p', {}, 'Used by ', plugin.usedBy.join(', '), '.') : null
  const name = nameOf(plugin)
  const asked = (title, action, act) => async () => {
    if (await confirm({ title, body: [dependants, others], action, danger: true })) await act()
  }
  const running = plugin.state === 'running' || plugin.state === 'starting'
  const back = plugin.canRollBackTo?.[0]
  return [
    running ? button('Stop', 'stop', asked(`Stop ${name}?`, 'Stop it', run('/stop'))) : button('Start', 'start', run('/start')),
    upgradeButton(plugin, again),
    back ? button(`Roll back to ${back.version}`, 'rollback', async () => {
      if (await confirm({ title: `Roll back ${name}?`, body: h('p', {}, `Version ${plugin.version} is replaced by ${back.version}${back.sha256 === 'shipped' ? ', the one that came with the node' : ''}, while the node runs.`), action: 'Roll back' })) await run('/rollback')()
    }) : null,
    plugin.origin === 'installed' ? button('Uninstall', 'uninstall', asked(`Uninstall ${name}?`, 'Uninstall it', run('?confirm=true', 'DELETE'))) : null,
  ]
}

function told(outcome) {
  toast(outcome.message)
  for (const warning of outcome.warnings ?? []) toast(warning, 'bad')
}

function chooser(label, act, classes) {
  const file = h('input', { type: 'file', accept: '.jar', hidden: true, 'aria-label': label, onchange: () => { if (file.files[0]) act(file.files[0]); file.value = '' } })
  return [h('button', { class: classes, disabled: !isOperator(), title: isOperator() ? null : 'Operators only', onclick: () => file.click() }, classes.includes('primary') ? icon('upload') : null, label), file]
}

function upgradeButton(plugin, again) {
  return chooser('Upgrade', (jar) => examine(jar, again, plugin.name), 'button small')
}

function install(again) {
  const zone = h('section', {
    class: 'drop', 'aria-label': 'Install a plugin',
    ondragover: (event) => { event.preventDefault(); zone.classList.add('over') },
    ondragleave: () => zone.classList.remove('over'),
    ondrop: (event) => {
      event.preventDefault()
      zone.classList.remove('over')
      const jar = event.dataTransfer.files[0]
      if (jar && isOperator()) examine(jar, again)
    },
  },
    h('div', {}, h('h2', {}, 'Install a plugin'), h('p', {}, 'Drop a jar here. It is checked first, put in while the node serves, and taken back by itself when it does not work. A plugin runs with all the rights of the node.')),
    h('div', {}, chooser('Choose a jar', (jar) => examine(jar, again), 'button primary')))
  return zone
}

/** Asks the node what it thinks of a jar, then the operator. */
async function examine(jar, again, target) {
  if (jar.size > MAX_JAR) return toast(`${jar.name} is larger than 64 MiB.`, 'bad')
  try {
    const raw = await jar.arrayBuffer()
    const found = await ask('/admin/plugins/check', { method: 'POST', raw })
    const upgrade = Boolean(found.installed)
    const problems = [...(found.problems ?? [])]
    if (target && found.name !== target) problems.unshift(`This jar is ${found.name}, not another version of ${target}.`)
    const facts = h('dl', { class: 'facts' },
      h('dt', {}, 'Plugin'), h('dd', {}, h('strong', {}, found.title ?? found.name), ' ', h('span', { class: 'mono muted' }, found.version)),
      upgrade ? [h('dt', {}, 'Now there'), h('dd', {}, found.installed.version)] : null,
      h('dt', {}, 'File'), h('dd', {}, `${jar.name}, ${bytes(jar.size)}`),
      h('dt', {}, 'SHA-256'), h('dd', { class: 'mono' }, found.sha256),
      h('dt', {}, 'Serves'), h('dd', {}, found.serves.length ? found.serves.map((one) => h('div', {}, h('span', { class: 'muted' }, `${one.kind} `), one.key)) : 'nothing that it declares'))
    const refused = problems.length > 0
    const go = await confirm({
      title: refused ? 'This jar cannot be installed' : upgrade ? `Upgrade ${found.title ?? found.name}?` : `Install ${found.title ?? found.name}?`,
      body: [facts, !refused && found.notes?.length ? h('div', { class: 'notice warn' }, h('ul', {}, found.notes.map((text) => h('li', {}, text)))) : null, refused ? h('div', { class: 'notice bad' }, h('ul', {}, problems.map((text) => h('li', {}, text)))) : null],
      action: refused ? null : upgrade ? 'Upgrade' : 'Install',
    })
    if (!go) return
    const path = upgrade ? `/admin/plugins/${encodeURIComponent(found.name)}/upgrade` : '/admin/plugins'
    told(await ask(`${path}?sha256=${found.sha256}`, { method: 'POST', raw }))
  } catch (error) {
    toast(error.message, 'bad')
  }
  again()
}

function historyOf(history) {
  return h('section', { class: 'card' },
    h('header', { class: 'ruled' }, h('h2', {}, 'History'), h('span', { class: 'muted fine' }, history.length ? `the newest ${history.length}` : '')),
    history.length === 0 ? empty('Nothing yet', 'What is installed, upgraded, stopped or taken back is written down here, with who did it.')
      : h('div', { class: 'table-wrap' }, h('table', { class: 'table cards' },
        h('thead', {}, h('tr', {}, ['When', 'Who', 'What', 'Outcome', ''].map((head) => h('th', {}, head)))),
        h('tbody', {}, history.map((entry) => h('tr', {},
          h('td', { 'data-label': 'When' }, ago(Date.parse(entry.at))),
          h('td', { 'data-label': 'Who' }, entry.who || '–'),
          h('td', { 'data-label': 'What' }, `${entry.operation} `, h('span', { class: 'mono' }, entry.name)),
          h('td', { 'data-label': 'Outcome' }, badge(entry.outcome, entry.outcome === 'done' ? 'good' : 'bad')),
          h('td', { class: entry.message ? '' : 'none' }, entry.message)))))))
}
