// Model definitions used by more than one test file.
const schema = (required, properties) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})

/** A note: text, a number and tags; the relation to the account is a list unless said otherwise. */
export const note = (over = {}) => ({
  version: '1.0',
  name: 'Note',
  description: 'a note',
  accountRelation: { type: 'list' },
  schema: schema(['text'], {
    text: { type: 'string', maxLength: 100 },
    n: { type: 'integer', minimum: 0, maximum: 1000 },
    tags: { type: 'array', items: { type: 'string', maxLength: 20 }, maxItems: 3 },
    kind: { type: 'string', enum: ['a', 'b'] },
    ref: { type: 'string', maxLength: 100 },
  }),
  ...over,
})

/** The same in version 2.0 of the model language. */
export const note2 = (over = {}) => note({ version: '2.0', interface: false, implements: [], ...over })

/** One document per account, kind and text. */
export const noteSet = () =>
  note2({ accountRelation: { type: 'set', fields: ['text', 'kind'] }, schema: { ...note().schema, required: ['text', 'kind'] } })
