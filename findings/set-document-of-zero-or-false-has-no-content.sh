#!/usr/bin/env bash
# @ceramicnetwork/stream-model-instance-handler 4.16.0 with @ceramic-sdk/model-instance-client 0.12.0: a document of a model whose accountRelation is
# "set" lies at a stream made of the values of its fields, joined by "|". One would guess that each value leads to a document of its own.
# Of 0 and false clients of both generations make "0" and "false" and js-ceramic's handler "": no content ever fits such a stream, and it stays
# without. And "|" in a value is not set apart: ("a|b", "c") and ("a", "b|c") are one stream.
# ceramic-one takes what clients make. Kiln takes either (extensions/type-instance, CompiledModel).
. "$(dirname "$0")/lib/seen.sh"
npm_packages @ceramicnetwork/stream-model-instance-handler@4.16.0 @ceramicnetwork/stream-model-instance@5.4.0 @ceramicnetwork/streamid@5.6.0 \
  @ceramicnetwork/common@6.4.0 @ceramic-sdk/model-instance-client@0.12.0 @ceramic-sdk/identifiers@0.12.0 \
  dids@5.0.3 key-did-provider-ed25519@4.0.2 key-did-resolver@4.0.0
node_says <<'JS'
import { CeramicSigner } from '@ceramicnetwork/common'
import { StreamID } from '@ceramicnetwork/streamid'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { ModelInstanceDocumentHandler } from '@ceramicnetwork/stream-model-instance-handler'
import { ModelInstanceClient } from '@ceramic-sdk/model-instance-client'
import { StreamID as NewStreamID } from '@ceramic-sdk/identifiers'
import { DID } from 'dids'
import { Ed25519Provider } from 'key-did-provider-ed25519'
import { getResolver } from 'key-did-resolver'

const did = new DID({ provider: new Ed25519Provider(new Uint8Array(32)), resolver: getResolver() })
await did.authenticate()
const id = 'kjzl6hvfrbw6c5i55ks5m4hhyuh0jylw4g7x0asndu97i7luts4dfzvm35oev65'
const model = { content: { accountRelation: { type: 'set', fields: ['x', 'y'] } } }
const handler = new ModelInstanceDocumentHandler()

// What each client makes the stream of.
async function older(content) {
  const metadata = { controller: did.id, model: StreamID.fromString(id), deterministic: true }
  const genesis = await ModelInstanceDocument.makeGenesis({ signer: CeramicSigner.fromDID(did) }, null, metadata, [content.x, content.y])
  return genesis.header.unique
}
async function newer(content) {
  let unique
  const client = new ModelInstanceClient({ ceramic: {}, did })
  client.createSingleton = async (params) => { unique = params.uniqueValue }
  await client.createInstance({ model: NewStreamID.fromString(id), content, modelDefinition: model.content })
  return unique
}
for (const content of [{ x: 'a', y: 1 }, { x: 'a', y: 0 }, { x: 'a', y: false }, { x: 'a|b', y: 'c' }, { x: 'a', y: 'b|c' }]) {
  const made = await Promise.all([older(content), newer(content)])
  const fits = await Promise.all(made.map((unique) => handler._validateUnique(model, { unique }, content).then(() => 'taken', () => 'refused')))
  console.log(JSON.stringify(content), made.map((unique, i) => `${new TextDecoder().decode(unique)} ${fits[i]}`).join(', '))
}
JS
seen <<'OUT'
{"x":"a","y":1} a|1 taken, a|1 taken
{"x":"a","y":0} a|0 refused, a|0 refused
{"x":"a","y":false} a|false refused, a|false refused
{"x":"a|b","y":"c"} a|b|c taken, a|b|c taken
{"x":"a","y":"b|c"} a|b|c taken, a|b|c taken
OUT
