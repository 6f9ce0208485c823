// The node under test and the ways the tests talk to it.
import net from 'node:net'
import { CeramicClient } from '@ceramicnetwork/http-client'

/** Base URL of the node under test. */
export const url = (process.env.KILN_URL ?? 'http://127.0.0.1:7007').replace(/\/$/, '')

/** True when the suite runs against js-ceramic, to prove that the tests ask what the original does. */
export const isPeer = process.env.KILN_PEER === 'js-ceramic'

/** A skip reason for tests of what we knowingly do otherwise than js-ceramic. */
export const oursOnly = (reason) => ({ skip: isPeer ? `js-ceramic differs: ${reason}` : false })

/** A client as applications make it. */
export function client(did) {
  const ceramic = new CeramicClient(url, { syncInterval: 300 })
  if (did) ceramic.did = did
  return ceramic
}

/** One request by plain fetch; answers status, reason phrase, headers, text and JSON if it is. */
export async function request(method, path, body, headers = {}) {
  const json = body !== undefined && typeof body !== 'string'
  const response = await fetch(url + path, {
    method,
    headers: { ...(body !== undefined ? { 'content-type': 'application/json' } : {}), ...headers },
    body: body === undefined ? undefined : json ? JSON.stringify(body) : body,
    // An answer that never ends, such as a feed that should have been refused, fails by name.
    signal: AbortSignal.timeout(120_000),
  })
  const text = await response.text()
  let parsed
  try {
    parsed = JSON.parse(text)
  } catch {
    // not JSON: callers look at the text
  }
  return { status: response.status, reason: response.statusText, headers: response.headers, text, json: parsed }
}

/** Sends bytes over a socket and answers everything that comes back, as text. */
export function rawExchange(bytes, { timeoutMs = 10_000 } = {}) {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const chunks = []
    const socket = net.connect({ host: hostname, port: Number(port) }, () => socket.write(bytes))
    const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), timeoutMs)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', (error) => {
      clearTimeout(timer)
      // a server may close an oversized request's connection after its answer
      if (chunks.length) resolve(Buffer.concat(chunks).toString('latin1'))
      else reject(error)
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('latin1'))
    })
  })
}

/** The status line of a request, as it stands on the wire. */
export async function statusLine(method, path, { body, headers = {} } = {}) {
  const { host } = new URL(url)
  const lines = Object.entries(headers).map(([k, v]) => `${k}: ${v}\r\n`).join('')
  const length = body === undefined ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
  const answer = await rawExchange(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${lines}${length}\r\n${body ?? ''}`)
  return answer.slice(0, answer.indexOf('\r\n'))
}

/** Waits until `probe` answers something truthy. */
export async function eventually(probe, what, timeoutMs = 15_000) {
  const end = Date.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value) return value
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
