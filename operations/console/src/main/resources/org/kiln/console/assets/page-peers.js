// Who the node is to others, who is connected, and how Recon stands with them.
import { ago, ask, badge, count, empty, h, ident, poll, problem, short } from './lib.js'
import { chart } from './chart.js'
import { askRecon, reconCards } from './recon.js'

export async function render(body, page) {
  const place = h('div', { class: 'stack' }, h('div', { class: 'skeleton' }))
  body.append(place)
  const graph = chart(page, { title: 'Peers', hint: 'Peers connected', least: 4, series: [{ column: 'peers', label: 'connected', colour: 'blue' }] })
  const again = poll(page, 4000, async () => {
    const [network, recon] = await Promise.all([ask('/console/api/peers'), askRecon()])
    return { network, recon }
  }, ({ network, recon }) => {
    if (!network.on) {
      place.replaceChildren(h('section', { class: 'card' }, empty('The network is off', 'This node keeps to itself: it has no libp2p host. On the network inmemory that is so unless network.enabled says otherwise; elsewhere network.enabled=true and network.listen let peers in.')))
      return
    }
    place.replaceChildren(
      h('section', { class: 'card pad' }, h('dl', { class: 'facts' },
        h('dt', {}, 'Peer id'), h('dd', {}, ident(network.self, { head: 30, tail: 12 })),
        h('dt', {}, 'Listens on'), h('dd', {}, network.addresses.length ? network.addresses.map((address) => h('div', {}, ident(address, { head: 46, tail: 10 }))) : 'nothing: it only dials'))),
      h('div', { class: 'charts' }, graph),
      h('section', { class: 'card' },
        h('header', { class: 'ruled' }, h('h2', {}, 'Connected'), h('span', { class: 'muted fine' }, network.peers.length < network.connected ? `${network.peers.length} of ${network.connected} peers` : count(network.connected, 'peer'))),
        network.peers.length === 0 ? empty('Nobody is connected', 'Peers named by network.peers are dialled again and again; others find the node by its addresses.') : table(network.peers)),
      ...reconCards(recon, () => again()))
  }, (error) => place.replaceChildren(problem(error, () => again())))
}

function table(peers) {
  return h('div', { class: 'table-wrap' }, h('table', { class: 'table cards' },
    h('thead', {}, h('tr', {}, ['Peer', 'Agent', 'Address', 'Direction', 'Over', 'Since', 'Protocols', 'Score'].map((head) => h('th', {}, head)))),
    h('tbody', {}, peers.map((peer) => h('tr', {},
      h('td', { 'data-label': 'Peer' }, ident(peer.id, { head: 10, tail: 8 })),
      h('td', { 'data-label': 'Agent' }, peer.agent || h('span', { class: 'muted' }, 'unknown')),
      h('td', { 'data-label': 'Address' }, h('span', { class: 'mono clip', title: peer.address }, peer.address)),
      h('td', { 'data-label': 'Direction' }, badge(peer.outbound ? 'dialled' : 'came in')),
      h('td', { 'data-label': 'Over', class: 'mono' }, peer.muxer),
      h('td', { 'data-label': 'Since' }, ago(peer.since)),
      h('td', { 'data-label': 'Protocols' }, protocols(peer)),
      h('td', { 'data-label': 'Score' }, scores(peer.scores)))))))
}

// What libp2p itself needs is the same everywhere; what a peer is good for comes first.
const common = /^\/(ipfs\/(id|ping)|libp2p|multistream)\//

// Peers whose protocols are unfolded: the table is made anew every few seconds.
const unfolded = new Set()

function protocols({ id: peer, protocols: all }) {
  if (all.length === 0) return h('span', { class: 'muted' }, 'not said yet')
  const telling = all.filter((id) => !common.test(id))
  const toggle = (event) => (event.target.open ? unfolded.add(peer) : unfolded.delete(peer))
  return h('details', { open: unfolded.has(peer), ontoggle: toggle },
    h('summary', {}, telling.length ? [...new Set(telling.map(name))].join(', ') : count(all.length, 'protocol')),
    all.map((id) => h('div', { class: 'mono fine' }, id)))
}

/** /ipfs/bitswap/1.2.0 → bitswap */
function name(id) {
  const words = id.split('/').filter((word) => word && word !== 'ipfs' && !/^[0-9.]+$/.test(word))
  return words.join('/') || id
}

function scores(all) {
  if (all.length === 0) return h('span', { class: 'muted' }, '–')
  return all.map(({ by, score }) => h('div', {}, badge(`${by} ${short(score)}`, score < 0 ? 'bad' : score > 0 ? 'good' : undefined)))
}
