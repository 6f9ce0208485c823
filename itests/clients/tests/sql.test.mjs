// SQL over events and their states by the native client of the second generation, unmodified.
import { describe, test, before } from 'node:test'
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { createFlightSqlClient } from '@ceramic-sdk/flight-sql-client'
import { CeramicClient as OneClient } from '@ceramic-sdk/http-client'
import { ModelClient } from '@ceramic-sdk/model-client'
import { ModelInstanceClient } from '@ceramic-sdk/model-instance-client'
import { tableFromIPC } from 'apache-arrow'
import { CID } from 'multiformats/cid'
import { base64 } from 'multiformats/bases/base64'
import { eventually, oursOnly } from '../support/node.mjs'
import { ed25519 } from '../support/accounts.mjs'
import { note2 } from '../support/models.mjs'

const url = process.env.KILN_ONE_URL ?? 'http://127.0.0.1:5101'
const [host, port] = (process.env.KILN_SQL ?? '127.0.0.1:5102').split(':')

const bytes = (cid) => base64.encode(cid.bytes)
const hex = (array) => Buffer.from(array).toString('hex')
const rows = (buffer) => tableFromIPC(buffer).toArray()
const json = (array) => JSON.parse(new TextDecoder().decode(array))

describe('SQL by Arrow Flight', oursOnly('it is the other generation'), () => {
  let sql, instances, model
  const query = async (text) => rows(await sql.query(text))
  // As ceramic-one's own suite waits for what it has written.
  const waitForEventState = async (cid) =>
    rows(await sql.preparedQuery('SELECT event_state_order FROM event_states_feed WHERE event_cid = $event_cid LIMIT 1', [['$event_cid', bytes(cid)]]))
  const write = (text) => instances.createInstance({ model, content: { text }, shouldIndex: true })

  before(async () => {
    const did = await ed25519()
    const one = new OneClient({ url })
    sql = await createFlightSqlClient({ headers: [], tls: false, host, port: Number(port) })
    instances = new ModelInstanceClient({ ceramic: one, did })
    model = await new ModelClient({ ceramic: one, did }).createDefinition(note2())
  })

  test('what was written is there at once, as ceramic-one shows it', async () => {
    const created = await write('there')
    const cid = created.baseID.cid
    const [event, ...none] = await query(`SELECT * FROM conclusion_events WHERE stream_cid = X'${hex(cid.bytes)}' AND event_type = 0`)
    assert.equal(none.length, 0)
    assert.deepEqual([event.stream_type, event.event_type, event.previous], [3, 0, null])
    assert.equal(hex(event.event_cid), hex(created.cid?.bytes ?? cid.bytes))
    assert.deepEqual(json(event.data), { metadata: { shouldIndex: true }, content: { text: 'there' } })
    const dimensions = Object.fromEntries([...event.dimensions].map(([key, value]) => [key, value]))
    assert.equal(hex(dimensions.model), hex(model.bytes))
    assert.equal(new TextDecoder().decode(dimensions.controller), event.controller)

    await instances.postData({ currentID: created, newContent: { text: 'changed' }, currentContent: { text: 'there' } })
    const states = await query(`SELECT event_height, data::varchar->'content'->>'text' AS text, array_length(validation_errors) AS errors
      FROM event_states WHERE stream_cid = X'${hex(cid.bytes)}' AND event_type = 0 ORDER BY event_state_order`)
    assert.deepEqual(states.map((state) => [state.text, Number(state.errors)]), [['there', 0], ['changed', 0]])
    const [{ id }] = await query(`SELECT stream_id_string(dimension_extract(dimensions, 'model')) AS id FROM event_states WHERE stream_cid = X'${hex(cid.bytes)}' LIMIT 1`)
    assert.equal(id, model.toString())
  })

  test('a stream has one row, as it is now', async () => {
    const created = await write('first')
    const now = () => query(`SELECT * FROM stream_states WHERE stream_id = '${created.baseID}'`)
    // Whatever is written is anchored, which moves the stream once more.
    const anchored = (height) => eventually(async () => (await now())[0].event_height === height, 'the time event')
    await anchored(1)
    await instances.updateDocument({ streamID: created.baseID.toString(), newContent: { text: 'second' }, shouldIndex: true })
    assert.equal(json((await now())[0].data).content.text, 'second')
    await anchored(3)
    const [state, ...none] = await now()
    assert.equal(none.length, 0)
    assert.deepEqual([state.stream_type, state.event_type], [3, 1])
    assert.deepEqual(json(state.data), { metadata: { shouldIndex: true }, content: { text: 'second' } })
    const [{ tips }] = await query(`SELECT tips FROM stream_tips WHERE stream_id = '${created.baseID}'`)
    assert.deepEqual([...tips].map(hex), [hex(state.event_cid)])
  })

  test('a model has a view, with the columns of its schema', async () => {
    const created = await write('in a column')
    const [{ name, view }] = await query(`SELECT name, view_name AS view FROM models WHERE stream_id = '${model}'`)
    const found = await query(`SELECT text, _stream_id FROM model."${view}" WHERE _stream_id = '${created.baseID}'`)
    assert.deepEqual(found.map((row) => [row.text, row._stream_id]), [['in a column', created.baseID.toString()]])
    const listed = rows(await sql.getTables({ catalog: 'ceramic', dbSchemaFilterPattern: 'model', includeSchema: false }))
    assert.ok(listed.some((row) => row.table_name === view && row.table_type === 'View'), `${name} is not among the tables`)
  })

  test('a state is waited for, whether it was there or comes', async () => {
    const before = await write('before')
    assert.equal((await waitForEventState(before.baseID.cid)).length, 1)
    const feed = await sql.preparedFeedQuery(
      "SELECT event_cid FROM event_states_feed WHERE array_extract(map_extract(dimensions,'model'),1) = $model AND event_type = 0 AND event_state_order > $after LIMIT 2",
      [['$model', base64.encode(model.bytes)], ['$after', String((await query('SELECT max(event_state_order) AS n FROM event_states'))[0].n)]],
    )
    const seen = []
    const reading = (async () => {
      for (let batch = await feed.next(); batch; batch = await feed.next()) seen.push(...rows(batch).map((row) => CID.decode(row.event_cid).toString()))
    })()
    const wanted = [(await write('first')).baseID.cid.toString(), (await write('second')).baseID.cid.toString()]
    // Its limit ends the feed: without, this would never come back.
    await Promise.race([reading, pause(60_000, undefined, { ref: false }).then(() => assert.fail(`only ${seen} came`))])
    assert.deepEqual(seen, wanted)
  })

  test('tables are listed with their columns, and nothing is written', async () => {
    const tables = rows(await sql.getTables({ catalog: 'ceramic', dbSchemaFilterPattern: 'v0', includeSchema: true })).map((row) => row.table_name)
    assert.deepEqual(tables, [
      'conclusion_events', 'conclusion_events_feed', 'event_states', 'event_states_feed',
      'links', 'models', 'stream_states', 'stream_states_feed', 'stream_tips', 'tiles',
    ])
    assert.deepEqual(rows(await sql.getCatalogs()).map((row) => row.catalog_name), ['ceramic'])
    for (const text of ['DROP TABLE event_states', "COPY (SELECT 1) TO 'x.csv'", "ATTACH 'x.db'", 'SET threads = 1', 'INSTALL httpfs']) {
      await assert.rejects(sql.query(text), /read-only/, text)
    }
    await assert.rejects(sql.query("SELECT * FROM read_text('/etc/hostname')"), /read_text/)
    await assert.rejects(sql.query('SELECT count(*) FROM event_states_feed'), /A feed has no end/)
    assert.ok(Number((await query('SELECT count(*) AS n FROM event_states'))[0].n) > 0)
  })
})
