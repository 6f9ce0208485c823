import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { Model } from '@ceramicnetwork/stream-model'
import { ModelInstanceDocument } from '@ceramicnetwork/stream-model-instance'
import { client, oursOnly, request } from '../support/node.mjs'
import { administrator, ed25519 } from '../support/accounts.mjs'
import { QUIET } from '../support/events.mjs'
import { note, note2 } from '../support/models.mjs'

const MODEL_DATA = '/api/v0/admin/modelData'
// Models are named by their content: of another run's there may be documents already.
const run = crypto.randomUUID()
const named = (name) => `${name}-${run}`
const texts = (page) => page.edges.map((edge) => edge.node.content.text)

/** A request signed for an admin route, as js-ceramic's own tests make one. */
async function signed(did, requestPath, requestBody, method = 'POST') {
  const { code } = (await request('GET', '/api/v0/admin/getCode')).json
  const jws = await did.createJWS({ code, requestPath, requestBody })
  const compact = `${jws.signatures[0].protected}.${jws.payload}.${jws.signatures[0].signature}`
  return request(method, requestPath, { jws: compact })
}

describe('collections', () => {
  let ceramic, admin, other, model, docs, ask
  before(async () => {
    admin = await administrator()
    other = await ed25519()
    ceramic = client(admin)
    model = await Model.create(ceramic, note({ name: named('Collected') }))
    await ceramic.admin.startIndexingModelData([{ streamID: model.id, indices: [{ fields: [{ path: ['n'] }] }] }])
    docs = []
    const contents = [{ text: 'a', n: 10, kind: 'a' }, { text: 'b', n: 9, kind: 'b' }, { text: 'c', n: 9 }, { text: "it's \"d\"", n: 100, kind: 'a' }, { text: 'e', kind: 'b' }]
    for (const content of contents) {
      ceramic.did = content.text === 'e' ? other : admin
      docs.push(await ModelInstanceDocument.create(ceramic, content, { model: model.id }, QUIET))
    }
    ceramic.did = admin
    ask = (query) => ceramic.index.query({ models: [model.id.toString()], ...query })
  })

  test('a query answers the states of the documents, oldest first', async () => {
    const page = await ask({ first: 100 })
    assert.deepEqual(page.edges.map((edge) => edge.node.log[0].cid.toString()), docs.map((doc) => doc.id.cid.toString()))
    assert.deepEqual(page.edges[0].node.content, docs[0].content)
    assert.equal(page.pageInfo.hasNextPage, false)
    assert.equal(page.pageInfo.startCursor, page.edges[0].cursor)
    assert.equal(page.pageInfo.endCursor, page.edges.at(-1).cursor)
    assert.deepEqual(texts(await ceramic.index.query({ model: model.id, last: 2 })), ["it's \"d\"", 'e'])
  })

  test('a query sees every write that was acknowledged before it', async () => {
    const busy = await Model.create(ceramic, note({ name: named('Busy') }))
    await ceramic.admin.startIndexingModelData([{ streamID: busy.id }])
    for (let n = 1; n <= 10; n++) {
      const doc = await ModelInstanceDocument.create(ceramic, { text: 'new', n }, { model: busy.id }, QUIET)
      const where = (text) => ({ models: [busy.id.toString()], queryFilters: { where: { n: { equalTo: n }, text: { equalTo: text } } } })
      assert.equal(await ceramic.index.count(where('new')), 1)
      await doc.replace({ text: 'changed', n }, undefined, QUIET)
      assert.equal(await ceramic.index.count(where('changed')), 1)
      assert.equal(await ceramic.index.count(where('new')), 0)
    }
  })

  const filters = {
    'equal number': [{ where: { n: { equalTo: 9 } } }, ['b', 'c']],
    'not equal leaves out what is missing': [{ where: { n: { notEqualTo: 9 } } }, ['a', "it's \"d\""]],
    'range of numbers': [{ where: { n: { greaterThanOrEqualTo: 10, lessThan: 100 } } }, ['a']],
    'list': [{ where: { text: { in: ['a', "it's \"d\""] } } }, ['a', "it's \"d\""], 'quotes are spliced'],
    'not in a list': [{ where: { n: { notIn: [9, 10] } } }, ["it's \"d\""], 'notIn is in'],
    'missing': [{ where: { kind: { isNull: true } } }, ['c']],
    'there': [{ where: { n: { isNull: false } } }, ['a', 'b', 'c', "it's \"d\""]],
    'or, not, nested': [{ or: [{ where: { text: { equalTo: 'e' } } }, { not: { or: [{ where: { n: { lessThan: 100 } } }, { where: {} }] } }] }, ['e'], 'an empty where fails'],
    'and of two': [{ and: [{ where: { kind: { equalTo: 'a' } } }, { where: { n: { greaterThan: 10 } } }] }, ["it's \"d\""]],
    'a name with quotes': [{ where: { "te'xt\"": { isNull: true } } }, ['a', 'b', 'c', "it's \"d\"", 'e'], 'quotes are spliced'],
  }
  for (const [name, [queryFilters, expected, differs]] of Object.entries(filters)) {
    test(`filter: ${name}`, differs ? oursOnly(differs) : {}, async () => {
      assert.deepEqual(texts(await ask({ queryFilters, first: 100 })), expected)
      assert.equal(await ceramic.index.count({ models: [model.id.toString()], queryFilters }), expected.length)
    })
  }

  test('account and the older filter', async () => {
    assert.deepEqual(texts(await ask({ account: other.id, first: 100 })), ['e'])
    assert.deepEqual(texts(await ask({ filter: { kind: 'a' }, first: 100 })), ['a', "it's \"d\""])
  })

  test('pages in both directions come to the end, sorted and not, with ties', async () => {
    const orders = [[undefined, ['a', 'b', 'c', "it's \"d\"", 'e']], [{ n: 'ASC' }, ['e', 'b', 'c', 'a', "it's \"d\""]], [{ n: 'DESC', text: 'DESC' }, ["it's \"d\"", 'a', 'c', 'b', 'e']]]
    for (const [sorting, expected] of orders) {
      for (const size of [1, 2]) {
        const forward = []
        for (let after, more = true; more; ) {
          const page = await ask({ sorting, first: size, after })
          forward.push(...texts(page))
          after = page.pageInfo.endCursor
          more = page.pageInfo.hasNextPage
        }
        assert.deepEqual(forward, expected)
        const backward = []
        for (let before, more = true; more; ) {
          const page = await ask({ sorting, last: size, before })
          backward.unshift(...texts(page))
          before = page.pageInfo.startCursor
          more = page.pageInfo.hasPreviousPage
        }
        assert.deepEqual(backward, expected)
      }
    }
  })

  test('shouldIndex takes a document out and puts it in again', async () => {
    const hidden = await Model.create(ceramic, note({ name: named('Hidden') }))
    await ceramic.admin.startIndexingModelData([{ streamID: hidden.id }])
    const doc = await ModelInstanceDocument.create(ceramic, { text: 'x' }, { model: hidden.id }, QUIET)
    const count = () => ceramic.index.count({ models: [hidden.id.toString()] })
    assert.equal(await count(), 1)
    await doc.shouldIndex(false, QUIET)
    assert.equal(await count(), 0)
    await doc.shouldIndex(true, QUIET)
    assert.equal(await count(), 1)
  })

  test('a deterministic document is found once it has content', async () => {
    const single = await Model.create(ceramic, note({ name: named('One'), accountRelation: { type: 'single' } }))
    await ceramic.admin.startIndexingModelData([{ streamID: single.id }])
    const doc = await ModelInstanceDocument.single(ceramic, { model: single.id, controller: admin.id })
    const count = () => ceramic.index.count({ models: [single.id.toString()] })
    assert.equal(await count(), 0)
    await doc.replace({ text: 'there' }, undefined, QUIET)
    assert.equal(await count(), 1)
  })

  test('a model indexed later has all its documents', oursOnly('it does not fill in'), async () => {
    const late = await Model.create(ceramic, note({ name: named('Late') }))
    for (const text of ['1', '2', '3']) await ModelInstanceDocument.create(ceramic, { text }, { model: late.id }, QUIET)
    await ceramic.admin.startIndexingModelData([{ streamID: late.id }])
    assert.deepEqual(texts(await ceramic.index.query({ models: [late.id.toString()], first: 10 })), ['1', '2', '3'])
  })

  test('an interface stands for the models that implement it', async () => {
    const shape = await Model.create(ceramic, note2({ name: named('Shape'), interface: true, accountRelation: { type: 'none' } }))
    const one = await Model.create(ceramic, note2({ name: named('OneShape'), implements: [shape.id.toString()] }))
    await assert.rejects(() => ceramic.admin.startIndexingModelData([{ streamID: shape.id }]), /is an interface and cannot be indexed/)
    await ceramic.admin.startIndexingModelData([{ streamID: one.id }])
    await ModelInstanceDocument.create(ceramic, { text: 'implemented' }, { model: one.id }, QUIET)
    assert.deepEqual(texts(await ceramic.index.query({ models: [shape.id.toString()], first: 10 })), ['implemented'])
  })

  test('models are listed, stopped, and taken up again', oursOnly('it cannot index again'), async () => {
    const listed = async () => (await ceramic.admin.getIndexedModelData()).map((data) => data.streamID.toString())
    assert.ok((await listed()).includes(model.id.toString()))
    const gone = await Model.create(ceramic, note({ name: named('Gone') }))
    await ceramic.admin.startIndexingModels([gone.id])
    await ceramic.admin.stopIndexingModels([gone.id])
    assert.ok(!(await listed()).includes(gone.id.toString()))
    await assert.rejects(() => ceramic.index.count({ models: [gone.id.toString()] }), /is not indexed on this node/)
    await ceramic.admin.startIndexingModels([gone.id])
    assert.equal(await ceramic.index.count({ models: [gone.id.toString()] }), 0)
    const status = await ceramic.admin.nodeStatus()
    assert.ok(status.composeDB.indexedModels.includes(model.id.toString()))
  })

  test('what cannot be answered says why, in the words clients know', async () => {
    const refusals = [
      [{ models: [docs[0].id.toString()], first: 1 }, /is not indexed on this node/],
      [{ first: 1 }, /Missing "models" values to execute query/],
      [{ models: [model.id.toString()] }, /either "first" or "last" should be positive integers/],
      [{ models: [model.id.toString()], first: 1001 }, /Requested too many entries: 1001. Maximum is 1000/],
      [{ models: [model.id.toString()], first: 1, queryFilters: { where: {}, not: {} } }, /Only one of where, and, or, and not/],
      [{ models: [model.id.toString()], first: 1, queryFilters: { where: { n: { like: 1 } } } }, /Invalid op like/],
      [{ models: [model.id.toString()], first: 1, queryFilters: { where: { n: { in: [] } } } }, /In query specified without array values/],
      [{ models: [model.id.toString()], first: 1, queryFilters: { where: { n: { lessThan: 1, equalTo: 1 } } } }, /Can only combine value filters/],
      [{ models: [model.id.toString()], first: 1, after: 'nonsense' }, /cursor cannot be used/],
      [{ models: [model.id.toString()], first: 1, after: (await ask({ first: 1, sorting: { n: 'ASC' } })).edges[0].cursor }, /another sorting/],
    ]
    for (const [body, text] of refusals) {
      const answer = await request('POST', '/api/v0/collection', body)
      assert.match(answer.json.error, text)
      assert.equal(Math.floor(answer.status / 100), 4, answer.text)
    }
    let deep = { where: {} }
    for (let i = 0; i < 300; i++) deep = { not: deep }
    const answer = await request('POST', '/api/v0/collection', { models: [model.id.toString()], first: 1, queryFilters: deep })
    assert.equal(answer.status, 400)
  })

  test('a cursor that was cut, bent or forged is refused, or is a place', oursOnly('it answers 500'), async () => {
    const sorting = { n: 'ASC' }
    const all = texts(await ask({ first: 100, sorting }))
    const { cursor } = (await ask({ first: 1, sorting })).edges[0]
    const json = Buffer.from(cursor, 'base64url').toString()
    const forge = (from, to) => Buffer.from(json.replace(from, to)).toString('base64url')
    const cursors = [
      ...Array.from({ length: 12 }, (_, i) => cursor.slice(0, i * 17 + 1)),
      ...Array.from({ length: 24 }, (_, i) => i * 9).map((at) => cursor.slice(0, at) + (cursor[at] === 'x' ? 'y' : 'x') + cursor.slice(at + 1)),
      ...['9223372036854775807', '9223372036854775808', '-1', '1.5', '1e400', '"1"', 'null'].map((n) => forge(/"created":\d+/, `"created":${n}`)),
      ...['[]', '[1,2]', '[{"a":1}]', '[[1]]', '[null]', '["\\u0000"]', '["\\ud800"]', `["${'x'.repeat(100_000)}"]`, `[${'9'.repeat(400)}]`, '["\') OR 1=1 --"]'].map((value) => forge(/"value":\[[^\]]*\]/, `"value":${value}`)),
      Buffer.from('['.repeat(50_000)).toString('base64url'),
    ]
    for (const [i, forged] of cursors.entries()) {
      for (const page of [{ first: 3, after: forged }, { last: 3, before: forged }]) {
        const answer = await request('POST', '/api/v0/collection', { models: [model.id.toString()], sorting, ...page })
        if (answer.status !== 400) {
          assert.equal(answer.status, 200, `cursor ${i}: ${answer.text}`)
          const found = answer.json.edges.map((edge) => edge.node.content.text)
          assert.deepEqual(found, all.filter((text) => found.includes(text)), `cursor ${i}`)
        }
      }
    }
  })

  test('names of any kind name a member, and nothing else', oursOnly('quotes are spliced'), async () => {
    const names = ['"', "'", '\\', '`', ']', '$', '$.n', 'n"', 'a.b', '"n"', '[0]', '', '\u0000', 'n\u0000', '\ud800', '?', '??', ':n', '--', '/*', '__proto__', 'x'.repeat(10_000), "') OR 1=1 --", '") OR ("1"="1']
    for (const name of names) {
      const with1 = JSON.parse(`{${JSON.stringify(name)}:{"equalTo":1}}`)
      assert.deepEqual(texts(await ask({ first: 10, queryFilters: { where: with1 } })), [], name)
      const sorting = JSON.parse(`{${JSON.stringify(name)}:"DESC"}`)
      const first = await ask({ first: 3, sorting })
      const second = await ask({ first: 3, sorting, after: first.pageInfo.endCursor })
      assert.equal(new Set([...texts(first), ...texts(second)]).size, docs.length, name)
    }
  })

  test('a list of a hundred thousand', async () => {
    const list = Array.from({ length: 100_000 }, (_, i) => i + 10)
    for (const [queryFilters, expected] of [[{ where: { n: { in: list } } }, ['a', "it's \"d\""]], [{ not: { where: { n: { in: list } } } }, ['b', 'c']]]) {
      assert.deepEqual(texts(await ask({ first: 10, queryFilters })), expected)
    }
  })

  test('the administrator alone says what is indexed', async () => {
    const body = { modelData: [{ streamID: model.id.toString() }] }
    const stranger = await signed(other, MODEL_DATA, body)
    assert.equal(stranger.status, 401)
    assert.match(stranger.json.error, /does not have admin access permission/)
    const empty = await signed(admin, MODEL_DATA, { modelData: [] })
    assert.equal(empty.status, 400)
    assert.match(empty.json.error, /Expected modelData to be present/)
    const document = await signed(admin, MODEL_DATA, { modelData: [{ streamID: docs[0].id.toString() }] })
    assert.match(document.json.error, /it is not a Model StreamID/)
  })
})
