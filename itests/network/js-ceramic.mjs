// A client of js-ceramic's daemon, run by JsCeramicIT among the packages of that daemon: `begin` makes a model and three documents,
// `again` finds them. Both change one and say what a query of the index has.
import { CeramicClient } from '@ceramicnetwork/http-client'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { DID } from 'dids'
import { Ed25519Provider } from 'key-did-provider-ed25519'
import * as KeyDidResolver from 'key-did-resolver'
import { readFileSync, writeFileSync } from 'node:fs'

const [part, url] = process.argv.slice(2)
const did = new DID({
  provider: new Ed25519Provider(new Uint8Array(32).fill(7)),
  resolver: KeyDidResolver.getResolver(),
})
await did.authenticate()
const ceramic = new CeramicClient(url)
ceramic.did = did

async function begin() {
  const model = await Model.create(ceramic, {
    version: '2.0',
    name: 'Note',
    accountRelation: { type: 'list' },
    interface: false,
    implements: [],
    schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { text: { type: 'string', maxLength: 99 } },
      required: ['text'],
      additionalProperties: false,
    },
  })
  await ceramic.admin.startIndexingModels([model.id])
  const documents = []
  for (const text of ['n0', 'n1', 'n2']) {
    documents.push(await ModelInstanceDocument.create(ceramic, { text }, { model: model.id }))
  }
  return { model: model.id.toString(), document: documents[0].id.toString() }
}

const made = part === 'begin' ? await begin() : JSON.parse(readFileSync('made.json', 'utf8'))
writeFileSync('made.json', JSON.stringify(made))
const document = await ModelInstanceDocument.load(ceramic, made.document)
if (part === 'again' && document.content.text !== 'changed') {
  throw new Error(`The document was ${JSON.stringify(document.content)} after the restart`)
}
await document.replace({ text: 'on the way' })
await document.replace({ text: 'changed' })
const page = await ceramic.index.query({ model: made.model, last: 10 })
console.log(`${part}: ${page.edges.map((edge) => edge.node.content.text).join(' ')}`)
process.exit(0)
