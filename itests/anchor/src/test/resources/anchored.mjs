// An application of the node at KILN_URL: makes documents, waits until they are anchored, and prints
// their states, one line of JSON each. Runs in the folder of itests/clients, whose packages it uses.
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { AnchorStatus } from '@ceramicnetwork/common'
import { client, eventually } from './support/node.mjs'
import { ed25519 } from './support/accounts.mjs'

const ceramic = client(await ed25519())
const documents = []
for (let i = 0; i < 3; i++) {
  const document = await TileDocument.create(ceramic, { n: i })
  await document.update({ n: i, text: 'updated' })
  documents.push(document)
}
console.log('created')
const seen = new Set()
await eventually(
  async () => {
    for (const document of documents) {
      await document.sync()
      seen.add(AnchorStatus[document.state.anchorStatus])
    }
    return documents.every((document) => document.state.anchorStatus === AnchorStatus.ANCHORED)
  },
  'all documents are anchored',
  120_000,
)
for (const { id, state } of documents) {
  const { chainId, txHash } = state.anchorProof
  console.log(
    JSON.stringify({
      id: id.toString(),
      seen: [...seen],
      chainId,
      txHash: txHash.toString(),
      types: state.log.map((entry) => entry.type),
      timestamps: state.log.map((entry) => entry.timestamp),
      content: state.next?.content ?? state.content,
    }),
  )
}
process.exit()
