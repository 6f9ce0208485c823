// How Recon stands with other nodes: what is wanted, who has the same, who is not spoken with.
import { ask, badge, confirm, count, duration, empty, h, ident, isOperator, toast, whole } from './lib.js'

const states = {
  'in-sync': ['in sync', 'good'],
  differs: ['had not the same', 'warn'],
  'nothing-shared': ['nothing in common', ''],
  failed: ['failed', 'bad'],
}

/** What the node says of Recon; null while it does not speak it. */
export async function askRecon() {
  try {
    return await ask('/admin/recon')
  } catch (error) {
    if (error.status === 404) return null
    throw error
  }
}

export function reconCards(recon, again) {
  if (!recon) return [h('section', { class: 'card' }, empty('Recon is off', 'Events of models are then held in common by gossip alone; network.enabled and recon.enabled let ceramic-one and other nodes have their part in those that recon.interests names.'))]
  const blocked = new Set(recon.blocked.map(({ peer }) => peer))
  return [
    h('section', { class: 'card' },
      h('header', { class: 'ruled' }, h('h2', {}, 'Recon'), h('span', { class: 'muted fine' }, `${recon.peers.filter(({ state }) => state === 'in-sync').length} of ${count(recon.peers.length, 'conversation')} in sync`)),
      recon.peers.length === 0 ? empty('Nobody was talked to yet', 'Peers that speak Recon are asked as soon as they are connected.') : talks(recon.peers, blocked, again)),
    h('section', { class: 'card pad' }, h('dl', { class: 'facts' },
      h('dt', {}, 'Wants'), h('dd', {}, recon.interests.length ? recon.interests.map((each) => wanted(each, again)) : 'nothing: no interests are set, nor asked for by clients'),
      h('dt', {}, 'Blocks'), h('dd', {}, recon.blocked.length ? recon.blocked.map((each) => barred(each, again)) : 'nobody'))),
  ]
}

function talks(peers, blocked, again) {
  return h('div', { class: 'table-wrap' }, h('table', { class: 'table cards' },
    h('thead', {}, h('tr', {}, ['Peer', 'About', 'State', 'Shared', 'Last talk', 'Keys in', 'Keys out', 'Rests', ''].map((head) => h('th', { class: /Shared|Keys/.test(head) ? 'num' : '' }, head)))),
    h('tbody', {}, peers.map((talk) => h('tr', {},
      h('td', { 'data-label': 'Peer' }, ident(talk.peer, { head: 10, tail: 8 })),
      h('td', { 'data-label': 'About' }, talk.about),
      h('td', { 'data-label': 'State' }, badge(...states[talk.state]), talk.complaint ? h('div', { class: 'fine clip', title: talk.complaint }, talk.complaint) : null),
      h('td', { 'data-label': 'Shared', class: 'num' }, whole(talk.common)),
      h('td', { 'data-label': 'Last talk' }, `${duration(talk.secondsAgo * 1000)} ago`),
      h('td', { 'data-label': 'Keys in', class: 'num' }, whole(talk.keysIn), talk.keysBad ? badge(`${whole(talk.keysBad)} bad`, 'bad') : null),
      h('td', { 'data-label': 'Keys out', class: 'num' }, whole(talk.keysOut)),
      h('td', { 'data-label': 'Rests' }, talk.failures ? `${duration(talk.restSeconds * 1000)}, ${count(talk.failures, 'failure')}` : '–'),
      h('td', {}, blocked.has(talk.peer) ? badge('blocked', 'warn') : change('Block', 'Say nothing to this peer any more', async () => {
        const sure = await confirm({ title: 'Block this peer?', body: h('p', {}, 'Recon says nothing to it any more, over restarts too. Other protocols go on.'), action: 'Block', danger: true })
        return sure && ask(`/admin/recon/blocked/${talk.peer}`, { method: 'PUT' })
      }, again)))))))
}

function wanted({ model, controller, stream, setting }, again) {
  const rest = [controller, stream].filter(Boolean).map((more) => h('span', { class: 'fine' }, ' of ', ident(more, { head: 14 })))
  return h('div', {}, model === 'all' ? 'all events' : ident(model, { head: 20 }), rest, ' ',
    setting ? badge('setting') : change('Forget', 'Ask for events of this model no longer; what has come stays', () => ask(`/admin/recon/interests/${model}`, { method: 'DELETE' }), again))
}

function barred({ peer, setting }, again) {
  return h('div', {}, ident(peer, { head: 14, tail: 8 }), ' ', setting ? badge('setting') : change('Unblock', 'Talk to this peer again', () => ask(`/admin/recon/blocked/${peer}`, { method: 'DELETE' }), again))
}

function change(text, title, act, again) {
  return h('button', {
    class: 'button small', disabled: !isOperator(), title: isOperator() ? title : 'Operators only',
    onclick: async () => {
      try {
        const said = await act()
        if (said) toast(said.message)
      } catch (error) {
        toast(error.message, 'bad')
      }
      again()
    },
  }, text)
}
