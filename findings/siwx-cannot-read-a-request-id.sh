#!/usr/bin/env bash
# @didtools/siwx 2.0.0 writes sign-in messages with a request ID and cannot read them: its grammar wants a line feed behind that line and
# another one before what follows, so neither a request ID at the end nor one before resources is taken ("Consumed only …"), whatever it holds.
# EIP-4361 and CAIP-122 have the field, the library's own writer puts it there, and a CACAO's payload may carry it; whoever keeps sessions
# as text (SiweMessage of @didtools/cacao 3.0.1 reads by the same grammar) loses those of all wallets that send one.
# Kiln never reads such a text: it writes it anew from the payload, request ID included, and compares signatures (did-pkh, WalletTest).
. "$(dirname "$0")/lib/seen.sh"
npm_packages @didtools/siwx@2.0.0 @didtools/cacao@3.0.1
node_says <<'JS'
import { SiweMessage } from '@didtools/cacao'
import { SiwxMessage } from '@didtools/siwx'
const fields = {
  domain: 'app.example',
  network: 'Ethereum',
  address: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F',
  uri: 'did:key:z6Mkk3rtfoKDMMG4zyarNGwCQs44GSQ49pcYKQspHJPXSnVw',
  chainId: '1',
  nonce: 'abcdefgh1',
  issuedAt: '2023-01-01T00:00:00Z',
}
const said = (read) => {
  try {
    return `reads ${read().uri.slice(0, 7)}`
  } catch (e) {
    return e.message
  }
}
const cases = {
  'neither': {},
  'resources': { resources: ['https://app.example/a'] },
  'request ID': { requestId: 'abc' },
  'request ID and resources': { requestId: 'abc', resources: ['https://app.example/a'] },
}
for (const [name, more] of Object.entries(cases)) {
  const text = new SiwxMessage({ ...fields, ...more }).toString()
  console.log(`${name}, ${text.length} characters: siwx ${said(() => SiwxMessage.fromString(text))}; cacao ${said(() => new SiweMessage(text))}`)
}
JS
seen <<'SAID'
neither, 239 characters: siwx reads did:key; cacao reads did:key
resources, 274 characters: siwx reads did:key; cacao reads did:key
request ID, 255 characters: siwx Consumed only 239 of input; cacao Consumed only 239 of input
request ID and resources, 290 characters: siwx Consumed only 256 of input; cacao Consumed only 256 of input
SAID
