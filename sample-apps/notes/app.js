// Notes that everybody sees: plain JavaScript over @composedb/client. The node is ?node=…, or the one on this machine.
import { ComposeClient } from '@composedb/client'
import { DID } from 'dids'
import { Ed25519Provider } from 'key-did-provider-ed25519'
import { getResolver } from 'key-did-resolver'

const PAGE = 20
const REFRESH_MS = 2000
const element = (id) => document.getElementById(id)

/** An account of this browser. A real application would ask a wallet. */
async function account() {
  const known = localStorage.getItem('seed')
  const seed = known ? Uint8Array.from(JSON.parse(known)) : crypto.getRandomValues(new Uint8Array(32))
  localStorage.setItem('seed', JSON.stringify([...seed]))
  const did = new DID({ provider: new Ed25519Provider(seed), resolver: getResolver() })
  await did.authenticate()
  return did
}

const definition = await (await fetch('definition.json')).json()
const node = new URLSearchParams(location.search).get('node') ?? 'http://127.0.0.1:7007'
const compose = new ComposeClient({ ceramic: node, definition })
compose.setDID(await account())
element('who').textContent = `${compose.did.id} at ${node}`

/** Runs a query; what is wrong is shown until the next one works. */
async function run(query, variables) {
  const trouble = element('trouble')
  try {
    const { data, errors } = await compose.executeQuery(query, variables)
    if (errors) throw errors[0]
    trouble.hidden = true
    return data
  } catch (error) {
    trouble.textContent = `That did not work, it is tried again: ${error.message}`
    trouble.hidden = false
    return null
  }
}

/** A page of notes. What is not filtered must not be said to be: the client does not bear null for a filter. */
const notesQuery = (filters) => `query Notes($last: Int!, $before: String) {
  noteIndex(last: $last, before: $before ${filters && `filters: ${filters}`}) {
    edges { node { id text done author { isViewer } reactionCount } }
    pageInfo { hasPreviousPage startCursor }
  }
  noteCount${filters && `(filters: ${filters})`}
}`

let wanted = PAGE
let drawn = ''

/** The newest ones first; of more than fit a page, page by page from the end. */
async function load() {
  const query = notesQuery(element('open').checked ? '{ where: { done: { equalTo: false } } }' : '')
  const notes = []
  let before = null
  let total = 0
  let more = true
  while (more && notes.length < wanted) {
    const data = await run(query, { last: PAGE, before })
    if (!data) return
    notes.push(...data.noteIndex.edges.map((edge) => edge.node).filter(Boolean).reverse())
    ;({ hasPreviousPage: more, startCursor: before } = data.noteIndex.pageInfo)
    total = data.noteCount
  }
  show(notes, total, more)
}

function show(notes, total, more) {
  const text = JSON.stringify([notes, total, more])
  if (text === drawn) return
  drawn = text
  element('notes').replaceChildren(...notes.map(line))
  element('count').textContent = total === 1 ? '1 note' : `${total} notes`
  element('older').hidden = !more
}

function line(note) {
  const item = document.createElement('li')
  const done = Object.assign(document.createElement('input'), { type: 'checkbox', checked: note.done, disabled: !note.author.isViewer })
  done.setAttribute('aria-label', `${note.text} is done`)
  done.onchange = () => change('mutation($i: UpdateNoteInput!) { updateNote(input: $i) { document { id } } }', { id: note.id, content: { done: done.checked } })
  const text = Object.assign(document.createElement('span'), { className: note.done ? 'text done' : 'text', textContent: note.text })
  const like = Object.assign(document.createElement('button'), { textContent: `♥ ${note.reactionCount}` })
  like.setAttribute('aria-label', `Like ${note.text}`)
  like.onclick = () => change('mutation($i: SetReactionInput!) { setReaction(input: $i) { document { id } } }', { content: { noteID: note.id, liked: true } })
  item.append(done, text, like)
  return item
}

async function change(mutation, input) {
  await run(mutation, { i: input })
  await load()
}

element('write').onsubmit = async (event) => {
  event.preventDefault()
  const form = event.target
  const data = await run('mutation($i: CreateNoteInput!) { createNote(input: $i) { document { id } } }', { i: { content: { text: form.text.value, done: false } } })
  if (data) form.reset()
  await load()
}
element('open').onchange = load
element('older').onclick = () => {
  wanted += PAGE
  load()
}

for (;;) {
  await load()
  await new Promise((resolve) => setTimeout(resolve, REFRESH_MS))
}
