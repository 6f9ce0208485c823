// The sample application, clicked through on two nodes, one of which is killed in between.
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'

const app = path.resolve('../../sample-apps/notes')
const packages = path.resolve('../clients/node_modules')
const shots = process.env.KILN_SCREENSHOTS
// the first one is killed
const nodes = [process.env.KILN_OTHER_URL, process.env.KILN_URL]
const PATIENCE_MS = 60_000
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' }
// The clients' tests have both versions: the app is written for the newer one.
const alias = { '@composedb/client': 'composedb-client-0.8', '@composedb/devtools': 'composedb-devtools-0.8' }

describe('the sample application', { concurrency: 1 }, () => {
  const complaints = []
  let folder, server, browser, ann, bob

  /** A page of somebody, at one of the nodes. */
  const open = async (node) => {
    const page = await (await browser.newContext()).newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    page.on('pageerror', (error) => complaints.push(error.stack ?? String(error)))
    await page.goto(`http://127.0.0.1:${server.address().port}/index.html?node=${encodeURIComponent(node)}`)
    return page
  }
  const write = async (page, text) => {
    await page.getByLabel('Note', { exact: true }).fill(text)
    await page.getByRole('button', { name: 'Add' }).click()
  }
  const shows = (page, ...texts) => page.waitForFunction((wanted) => [...document.querySelectorAll('#notes .text')].map((one) => one.textContent).join() === wanted, texts.join())
  const control = async (what) => assert.equal((await fetch(process.env.KILN_CONTROL + what)).status, 200)

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kiln-notes-'))
    const bundled = (file, outfile, platform, more) => build({ entryPoints: [path.join(app, file)], outfile: path.join(folder, outfile), bundle: true, format: 'esm', platform, nodePaths: [packages], alias, logLevel: 'error', ...more })
    await Promise.all([
      bundled('app.js', 'bundle.js', 'browser', { define: { 'process.env': '{}' } }),
      bundled('deploy.mjs', 'deploy.mjs', 'node', { banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" } })])
    for (const file of ['index.html', 'app.css', 'schema.graphql']) fs.copyFileSync(path.join(app, file), path.join(folder, file))
    const { deploy } = await import(pathToFileURL(path.join(folder, 'deploy.mjs')))
    fs.writeFileSync(path.join(folder, 'definition.json'), JSON.stringify(await deploy(process.env.KILN_ADMIN_SEED, nodes)))
    server = http.createServer((request, response) => {
      const file = path.join(folder, path.basename(new URL(request.url, 'http://localhost').pathname))
      if (!fs.existsSync(file)) return response.writeHead(404).end()
      response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'text/plain' }).end(fs.readFileSync(file))
    })
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
    browser = await chromium.launch({ executablePath: process.env.KILN_CHROMIUM, args: FLAGS, timeout: 120_000 })
    ann = await open(nodes[0])
    bob = await open(nodes[1])
  })

  after(async () => {
    await browser?.close()
    server?.closeAllConnections()
    server?.close()
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  test('what one writes, the other sees at the other node', async () => {
    await write(ann, 'bake bread')
    await shows(ann, 'bake bread')
    await shows(bob, 'bake bread')
    await bob.getByLabel('Like bake bread').click()
    await bob.getByText('♥ 1').waitFor()
    await ann.getByText('♥ 1').waitFor()
    await write(bob, 'eat it')
    await shows(ann, 'eat it', 'bake bread')
    assert.equal(await ann.getByLabel('eat it is done').isDisabled(), true)
  })

  test('what is done is filtered out', async () => {
    await ann.getByLabel('bake bread is done').click()
    await bob.locator('.done', { hasText: 'bake bread' }).waitFor()
    await bob.getByLabel('only what is not done').click()
    await shows(bob, 'eat it')
    await bob.getByText('1 note', { exact: true }).waitFor()
    await bob.getByLabel('only what is not done').click()
    await shows(bob, 'eat it', 'bake bread')
    if (shots) await bob.screenshot({ path: path.join(shots, 'sample-notes.png') })
  })

  test('a node that is killed has everything when it is back, and what was written meanwhile', async () => {
    await write(ann, 'last words')
    await shows(ann, 'last words', 'eat it', 'bake bread')
    await control('/kill')
    await ann.getByRole('alert').getByText('it is tried again').waitFor()
    await write(bob, 'written meanwhile')
    await bob.locator('.text', { hasText: 'written meanwhile' }).waitFor()
    await control('/start')
    await ann.locator('.text', { hasText: 'written meanwhile' }).waitFor()
    assert.deepEqual((await ann.locator('.text').allTextContents()).sort(), ['bake bread', 'eat it', 'last words', 'written meanwhile'])
    await ann.getByRole('alert').waitFor({ state: 'hidden' })
    await bob.locator('.text', { hasText: 'last words' }).waitFor()
    assert.deepEqual(complaints, [])
  })
})
