// A plugin as its author hands it out, installed, used, and uninstalled through the console.
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'

const url = process.env.KILN_URL
const shots = process.env.KILN_SCREENSHOTS
const PATIENCE_MS = 60_000
const NAME = 'org.kiln.sample.rss'
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

const built = path.resolve('../../sample-plugins/rss/target')
const jar = path.join(built, fs.readdirSync(built).find((name) => /^kiln-sample-rss-[0-9][^-]*(-SNAPSHOT)?\.jar$/.test(name)))

describe('a plugin of somebody else', { concurrency: 1 }, () => {
  const complaints = []
  let profile, browser, page

  before(async () => {
    profile = fs.mkdtempSync(path.join(os.tmpdir(), 'kiln-chromium-'))
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: process.env.KILN_CHROMIUM, headless: true, args: FLAGS, viewport: { width: 1360, height: 860 }, timeout: 120_000,
    })
    page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    page.on('console', (message) => message.type() === 'error' && complaints.push(`${message.text()} ${message.location()?.url ?? ''}`))
    page.on('pageerror', (error) => complaints.push(error.stack ?? String(error)))
    await page.goto(`${url}/console/plugins`)
    await page.locator('#name').fill('olga')
    await page.locator('#password').fill(process.env.KILN_OPERATOR)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.locator('h1', { hasText: 'Plugins' }).waitFor()
    complaints.length = 0 // who is not logged in yet was told so
  })

  after(async () => {
    await browser?.close()
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  })

  const card = () => page.locator(`article[id="${NAME}"]`)

  test('is examined, installed, and serves', async () => {
    assert.equal((await fetch(`${url}/feeds/${process.env.KILN_STREAM}`)).status, 404, 'nobody serves it yet')
    await page.locator('.drop input[type=file]').setInputFiles(jar)
    const dialog = page.getByRole('dialog')
    await dialog.getByText('SHA-256').waitFor()
    if (shots) await page.screenshot({ path: path.join(shots, 'plugins-install.png') })
    await dialog.getByRole('button', { name: 'Install', exact: true }).click()
    await card().getByText('running', { exact: true }).waitFor()
    await card().locator('.serve', { hasText: '/feeds/' }).waitFor()
    const feed = await fetch(`${url}/feeds/${process.env.KILN_STREAM}`)
    assert.equal(feed.status, 200)
    assert.match(await feed.text(), /<rss/)
    const history = page.locator('.card', { hasText: 'History' })
    await history.locator('tbody tr', { hasText: 'install' }).filter({ hasText: NAME }).first().waitFor()
  })

  test('is uninstalled, and gone', async () => {
    await card().getByRole('button', { name: 'Uninstall' }).click()
    await page.getByRole('button', { name: 'Uninstall it' }).click()
    await card().waitFor({ state: 'detached' })
    // The node remembers for a while that somebody served this, and says that it is missing.
    assert.ok([404, 503].includes((await fetch(`${url}/feeds/${process.env.KILN_STREAM}`)).status))
    assert.deepEqual(complaints, [])
  })
})
