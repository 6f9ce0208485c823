// The `composedb` command as published. 540 MB of packages, and it takes 8 s at least each time its input is no terminal: only when asked for,
// see README.md. KILN_COMPOSEDB names the program.
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { client, eventually, url } from '../support/node.mjs'
import { administrator } from '../support/accounts.mjs'

const seed = process.env.KILN_ADMIN_SEED ?? '07'.repeat(32)
const MODEL_OF_MODELS = 'kh4q0ozorrgaq2mezktnrmdwleo1d'
const PORT = 7456

describe('the composedb command', { concurrency: 1 }, () => {
  let folder
  const composedb = async (...words) => (await promisify(execFile)(process.env.KILN_COMPOSEDB, words, { cwd: folder })).stdout
  const at = ['-c', url, '-k', seed]

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kiln-composedb-'))
    fs.writeFileSync(path.join(folder, 'schema.graphql'), `type Note @createModel(accountRelation: LIST, description: "note ${crypto.randomUUID()}") { text: String! @string(maxLength: 100) }`)
  })
  after(() => fs.rmSync(folder, { recursive: true }))

  test('composite:create, :deploy, :models and :compile', async () => {
    await composedb('composite:create', 'schema.graphql', '-o', 'composite.json', ...at)
    const [model] = JSON.parse(await composedb('composite:deploy', 'composite.json', ...at))
    const [told] = JSON.parse(await composedb('composite:models', 'composite.json', '-c', url))
    assert.deepEqual([told.id, told.name], [model, 'Note'])
    await composedb('composite:compile', 'composite.json', 'runtime.json', ...at)
    const indexed = await client(await administrator()).admin.getIndexedModelData()
    assert.ok(indexed.some(({ streamID }) => streamID.toString() === model))
  })

  test('model:list of a node that indexes models themselves', async () => {
    await client(await administrator()).admin.startIndexingModelData([{ streamID: MODEL_OF_MODELS }])
    assert.match(await composedb('model:list', '-i', url), /Note/)
  })

  test('graphql:server answers a query', async () => {
    const server = spawn(process.env.KILN_COMPOSEDB, ['graphql:server', 'runtime.json', '--port', PORT, ...at], { cwd: folder })
    const ask = async (query) => (await (await fetch(`http://127.0.0.1:${PORT}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })).json()).data
    try {
      const made = await eventually(() => ask('mutation { createNote(input: { content: { text: "hello" } }) { document { id } } }').catch(() => null), 'the server answers', 60_000)
      assert.deepEqual(await ask('{ noteIndex(first: 3) { edges { node { id text } } } noteCount }'), { noteIndex: { edges: [{ node: { id: made.createNote.document.id, text: 'hello' } }] }, noteCount: 1 })
    } finally {
      server.kill()
    }
  })
})
