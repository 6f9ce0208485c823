// Documents by model: indexed by an operator, shown, sorted, filtered, followed, and copied as a query.
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright-core'

const url = process.env.KILN_URL
const shots = process.env.KILN_SCREENSHOTS
const model = process.env.KILN_MODEL
const PATIENCE_MS = 60_000
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

describe('collections', { concurrency: 1 }, () => {
  const complaints = []
  let profile, browser, page

  const logIn = async (name, password) => {
    await page.goto(`${url}/console/collections`)
    await page.locator('#name').fill(name)
    await page.locator('#password').fill(password)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.locator('h1', { hasText: 'Collections' }).waitFor()
    complaints.length = 0 // who is not logged in yet was told so
  }
  const shot = (name) => shots && page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true })
  const indexed = (name) => page.locator('.indexed tbody tr', { hasText: name })
  const other = (name) => page.locator('.others tbody tr', { hasText: name })
  const documents = (number) => page.locator('.documents h2', { hasText: new RegExp(`^${number} documents?$`) }).waitFor()
  const column = (label) => page.locator(`.documents tbody td[data-label="${label}"]`).allTextContents()

  before(async () => {
    profile = fs.mkdtempSync(path.join(os.tmpdir(), 'kiln-chromium-'))
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: process.env.KILN_CHROMIUM, headless: true, args: FLAGS, viewport: { width: 1360, height: 860 }, timeout: 120_000,
    })
    await browser.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url })
    page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    page.on('console', (message) => message.type() === 'error' && complaints.push(`${message.text()} ${message.location()?.url ?? ''}`))
    page.on('pageerror', (error) => complaints.push(error.stack ?? String(error)))
    await logIn('olga', process.env.KILN_OPERATOR)
  })

  after(async () => {
    await browser?.close()
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  })

  test('a model that is indexed now has the documents from before', async () => {
    await other('Review<b>').getByRole('button', { name: 'Index' }).click()
    await other('Recipe').getByRole('button', { name: 'Index' }).click()
    const row = indexed('Recipe')
    await row.getByText('complete', { exact: true }).waitFor()
    await row.locator('[data-label=Documents]', { hasText: '4' }).waitFor()
    await indexed('Review<b>').locator('[data-label=Documents]', { hasText: '2' }).waitFor()
    await page.getByText('All models that this node has are indexed.').waitFor()
    await shot('collections')
  })

  test('documents have the columns of the schema, and are sorted by them', async () => {
    await indexed('Recipe').getByRole('link', { name: 'Recipe' }).click()
    await documents(4)
    assert.deepEqual((await page.locator('.documents th').allTextContents()).sort(), ['Controller', 'Document', 'Related', 'loaves', 'name'])
    await page.getByRole('button', { name: 'loaves' }).click()
    await page.locator('th[aria-sort=ascending]').waitFor()
    await documents(4)
    assert.deepEqual(await column('name'), ['Rye', 'Spelt', 'Focaccia', 'Sourdough'])
    await page.getByRole('button', { name: 'loaves' }).click()
    await page.locator('th[aria-sort=descending]').waitFor()
    await documents(4)
    assert.deepEqual(await column('loaves'), ['9', '8', '5', '3'])
    await shot('collection')
  })

  test('a filter is a query that can be copied and asked elsewhere', async () => {
    await page.getByRole('button', { name: 'Add a condition' }).click()
    await page.getByLabel('Field').selectOption('loaves')
    await page.getByLabel('Comparison').selectOption('greaterThan')
    await page.getByLabel('Value').fill('3')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await documents(3)
    await page.getByRole('button', { name: 'Copy the query as JSON' }).click()
    await page.getByText('Copied', { exact: true }).waitFor()
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))
    assert.deepEqual(copied, { models: [model], queryFilters: { where: { loaves: { greaterThan: 3 } } }, sorting: { loaves: 'DESC' }, first: 25 })
    const answer = await fetch(`${url}/api/v0/collection`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(copied) })
    assert.deepEqual((await answer.json()).edges.map((edge) => edge.node.content.name), ['Sourdough', 'Focaccia', 'Spelt'])
    await page.goBack()
    await documents(4)
  })

  test('relations lead to what they relate, and contents are text, whatever they hold', async () => {
    await page.locator('.documents tbody tr', { hasText: 'Rye' }).getByRole('link', { name: 'Review<b> by of' }).click()
    await documents(2)
    assert.deepEqual(await column('text'), ['Fine', '<img src=x onerror="document.title=\'owned\'">'])
    assert.equal(await page.locator('.documents img').count(), 0)
    assert.equal(await page.title(), 'Collections · Kiln')
    await page.locator('.documents td[data-label=of] a').first().click()
    await page.locator('h1', { hasText: 'Rye' }).waitFor()
  })

  test('pages go forth and back', async () => {
    const asked = []
    await page.route('**/api/v0/collection', async (route) => {
      const body = { ...route.request().postDataJSON(), ...(route.request().postDataJSON().first ? { first: 3 } : { last: 3 }) }
      asked.push(body)
      await route.continue({ postData: JSON.stringify(body) })
    })
    await page.goto(`${url}/console/collections/${model}?sort=loaves&order=ASC`)
    const shown = async (...names) => {
      await page.waitForFunction((wanted) => [...document.querySelectorAll('.documents tbody td[data-label=name]')].map((cell) => cell.textContent).join() === wanted, names.join())
    }
    await shown('Rye', 'Spelt', 'Focaccia')
    assert.equal(await page.getByRole('button', { name: 'Previous' }).isDisabled(), true)
    await page.getByRole('button', { name: 'Next' }).click()
    await shown('Sourdough')
    assert.equal(await page.getByRole('button', { name: 'Next' }).isDisabled(), true)
    await page.getByRole('button', { name: 'Previous' }).click()
    await shown('Rye', 'Spelt', 'Focaccia')
    assert.equal(asked.length, 3)
    await page.unroute('**/api/v0/collection')
  })

  test('what is not well is told', async () => {
    const one = { model, name: 'Recipe', documents: 1, indices: [['loaves', 'name']], filling: { reached: 25, until: 100 } }
    await page.route('**/admin/index', (route) => route.fulfill({ json: { models: [one], trouble: 'The disk is full' } }))
    await page.goto(`${url}/console/collections`)
    await page.getByText('The index does not go on. The disk is full').waitFor()
    await indexed('Recipe').getByText('filling in, 25 %').waitFor()
    await indexed('Recipe').getByText('loaves + name').waitFor()
    await page.unroute('**/admin/index')
  })

  test('everything fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    for (const place of ['', `/${model}?where=${encodeURIComponent('[["loaves","greaterThan",3]]')}`]) {
      await page.goto(`${url}/console/collections${place}`)
      await page.locator('tbody tr').first().waitFor()
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      assert.ok(wide <= 0, `${place} is ${wide} px wider than the screen`)
      await shot(`phone-collections${place ? '-documents' : ''}`)
    }
    await page.setViewportSize({ width: 1360, height: 860 })
  })

  test('an operator stops it, and a viewer looks', async () => {
    await page.goto(`${url}/console/collections`)
    await indexed('Review<b>').getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click()
    await other('Review<b>').waitFor()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.locator('.login').waitFor()
    await logIn('victor', process.env.KILN_VIEWER)
    await other('Review<b>').waitFor()
    assert.equal(await page.locator('.indexed button:enabled:not(.copy), .others button:enabled:not(.copy)').count(), 0)
    assert.deepEqual(complaints, [])
  })
})
