// SQL in the console: an example is clicked, a mistake is told, a feed is followed, a query is kept.
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'

const url = process.env.KILN_URL
const shots = process.env.KILN_SCREENSHOTS
const PATIENCE_MS = 60_000
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

describe('queries', { concurrency: 1 }, () => {
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
    await page.goto(`${url}/console/query`)
    await page.locator('#name').fill('victor')
    await page.locator('#password').fill(process.env.KILN_VIEWER)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByLabel('Statement').waitFor()
    complaints.length = 0 // who is not logged in yet was told so
  })

  after(async () => {
    await browser?.close()
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  })

  const ask = async (sql) => {
    await page.getByLabel('Statement').fill(sql)
    await page.getByRole('button', { name: 'Run' }).click()
  }
  const rows = (page) => page.locator('.rows tbody tr')
  const state = (text) => page.getByRole('status').filter({ hasText: text }).waitFor()

  test('an example answers with rows and bars', async () => {
    await page.getByRole('button', { name: 'Events by model' }).click()
    await state(/rows?, [0-9]+ ms/)
    await rows(page).filter({ hasText: process.env.KILN_MODEL }).waitFor()
    assert.equal(await page.locator('.bars meter').count(), await rows(page).count())
    if (shots) await page.screenshot({ path: path.join(shots, 'query.png'), fullPage: true })
  })

  test('tables show their columns, which go into the statement', async () => {
    await page.locator('.tables summary', { hasText: /^event_states$/ }).click()
    await page.getByLabel('Statement').fill('SELECT ')
    await page.getByLabel('Statement').press('End')
    await page.locator('.tables details[open]').getByRole('button', { name: 'event_height', exact: true }).click()
    assert.equal(await page.getByLabel('Statement').inputValue(), 'SELECT event_height')
  })

  test('a mistake is told in the node’s words', async () => {
    await ask('SELECT nope FROM event_states')
    await page.getByRole('alert').filter({ hasText: 'nope' }).waitFor()
    await ask('DELETE FROM event_states')
    await page.getByRole('alert').filter({ hasText: 'read-only' }).waitFor()
    complaints.length = 0 // the browser tells of 400 and 403 itself
  })

  test('a feed is followed until it is stopped or ends', async () => {
    await ask('SELECT conclusion_event_order, event_cid FROM conclusion_events_feed')
    await state(/^live, [1-9][0-9]* rows?/)
    await page.getByRole('button', { name: 'Stop' }).click()
    await state(/stopped$/)
    await ask('SELECT conclusion_event_order FROM conclusion_events_feed LIMIT 2')
    await state(/2 rows, ended$/)
    assert.deepEqual(await rows(page).allTextContents(), ['2', '1'])
  })

  test('a query is kept by the browser', async () => {
    await ask('SELECT 41 + 1 AS kept')
    await rows(page).filter({ hasText: '42' }).waitFor()
    await page.getByLabel('Name to save under').fill('Answer')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.goto(`${url}/console/query`)
    await page.getByRole('button', { name: 'Answer', exact: true }).click()
    await rows(page).filter({ hasText: '42' }).waitFor()
    await page.getByRole('button', { name: 'Forget Answer' }).click()
    assert.equal(await page.getByRole('button', { name: 'Answer', exact: true }).count(), 0)
    assert.deepEqual(complaints, [])
  })
})
