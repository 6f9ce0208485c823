// Who may come in, and what was changed by whom.
import { ago, ask, badge, empty, h, isOperator, poll, problem, session } from './lib.js'

export async function render(body, page) {
  const who = session.current
  const rest = h('div', { class: 'stack' })
  body.append(
    h('section', { class: 'card pad' }, h('dl', { class: 'facts' },
      h('dt', {}, 'You are'), h('dd', {}, h('strong', {}, who.name), ' ', badge(who.role, who.role === 'operator' ? 'accent' : '')),
      h('dt', {}, 'You may'), h('dd', {}, who.role === 'operator' ? 'look at everything and change it' : 'look at everything but this page’s lists, and change nothing'),
      h('dt', {}, 'Logged in'), h('dd', {}, ago(Date.parse(who.since))))),
    rest)
  if (!isOperator()) {
    rest.append(h('section', { class: 'card' }, empty('For operators', 'Credentials and the audit log are shown to operators.')))
    return
  }
  const again = poll(page, 6000, async () => {
    const [credentials, audit] = await Promise.all([ask('/admin/credentials'), ask('/admin/audit?limit=100')])
    return { credentials, audit }
  }, ({ credentials, audit }) => rest.replaceChildren(people(credentials), log(audit)), (error) => rest.replaceChildren(problem(error, () => again())))
}

function people({ credentials, sessions }) {
  return h('section', { class: 'card' },
    h('header', { class: 'ruled' }, h('h2', {}, 'Credentials'), h('span', { class: 'muted fine' }, `${sessions} open ${sessions === 1 ? 'session' : 'sessions'} · kiln access makes and removes them`)),
    h('div', { class: 'table-wrap' }, h('table', { class: 'table' },
      h('thead', {}, h('tr', {}, ['Name', 'Role', 'Made'].map((head) => h('th', {}, head)))),
      h('tbody', {}, credentials.map((one) => h('tr', {}, h('td', {}, h('strong', {}, one.name)), h('td', {}, badge(one.role, one.role === 'operator' ? 'accent' : '')), h('td', {}, ago(Date.parse(one.createdAt)))))))))
}

function log({ entries }) {
  const outcome = (text) => badge(text, /^(4|5)/.test(text) ? 'bad' : /^2/.test(text) ? 'good' : '')
  return h('section', { class: 'card' },
    h('header', { class: 'ruled' }, h('h2', {}, 'Audit log'), h('span', { class: 'muted fine' }, `the newest ${entries.length}`)),
    entries.length === 0 ? empty('Nothing yet', 'Every change and every log-in is written down here.')
      : h('div', { class: 'table-wrap' }, h('table', { class: 'table cards' },
        h('thead', {}, h('tr', {}, ['When', 'Who', 'From', 'What', 'Outcome'].map((head) => h('th', {}, head)))),
        h('tbody', {}, entries.map((entry) => h('tr', {},
          h('td', { 'data-label': 'When' }, ago(Date.parse(entry.at))),
          h('td', { 'data-label': 'Who' }, entry.who || h('span', { class: 'muted' }, 'nobody')),
          h('td', { 'data-label': 'From', class: 'mono' }, entry.from || '–'),
          h('td', { 'data-label': 'What' }, h('span', { class: 'mono' }, entry.action), entry.detail ? h('div', { class: 'muted fine' }, entry.detail) : null),
          h('td', { 'data-label': 'Outcome' }, outcome(entry.outcome))))))))
}
