// A query for documents: as the page's address, as what the form shows, and as what the node is asked.

/** What a field can be compared by, with the words of the form. */
export const operators = {
  equalTo: '=', notEqualTo: '≠', lessThan: '<', lessThanOrEqualTo: '≤', greaterThan: '>', greaterThanOrEqualTo: '≥', in: 'one of', notIn: 'none of', missing: 'is missing', present: 'is there',
}

/** Those that want no value. */
export const bare = new Set(['missing', 'present'])

const ordered = ['equalTo', 'notEqualTo', 'in', 'notIn', 'lessThan', 'lessThanOrEqualTo', 'greaterThan', 'greaterThanOrEqualTo', 'missing', 'present']
const byKind = { text: ordered, number: ordered, boolean: ['equalTo', 'notEqualTo', 'missing', 'present'] }

/** The operators for a kind of field; what is neither text, number nor boolean is there or not. */
export const operatorsOf = (kind) => byKind[kind] ?? ['missing', 'present']

/** The top-level fields of a model's documents: `{name, kind}`; references within the schema are followed. */
export function fieldsOf(schema) {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({ name, kind: kindOf(resolve(schema, property)) }))
}

function resolve(schema, property) {
  for (let hops = 0; hops < 8 && typeof property?.$ref === 'string'; hops++) {
    if (!property.$ref.startsWith('#/')) return {}
    property = property.$ref.slice(2).split('/').reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], schema)
  }
  return property ?? {}
}

function kindOf({ type, enum: values }) {
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'string' || type === 'boolean') return type === 'string' ? 'text' : 'boolean'
  return values?.every((value) => typeof value === 'string') ? 'text' : 'other'
}

/** What stands in the form as text, as the value to compare with; throws a sentence when it is none. */
export function valueOf(kind, operator, text) {
  if (bare.has(operator)) return null
  if (operator === 'in' || operator === 'notIn') return text.split(',').map((part) => one(kind, part.trim()))
  return one(kind, text)
}

function one(kind, text) {
  if (kind === 'boolean') return text === 'true'
  if (kind !== 'number') return text
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) throw new Error(`“${text}” is no number.`)
  return number
}

/** The other way round. */
export const textOf = (value) => (Array.isArray(value) ? value.join(', ') : String(value ?? ''))

/** From the address of the page: `{conditions: [[field, operator, value]], account, sort: [field, order] or null}`. */
export function fromAddress(parameters) {
  let conditions = []
  try {
    conditions = JSON.parse(parameters.get('where') ?? '[]').filter(([field, operator]) => typeof field === 'string' && Object.hasOwn(operators, operator))
  } catch {
    // somebody else's address: everything is shown
  }
  const sort = parameters.get('sort')
  return { conditions, account: parameters.get('account') ?? '', sort: sort ? [sort, parameters.get('order') === 'DESC' ? 'DESC' : 'ASC'] : null }
}

export function toAddress({ conditions, account, sort }) {
  const parameters = new URLSearchParams()
  if (conditions.length) parameters.set('where', JSON.stringify(conditions))
  if (account) parameters.set('account', account)
  if (sort) {
    parameters.set('sort', sort[0])
    parameters.set('order', sort[1])
  }
  return parameters.size ? `?${parameters}` : ''
}

/** The body of `POST /api/v0/collection`, without the page. */
export function toBody(model, { conditions, account, sort }) {
  const filters = conditions.map(([field, operator, value]) => ({ where: { [field]: bare.has(operator) ? { isNull: operator === 'missing' } : { [operator]: value } } }))
  return {
    models: [model],
    ...(account ? { account } : {}),
    ...(filters.length ? { queryFilters: filters.length === 1 ? filters[0] : { and: filters } } : {}),
    ...(sort ? { sorting: { [sort[0]]: sort[1] } } : {}),
  }
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'

/** The StreamID of a state, which the API leaves to its readers: its type and first event. */
export function streamIdOf({ type, log }) {
  const digits = log[0].cid.slice(1)
  let bytes = 0n
  for (const digit of digits) bytes = (bytes << 5n) | BigInt(BASE32.indexOf(digit))
  const rest = BigInt((digits.length * 5) % 8)
  const length = BigInt(Math.floor((digits.length * 5) / 8) * 8)
  // the multicodec of streams as a varint, the type, the CID; in base 36
  return `k${((((0xce01n << 8n) | BigInt(type)) << length) | (bytes >> rest)).toString(36)}`
}
