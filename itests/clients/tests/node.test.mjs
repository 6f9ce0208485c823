import { describe, test } from 'node:test'
import assert from 'node:assert/strict'
import { client, oursOnly, request, statusLine, url } from '../support/node.mjs'
import { unknownStream } from '../support/events.mjs'

describe('node routes', () => {
  test('the supported chains, through the client', async () => {
    assert.deepEqual(await client().getSupportedChains(), ['inmemory:12345'])
  })

  test('the healthcheck says that the node is alive', async () => {
    for (const path of ['/api/v0/node/healthcheck', '/api/v0/node/healthcheck?checkIpfs=false']) {
      const { status, text, headers } = await request('GET', path)
      assert.equal(status, 200)
      assert.equal(text, 'Alive!')
      assert.match(headers.get('content-type'), /^text\/html/)
    }
  })

  test('routes are found in any letter case and with a slash behind', async () => {
    for (const path of ['/api/v0/node/chains/', '/API/v0/Node/Chains']) assert.equal((await request('GET', path)).status, 200, path)
  })

  test('JSON answers say so', async () => {
    const { headers } = await request('GET', '/api/v0/node/chains')
    assert.match(headers.get('content-type'), /^application\/json/)
  })

  test('metrics are served', oursOnly('serves them on a port of their own'), async () => {
    const { status, text } = await request('GET', '/metrics')
    assert.equal(status, 200)
    assert.match(text, /^# (HELP|TYPE) /m)
  })
})

describe('status lines carry a reason phrase', () => {
  test('200 OK', async () => {
    assert.equal(await statusLine('GET', '/api/v0/node/chains'), 'HTTP/1.1 200 OK')
  })

  test('404 Not Found for an unknown route', async () => {
    assert.equal(await statusLine('GET', '/api/v0/no/such/route'), 'HTTP/1.1 404 Not Found')
  })

  test('401 Unauthorized for an admin route', async () => {
    assert.equal(await statusLine('GET', '/api/v0/admin/pins'), 'HTTP/1.1 401 Unauthorized')
  })

  test('400 Bad Request for the old pin routes', async () => {
    assert.equal(await statusLine('GET', '/api/v0/pins'), 'HTTP/1.1 400 Bad Request')
  })

  test('an error of a write has a phrase as well', async () => {
    const line = await statusLine('POST', '/api/v0/commits', { body: '{}', headers: { 'Content-Type': 'application/json' } })
    assert.match(line, /^HTTP\/1\.1 [45]\d\d \S.*$/)
  })

  test('404 Not Found for an unknown stream', oursOnly('answers 500'), async () => {
    assert.equal(await statusLine('GET', `/api/v0/streams/${unknownStream()}?sync=2`), 'HTTP/1.1 404 Not Found')
  })
})

describe('unknown routes', () => {
  for (const [method, path] of [['GET', '/api/v0/nothing'], ['POST', '/api/v0/node/chains'], ['GET', '/api/v0/collection'], ['GET', '/nothing/at/all']]) {
    test(`${method} ${path}`, async () => {
      const { status, text } = await request(method, path, method === 'POST' ? {} : undefined)
      assert.equal(status, 404)
      assert.match(text, new RegExp(`Cannot ${method} ${path}`))
    })
  }
})

describe('requests from web pages', () => {
  const origin = 'https://app.example'

  test('the origin is echoed with credentials allowed', async () => {
    const { headers } = await request('GET', '/api/v0/node/chains', undefined, { origin })
    assert.equal(headers.get('access-control-allow-origin'), origin)
    assert.equal(headers.get('access-control-allow-credentials'), 'true')
    assert.match(headers.get('vary'), /Origin/i)
  })

  test('a preflight request is answered with what is allowed', async () => {
    const response = await fetch(`${url}/api/v0/streams`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    })
    assert.equal(response.status, 204)
    assert.equal(response.headers.get('access-control-allow-origin'), origin)
    assert.equal(response.headers.get('access-control-allow-methods'), 'GET,HEAD,PUT,PATCH,POST,DELETE')
    assert.equal(response.headers.get('access-control-allow-headers'), 'content-type')
    assert.equal(response.headers.get('access-control-max-age'), '7200')
  })

  test('errors carry the headers too, or a page could not read them', async () => {
    const { headers } = await request('POST', '/api/v0/commits', {}, { origin })
    assert.equal(headers.get('access-control-allow-origin'), origin)
  })
})
