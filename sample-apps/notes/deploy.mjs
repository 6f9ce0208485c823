// Puts the models of schema.graphql on nodes, has them indexed, and writes definition.json for the page:
//   ADMIN_SEED=<32 bytes in hex, of an account in admin.dids> node deploy.mjs http://127.0.0.1:7007 [more nodes]
import fs from 'node:fs/promises'
import { CeramicClient } from '@ceramicnetwork/http-client'
import { Composite } from '@composedb/devtools'
import { DID } from 'dids'
import { Ed25519Provider } from 'key-did-provider-ed25519'
import { getResolver } from 'key-did-resolver'

const here = (name) => new URL(name, import.meta.url)

/** The definition that the page needs. Models are named by author and content: again is the same. */
export async function deploy(seed, [first, ...others]) {
  const did = new DID({ provider: new Ed25519Provider(Uint8Array.from(Buffer.from(seed, 'hex'))), resolver: getResolver() })
  await did.authenticate()
  const on = (url) => Object.assign(new CeramicClient(url), { did })
  const composite = await Composite.create({ ceramic: on(first), schema: await fs.readFile(here('schema.graphql'), 'utf8'), index: true })
  for (const url of others) await Composite.fromJSON({ ceramic: on(url), definition: composite.toJSON(), index: true })
  return composite.toRuntime()
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const nodes = process.argv.slice(2)
  await fs.writeFile(here('definition.json'), JSON.stringify(await deploy(process.env.ADMIN_SEED, nodes.length ? nodes : ['http://127.0.0.1:7007'])))
}
