// ComposeDB as its users have it: both versions of its packages, as published, on everything a schema can say.
import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import * as devtools7 from '@composedb/devtools'
import * as client7 from '@composedb/client'
import * as devtools8 from 'composedb-devtools-0.8'
import * as client8 from 'composedb-client-0.8'
import { AnchorStatus } from '@ceramicnetwork/common'
import { client, eventually } from '../support/node.mjs'
import { administrator, ed25519 } from '../support/accounts.mjs'

const versions = { '0.7': { ...devtools7, ...client7 }, '0.8': { ...devtools8, ...client8 } }

/** Models are named by their content: of another run's there may be documents already. */
const schema = (about) => `
  interface Titled @createModel(description: "titled ${about}") {
    title: String! @string(maxLength: 100) @immutable
  }
  type Place { city: String! @string(maxLength: 50) zip: Int @int(min: 1, max: 99999) }
  enum Mood { GLAD SAD }
  type Author @createModel(accountRelation: SINGLE, description: "author ${about}") {
    name: String! @string(maxLength: 50)
    home: Place
  }
  type Post implements Titled @createModel(accountRelation: LIST, description: "post ${about}")
      @createIndex(fields: [{ path: ["rank"] }]) @createIndex(fields: [{ path: ["title"] }, { path: ["rank"] }]) {
    author: DID! @documentAccount
    version: CommitID! @documentVersion
    title: String! @string(maxLength: 100) @immutable
    rank: Int
    mood: Mood
    tags: [String!] @list(maxLength: 3) @string(maxLength: 10)
    comments: [Comment]! @relationFrom(model: "Comment", property: "postID")
    commentCount: Int! @relationCountFrom(model: "Comment", property: "postID")
  }
  type Page implements Titled @createModel(accountRelation: LIST, description: "page ${about}") {
    title: String! @string(maxLength: 100) @immutable
  }
  type Comment @createModel(accountRelation: LIST, description: "comment ${about}") {
    postID: StreamID! @documentReference(model: "Post")
    post: Post @relationDocument(property: "postID")
    to: DID @accountReference
    text: String! @string(maxLength: 100)
  }
  type Like @createModel(accountRelation: SET, accountRelationFields: ["postID"], description: "like ${about}") {
    postID: StreamID! @documentReference(model: "Post")
    post: Post @relationDocument(property: "postID")
    strength: Int
  }`

for (const [version, { Composite, ComposeClient }] of Object.entries(versions)) {
  describe(`ComposeDB ${version}`, { concurrency: 1 }, () => {
    let compose, ceramic, composite, admin, other, post
    const run = async (query, variables) => {
      const { data, errors } = await compose.executeQuery(query, variables)
      assert.equal(errors, undefined, errors?.map((error) => error.message).join('; '))
      return JSON.parse(JSON.stringify(data)) // its objects have no prototype
    }
    const made = async (kind, verb, content) => (await run(`mutation($i: ${verb[0].toUpperCase()}${verb.slice(1)}${kind}Input!) { made: ${verb}${kind}(input: $i) { document { id } } }`, { i: { content } })).made.document.id
    /** An anchor that comes between the load and the write of a change makes the change stale. */
    const anchored = (id) => eventually(async () => (await ceramic.loadStream(id)).state.anchorStatus === AnchorStatus.ANCHORED, `${id} is anchored`)
    const by = async (did, action) => {
      compose.setDID(did)
      try {
        return await action()
      } finally {
        compose.setDID(admin)
      }
    }

    before(async () => {
      admin = await administrator()
      other = await ed25519()
      ceramic = client(admin)
      composite = await Composite.create({ ceramic, index: true, schema: schema(crypto.randomUUID()) })
      compose = new ComposeClient({ ceramic, definition: composite.toRuntime() })
      compose.setDID(admin)
      post = {}
      for (const [title, rank, mood] of [['one', 10, 'GLAD'], ['two', 9, 'SAD'], ['three', 100, 'GLAD']]) {
        post[title] = await made('Post', 'create', { title, rank, mood, tags: [title] })
      }
      for (const text of ['first', 'second']) await made('Comment', 'create', { postID: post.one, text, to: other.id })
      await by(other, () => made('Comment', 'create', { postID: post.two, text: 'third' }))
    })

    test('a composite indexes its models, with their indices, and no interface', async () => {
      const indexed = new Map((await ceramic.admin.getIndexedModelData()).map((data) => [data.streamID.toString(), data.indices]))
      const { models } = composite.toRuntime()
      for (const name of ['Author', 'Post', 'Page', 'Comment', 'Like']) assert.ok(indexed.has(models[name].id), name)
      assert.ok(!indexed.has(models.Titled.id))
      const paths = indexed.get(models.Post.id).map(({ fields }) => fields.map(({ path }) => path.join('.')).join())
      assert.deepEqual(paths.sort(), ['rank', 'title,rank'])
    })

    test('it is encoded, decoded, and loaded from its models', async () => {
      const decoded = await Composite.fromJSON({ ceramic, definition: composite.toJSON(), index: true })
      assert.equal(decoded.hash, composite.hash)
      const loaded = await Composite.fromModels({ ceramic, models: [composite.toRuntime().models.Post.id], index: true })
      assert.ok(loaded.modelIDs.includes(composite.toRuntime().models.Post.id))
      await loaded.startIndexingOn(ceramic)
    })

    test('nested types, enums, lists and views', async () => {
      const id = await made('Author', 'set', { name: 'ann', home: { city: 'Rome', zip: 100 } })
      assert.deepEqual((await run('{ viewer { author { id name home { city zip } } } }')).viewer.author, { id, name: 'ann', home: { city: 'Rome', zip: 100 } })
      const { node } = await run('query($id: ID!) { node(id: $id) { ... on Post { title mood tags version author { id isViewer } } } }', { id: post.one })
      assert.deepEqual({ ...node, version: undefined }, { title: 'one', mood: 'GLAD', tags: ['one'], version: undefined, author: { id: admin.id, isViewer: true } })
      assert.match(node.version, /^k/)
    })

    test('sorting, filters and counts', async () => {
      const data = await run('{ postIndex(first: 2, sorting: { rank: DESC }) { edges { node { title } } pageInfo { hasNextPage } } postCount(filters: { where: { rank: { greaterThan: 9 } } }) some: postIndex(first: 9, filters: { and: [{ where: { rank: { in: [10, 100] } } }, { not: { where: { title: { equalTo: "one" } } } }] }) { edges { node { title } } } }')
      assert.deepEqual(data.postIndex.edges.map((edge) => edge.node.title), ['three', 'one'])
      assert.equal(data.postIndex.pageInfo.hasNextPage, true)
      assert.equal(data.postCount, 2)
      assert.deepEqual(data.some.edges.map((edge) => edge.node.title), ['three'])
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

    test('relations both ways, counted, of one account', async () => {
      const { postIndex } = await run('{ postIndex(first: 9) { edges { node { title commentCount comments(last: 9) { edges { node { text post { title } } } } mine: commentCount(account: "' + other.id + '") } } } }')
      const [one, two, three] = postIndex.edges.map((edge) => edge.node)
      assert.deepEqual(one.comments.edges.map((edge) => edge.node), [{ text: 'first', post: { title: 'one' } }, { text: 'second', post: { title: 'one' } }])
      assert.deepEqual([one, two, three].map(({ commentCount, mine }) => [commentCount, mine]), [[2, 0], [1, 1], [0, 0]])
      const { node } = await run('query($id: ID!) { node(id: $id) { ... on CeramicAccount { commentToList: commentList(first: 9) { edges { node { text } } } } } }', { id: other.id })
      assert.deepEqual(node.commentToList.edges.map((edge) => edge.node.text), ['third'])
    })

    test('a set has one document for its fields', async () => {
      const first = await made('Like', 'set', { postID: post.one, strength: 1 })
      await anchored(first)
      assert.equal(await made('Like', 'set', { postID: post.one, strength: 2 }), first)
      await made('Like', 'set', { postID: post.two, strength: 3 })
      const data = await run('query($id: CeramicStreamID!) { viewer { like(with: { postID: $id }) { id strength post { title } } likeList(first: 9) { edges { node { strength } } } } likeCount }', { id: post.one })
      assert.deepEqual(data.viewer.like, { id: first, strength: 2, post: { title: 'one' } })
      assert.deepEqual(data.viewer.likeList.edges.map((edge) => edge.node.strength), [2, 3])
      assert.equal(data.likeCount, 2)
    })

    test('an interface finds the documents of all that implement it', async () => {
      await made('Page', 'create', { title: 'imprint' })
      const data = await run('{ titledIndex(first: 9) { edges { node { title ... on Post { rank } } } } titledCount two: titledIndex(first: 9, filters: { where: { title: { in: ["two", "imprint"] } } }) { edges { node { title } } } }')
      assert.deepEqual(data.titledIndex.edges.map((edge) => edge.node), [{ title: 'one', rank: 10 }, { title: 'two', rank: 9 }, { title: 'three', rank: 100 }, { title: 'imprint' }])
      assert.equal(data.titledCount, 4)
      assert.deepEqual(data.two.edges.map((edge) => edge.node.title), ['two', 'imprint'])
    })

    test('changes keep what is immutable, and hidden documents are not found', async () => {
      const id = await made('Post', 'create', { title: 'four', rank: 4 })
      await anchored(id)
      await run('mutation($i: UpdatePostInput!) { updatePost(input: $i) { document { rank } } }', { i: { id, content: { rank: 5 } } })
      assert.equal((await run('{ postCount(filters: { where: { rank: { equalTo: 5 } } }) }')).postCount, 1)
      const { errors } = await compose.executeQuery('mutation($i: UpdatePostInput!) { updatePost(input: $i) { document { title } } }', { i: { id, content: { title: 'other' } } })
      assert.match(errors[0].message, /title/)
      await anchored(id)
      await run('mutation($i: EnableIndexingPostInput!) { enableIndexingPost(input: $i) { document { id } } }', { i: { id, shouldIndex: false } })
      assert.equal((await run('{ postCount }')).postCount, 3)
      await anchored(id)
      await run('mutation($i: EnableIndexingPostInput!) { enableIndexingPost(input: $i) { document { id } } }', { i: { id, shouldIndex: true } })
      assert.equal((await run('{ postCount }')).postCount, 4)
    })
  })
}
