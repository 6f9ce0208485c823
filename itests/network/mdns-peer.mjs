// A peer that finds others by multicast DNS; it tells whom, and dials nobody.
//   node mdns-peer.mjs
import { mdns } from '@libp2p/mdns'
import { emit, flags, serve, startPeer } from './lib/peer.mjs'

const node = await startPeer(flags(), {}, {
  peerDiscovery: [mdns({ interval: 1_000 })]
})
node.addEventListener('peer:discovery', ({ detail }) => emit('discovered', {
  peer: detail.id.toString(),
  addrs: detail.multiaddrs.map(String)
}))
serve(node)
