import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { Composite } from '@composedb/devtools'
import { ComposeClient } from '@composedb/client'
import { client } from '../support/node.mjs'
import { administrator } from '../support/accounts.mjs'

describe('ComposeDB', () => {
  let compose, ceramic, models
  const run = async (query, variables) => {
    const { data, errors } = await compose.executeQuery(query, variables)
    assert.equal(errors, undefined, errors?.map((error) => error.message).join('; '))
    return data
  }
  before(async () => {
    const admin = await administrator()
    ceramic = client(admin)
    const about = crypto.randomUUID()
    const composite = await Composite.create({
      ceramic,
      index: true,
      schema: `
        type Author @createModel(accountRelation: SINGLE, description: "author ${about}") {
          name: String! @string(maxLength: 50)
        }
        type Post @createModel(accountRelation: LIST, description: "post ${about}") @createIndex(fields: [{ path: ["rank"] }]) {
          author: DID! @documentAccount
          title: String! @string(maxLength: 100)
          rank: Int
        }`,
    })
    models = composite.modelIDs
    compose = new ComposeClient({ ceramic, definition: composite.toRuntime() })
    compose.setDID(admin)
    for (const [title, rank] of [['one', 10], ['two', 9], ['three', 100]]) {
      await run('mutation($i: CreatePostInput!) { createPost(input: $i) { document { id } } }', { i: { content: { title, rank } } })
    }
  })

  test('creating a composite indexes its models', async () => {
    const indexed = (await ceramic.admin.getIndexedModelData()).map((data) => data.streamID.toString())
    for (const model of models) assert.ok(indexed.includes(model), model)
  })

  test('sorting, filters and counts', async () => {
    const data = await run('{ postIndex(first: 2, sorting: { rank: DESC }) { edges { node { title } } pageInfo { hasNextPage } } postCount(filters: { where: { rank: { greaterThan: 9 } } }) }')
    assert.deepEqual(data.postIndex.edges.map((edge) => edge.node.title), ['three', 'one'])
    assert.equal(data.postIndex.pageInfo.hasNextPage, true)
    assert.equal(data.postCount, 2)
  })

  test('pages of the viewer to the end, both ways', async () => {
    const walk = async (size, from, end, more, add) => {
      const found = []
      for (let cursor = null, next = true; next; ) {
        const { viewer } = await run(`query($c: String) { viewer { postList(${size}: 1, ${from}: $c) { edges { node { title } } pageInfo { ${end} ${more} } } postListCount } }`, { c: cursor })
        assert.equal(viewer.postListCount, 3)
        found[add](...viewer.postList.edges.map((edge) => edge.node.title))
        cursor = viewer.postList.pageInfo[end]
        next = viewer.postList.pageInfo[more]
      }
      return found
    }
    assert.deepEqual(await walk('first', 'after', 'endCursor', 'hasNextPage', 'push'), ['one', 'two', 'three'])
    assert.deepEqual(await walk('last', 'before', 'startCursor', 'hasPreviousPage', 'unshift'), ['one', 'two', 'three'])
  })

  test('a single document is set and read', async () => {
    await run('mutation { setAuthor(input: { content: { name: "ann" } }) { document { id } } }')
    assert.equal((await run('{ viewer { author { name } } }')).viewer.author.name, 'ann')
  })
})
