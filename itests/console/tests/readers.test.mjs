// The readers of the feed, as the page of plugins shows them: one that works, and some that do not.
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'

const url = process.env.KILN_URL
const shots = process.env.KILN_SCREENSHOTS
const PATIENCE_MS = 60_000
const NAME = 'org.kiln.sample.authors'
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

const built = path.resolve('../../sample-plugins/authors/target')
const jar = path.join(built, fs.readdirSync(built).find((name) => /^kiln-sample-authors-[0-9][^-]*(-SNAPSHOT)?\.jar$/.test(name)))

describe('the readers of the feed', { concurrency: 1 }, () => {
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

  const row = (name) => page.locator('.readers tbody tr', { hasText: name })

  test('are those of the node itself while no plugin brings any', async () => {
    await row('index').getByText('waiting', { exact: true }).waitFor()
    await row('tables.streams').getByText('waiting', { exact: true }).waitFor()
    assert.equal(await page.locator('.readers tbody tr').count(), 3, 'the index, and the tables of SQL')
  })

  test('are shown with where they are', async () => {
    await page.locator('.drop input[type=file]').setInputFiles(jar)
    await page.getByRole('dialog').getByRole('button', { name: 'Install', exact: true }).click()
    await row('sample-authors').getByText('waiting', { exact: true }).waitFor()
    await row('sample-authors').getByText('nothing', { exact: true }).waitFor()
    await page.locator(`article[id="${NAME}"] .serve`, { hasText: 'feed reader' }).waitFor()
    const position = await row('sample-authors').locator('[data-label=Position]').textContent()
    assert.match(position, /^[1-9][0-9]*$/)
    await page.locator('.readers header').getByText(`the feed is at ${position}`).waitFor()
    if (shots) await page.screenshot({ path: path.join(shots, 'plugins-readers.png'), fullPage: true })
    const authors = await (await fetch(`${url}/authors/${encodeURIComponent(process.env.KILN_CONTROLLER)}`)).json()
    assert.ok(authors.streams.some((one) => one.stream === process.env.KILN_STREAM), 'the reader has read')
  })

  test('that do not work are shown with what is wrong', async () => {
    const reader = { plugin: 'com.example.index', feed: 'changes', since: Date.now() - 90_000, reason: null, position: '00c0ffee00c0ffee-1700', behind: 22, behindMs: 75_000, taken: 1700, failures: 0 }
    await page.route('**/admin/feed', (route) => route.fulfill({ json: {
      end: '00c0ffee00c0ffee-1722',
      readers: [
        { ...reader, name: 'failing-one', state: 'failing', reason: 'IOException: no room at Index.take(Index.java:17)' },
        { ...reader, name: 'hanging-one', state: 'hanging', feed: 'events', reason: 'take has not come back' },
        { ...reader, name: 'new-one', state: 'waiting', position: null, behind: null, behindMs: null },
      ],
      refused: [{ plugin: 'com.example.nameless', reason: 'Its service property kiln.feed.reader is missing' }],
    } }))
    await row('failing-one').getByText('no room').waitFor()
    await row('failing-one').getByText('22 entries, 1 min').waitFor()
    await row('failing-one').getByText('1 min ago').waitFor()
    await row('hanging-one').locator('.badge.bad', { hasText: 'hanging' }).waitFor()
    await row('new-one').getByText('not said yet').waitFor()
    await page.locator('.readers .notice.bad', { hasText: 'com.example.nameless' }).getByText('is missing').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(wide <= 0, `${wide} px wider than a phone's screen`)
    if (shots) await page.locator('.readers').screenshot({ path: path.join(shots, 'phone-readers.png') })
    await page.setViewportSize({ width: 1360, height: 860 })
    await page.unroute('**/admin/feed')
  })

  test('go with their plugin', async () => {
    const card = page.locator(`article[id="${NAME}"]`)
    await card.getByRole('button', { name: 'Uninstall' }).click()
    await page.getByRole('button', { name: 'Uninstall it' }).click()
    await card.waitFor({ state: 'detached' })
    await row('sample-authors').waitFor({ state: 'detached' })
    await row('index').waitFor()
    assert.deepEqual(complaints, [])
  })
})
