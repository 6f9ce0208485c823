#!/usr/bin/env bash
# @ceramicnetwork/http-client 6.4.0: index.query({ models: [StreamID] }) sends the StreamID's private fields, as JSON, instead of its text.
# So does index.count. { model: StreamID }, the older form, is written as text; only texts work in models. And account: null, which
# a node takes for "everybody's", is a TypeError in the client before anything is sent.
. "$(dirname "$0")/lib/seen.sh"
npm_packages @ceramicnetwork/http-client@6.4.0 @ceramicnetwork/streamid@5.6.0
node_says <<'JS'
import http from 'node:http'
import { CeramicClient } from '@ceramicnetwork/http-client'
import { StreamID } from '@ceramicnetwork/streamid'
const text = 'kjzl6hvfrbw6c7r0gilujkzc3e5t7x2n1pn0qgcmndjv0bmmw7dx1p4vsplk5tp'
const server = http.createServer((request, response) => {
  let body = ''
  request.on('data', (part) => (body += part))
  request.on('end', () => {
    console.log(' ', body)
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ edges: [], pageInfo: {}, count: 0 }))
  })
})
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
const ceramic = new CeramicClient(`http://127.0.0.1:${server.address().port}`)
const id = StreamID.fromString(text)
const attempt = async (name, call) => {
  console.log(name)
  await call().catch((e) => console.log(' ', e.name, e.message))
}
await attempt('model', () => ceramic.index.query({ model: id, first: 1 }))
await attempt('models', () => ceramic.index.query({ models: [id], first: 1 }))
await attempt('models, count', () => ceramic.index.count({ models: [id] }))
await attempt('account null', () => ceramic.index.query({ model: id, account: null, first: 1 }))
process.exit()
JS
seen <<'OUT'
model
  {"model":"kjzl6hvfrbw6c7r0gilujkzc3e5t7x2n1pn0qgcmndjv0bmmw7dx1p4vsplk5tp","first":1}
models
  {"models":[{"_type":2,"_cid":{"/":"bagcqceranxh44iql5pe3xshzh22qidhzpkvbqnzcjgvcrtc4p7orwn7kcn6q"}}],"first":1}
models, count
  {"models":[{"_type":2,"_cid":{"/":"bagcqceranxh44iql5pe3xshzh22qidhzpkvbqnzcjgvcrtc4p7orwn7kcn6q"}}]}
account null
  TypeError Cannot use 'in' operator to search for '_tag' in null
OUT
