#!/usr/bin/env bash
# ajv-formats 3.0.1 with Ajv 8.20.0, the judge of every document of a Model: "date-time" takes a blank for the T and an offset of hours only,
# "time" takes +0200, "uuid" takes an URN, "email" wants a dot and no quotes; and multipleOf divides floats: 0.07 and 19.99 are no multiples of 0.01.
# A validator that follows RFC 3339 and decimal arithmetic, as those of other languages do, disagrees with the network about which documents exist.
# Kiln's schema engine gives these verdicts (its vectors were made with Ajv).
. "$(dirname "$0")/lib/seen.sh"
npm_packages ajv@8.20.0 ajv-formats@3.0.1
node_says <<'JS'
import Ajv from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
const ajv = formats(new Ajv({ strict: true, allErrors: true }))
const cases = {
  'date-time': ['2020-01-01 00:00:00Z', '2020-01-01T00:00:00+02', '2020-01-01T00:00:00', '2020-01-01t00:00:00z', '2020-01-01_00:00:00Z'],
  time: ['00:00:00+0200', '00:00:00+02', '00:00:00'],
  uuid: ['urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6'],
  email: ['a@b', '"a b"@c.example', 'a@b.c'],
}
for (const [format, texts] of Object.entries(cases)) {
  const validate = ajv.compile({ type: 'string', format })
  for (const text of texts) console.log(format, text, validate(text))
}
const cents = ajv.compile({ type: 'number', multipleOf: 0.01 })
for (const number of [0.07, 1.1, 4.35, 19.99]) console.log('multipleOf 0.01', number, cents(number))
JS
seen <<'OUT'
date-time 2020-01-01 00:00:00Z true
date-time 2020-01-01T00:00:00+02 true
date-time 2020-01-01T00:00:00 false
date-time 2020-01-01t00:00:00z true
date-time 2020-01-01_00:00:00Z false
time 00:00:00+0200 true
time 00:00:00+02 true
time 00:00:00 false
uuid urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6 true
email a@b false
email "a b"@c.example false
email a@b.c true
multipleOf 0.01 0.07 false
multipleOf 0.01 1.1 true
multipleOf 0.01 4.35 false
multipleOf 0.01 19.99 false
OUT
