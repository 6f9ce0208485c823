#!/usr/bin/env bash
# @ceramicnetwork/stream-model-instance 5.4.0: ModelInstanceDocument.create with shouldIndex: false creates a document that every node lists.
# The flag travels in the options of the HTTP request only; the header that is signed, the one thing other nodes ever see, does not have it,
# whether it is given as metadata or as an option. Only an update's header can hide a document.
. "$(dirname "$0")/lib/seen.sh"
npm_packages @ceramicnetwork/http-client@6.4.0 @ceramicnetwork/stream-model-instance@5.4.0 @ceramicnetwork/streamid@5.6.0 \
  @ipld/dag-cbor@9.2.7 dids@5.0.3 key-did-provider-ed25519@4.0.2 key-did-resolver@4.0.0
node_says <<'JS'
import http from 'node:http'
import { CeramicClient } from '@ceramicnetwork/http-client'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { StreamID } from '@ceramicnetwork/streamid'
import { decode } from '@ipld/dag-cbor'
import { DID } from 'dids'
import { Ed25519Provider } from 'key-did-provider-ed25519'
import { getResolver } from 'key-did-resolver'
const server = http.createServer((request, response) => {
  let body = ''
  request.on('data', (part) => (body += part))
  request.on('end', () => {
    const { genesis, opts } = JSON.parse(body)
    console.log('signed header:', Object.keys(decode(Buffer.from(genesis.linkedBlock, 'base64')).header).sort().join(' '))
    console.log('options:', Object.keys(opts).sort().join(' '))
    response.writeHead(500)
    response.end('{}')
  })
})
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
const ceramic = new CeramicClient(`http://127.0.0.1:${server.address().port}`)
ceramic.did = new DID({ provider: new Ed25519Provider(new Uint8Array(32).fill(7)), resolver: getResolver() })
await ceramic.did.authenticate()
const model = StreamID.fromString('kjzl6hvfrbw6c7r0gilujkzc3e5t7x2n1pn0qgcmndjv0bmmw7dx1p4vsplk5tp')
await ModelInstanceDocument.create(ceramic, { a: 1 }, { model, shouldIndex: false }, { shouldIndex: false }).catch(() => {})
process.exit()
JS
seen <<'OUT'
signed header: controllers model sep unique
options: anchor publish shouldIndex sync syncTimeoutSeconds
OUT
