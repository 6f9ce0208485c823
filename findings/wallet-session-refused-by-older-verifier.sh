#!/usr/bin/env bash
# @didtools/pkh-ethereum 0.6.0 signs sessions that the 0.2.1 of js-ceramic's own dependencies refuses: "Signature does not belong to issuer".
# Both write the same issuer, with the address in lower case, and the same kind of signature; the newer one signs a text in which the
# address has its EIP-55 checksum, as EIP-4361 asks, the older one rebuilds that text with the issuer's lower-case address. The newer verifier takes both.
# A user with a current client cannot write through such a node although neither side is broken. Kiln tries both texts.
. "$(dirname "$0")/lib/seen.sh"
npm_packages @didtools/cacao@3.0.1 @didtools/pkh-ethereum@0.6.0 older@npm:@didtools/pkh-ethereum@0.2.1 ethers@5.8.0
node_says <<'JS'
import { Cacao } from '@didtools/cacao'
import * as newer from '@didtools/pkh-ethereum'
import { ethers } from 'ethers'
import * as older from 'older'
const wallet = new ethers.Wallet(`0x${'11'.repeat(32)}`)
const provider = {
  request: async ({ method, params }) => {
    if (method === 'eth_chainId') return '0x1'
    if (method === 'personal_sign') {
      return wallet.signMessage(ethers.utils.isHexString(params[0]) ? ethers.utils.arrayify(params[0]) : params[0])
    }
    return [wallet.address.toLowerCase()]
  },
}
const libraries = { '0.6.0': newer, '0.2.1': older }
for (const [signer, library] of Object.entries(libraries)) {
  const account = await library.getAccountId(provider, wallet.address.toLowerCase())
  const authenticate = await library.EthereumNodeAuth.getAuthMethod(provider, account, 'app.example')
  const cacao = await authenticate({
    domain: 'app.example',
    uri: 'did:key:z6Mkk3rtfoKDMMG4zyarNGwCQs44GSQ49pcYKQspHJPXSnVw',
    expiresInSecs: 3600,
    resources: ['ceramic://*'],
  })
  for (const [judge, { getEIP191Verifier }] of Object.entries(libraries)) {
    const verdict = await Cacao.verify(cacao, { verifiers: getEIP191Verifier() }).then(() => 'verified', (e) => e.message)
    console.log(`signed by ${signer} for ${cacao.p.iss}, judged by ${judge}: ${verdict}`)
  }
}
JS
seen <<'OUT'
signed by 0.6.0 for did:pkh:eip155:1:0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a, judged by 0.6.0: verified
signed by 0.6.0 for did:pkh:eip155:1:0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a, judged by 0.2.1: Signature does not belong to issuer
signed by 0.2.1 for did:pkh:eip155:1:0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a, judged by 0.6.0: verified
signed by 0.2.1 for did:pkh:eip155:1:0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a, judged by 0.2.1: verified
OUT
