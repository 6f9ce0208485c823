// Sends the requests of one vector file (KILN_VECTORS=tile) and compares with what js-ceramic did.
// A vector file wants a node that has not seen its streams.
import { describe, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { request, isPeer } from '../support/node.mjs'

const file = process.env.KILN_VECTORS
const directory = process.env.KILN_VECTOR_DIR ?? new URL('../../../plugins-api/testkit/src/main/resources/org/kiln/testkit/vectors', import.meta.url)
const read = (path) => JSON.parse(fs.readFileSync(path, 'utf8'))
const { entries } = read(`${directory instanceof URL ? directory.pathname : directory}/${file}.json`)
const knowing = isPeer ? {} : read(new URL('../knowing-differences.json', import.meta.url))

/** Whether the event of a step is in the stream's log afterwards; for a load, whether it was answered. */
const accepted = (step, answer) =>
  answer.status === 200 && (step.kind === 'load' || answer.json.state.log.some((entry) => entry.cid === step.eventCid))

describe(`vectors: ${file}`, () => {
  for (const { name, why, inputs, expected } of entries.filter((entry) => entry.inputs.steps)) {
    const difference = knowing[`${file}/${name}`]
    test(`${name}: ${why}${difference ? ' (knowingly otherwise)' : ''}`, async () => {
      const verdicts = []
      for (const [i, step] of inputs.steps.entries()) {
        const answer = await request(step.method, step.path, step.body)
        const at = `step ${i}${step.note ? ` (${step.note})` : ''}`
        const taken = accepted(step, answer)
        verdicts.push(taken)
        if (answer.status !== 200 && !isPeer) {
          assert.ok(answer.status >= 400 && answer.status < 500, `${at}: status ${answer.status} ${answer.text.slice(0, 200)}`)
          assert.equal(typeof answer.json?.error, 'string', `${at}: ${answer.text.slice(0, 200)}`)
        }
        if (difference) continue
        const wanted = expected.steps[i]
        assert.equal(taken, wanted.accepted, `${at}: answered ${answer.status} ${answer.text.slice(0, 300)}, js-ceramic ${wanted.status} ${wanted.jsCeramicError ?? ''}`)
        if (answer.status === 200 && wanted.status === 200) assert.deepEqual(answer.json.state, wanted.state, at)
      }
      if (difference) {
        assert.deepEqual(verdicts, difference.accepted, difference.reason)
        assert.notDeepEqual(verdicts, expected.steps.map((step) => step.accepted), 'listed as a difference but there is none')
        return
      }
      for (const [streamId, end] of Object.entries(expected.final)) {
        const loaded = await request('GET', `/api/v0/streams/${streamId}`)
        assert.equal(loaded.status, 200, loaded.text)
        assert.deepEqual(loaded.json.state, end.state)
        if (!end.commits) continue
        const log = await request('GET', `/api/v0/commits/${streamId}`)
        assert.deepEqual(log.json.commits, end.commits)
      }
    })
  }
})
