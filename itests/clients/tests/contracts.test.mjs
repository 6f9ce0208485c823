// Accounts that are contracts, and links of accounts to DIDs.
import { describe, test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { SiweMessage } from '@didtools/cacao'
import { Caip10Link } from '@ceramicnetwork/stream-caip10-link'
import { TileDocument } from '@ceramicnetwork/stream-tile'
import { Wallet } from 'ethers'
import { client, isPeer, request } from '../support/node.mjs'
import { CHAIN_ID, port, serve, serveAccounts } from '../support/chain.mjs'
import { QUIET, wire } from '../support/events.mjs'
import { careless, signIn, wallet } from '../support/sessions.mjs'

const skip = isPeer ? 'js-ceramic has no verifier for capabilities, and asks public chains for links' : !port && 'KILN_CHAIN_PORT is not set'
const CONTRACT = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'
const FOREIGN_CHAIN = 5
const LINKED = 'did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z'

describe('contract wallets', { skip }, () => {
  let owner, chain
  before(async () => {
    owner = Wallet.createRandom()
    chain = await serve(CONTRACT, owner.address)
  })
  after(() => chain?.close())

  /** A session that the contract stands for, signed by somebody. */
  async function session(signer, { chainId = CHAIN_ID, address = CONTRACT, changed = {} } = {}) {
    const base = await signIn(wallet())
    const capability = { ...structuredClone(base.cacao), p: { ...base.cacao.p, iss: `did:pkh:eip155:${chainId}:${address}` } }
    capability.s = { t: 'eip1271', s: await signer.signMessage(SiweMessage.fromCacao(capability).signMessage()) }
    Object.assign(capability.p, changed)
    return careless(base, capability)
  }

  test("a session that the contract accepts writes the contract's streams", async () => {
    const did = await session(owner)
    const doc = await TileDocument.create(client(did), { n: 1 }, {}, QUIET)
    assert.equal(doc.controllers[0], `did:pkh:eip155:${CHAIN_ID}:${CONTRACT}`)
    await doc.update({ n: 2 }, {}, QUIET)
    assert.deepEqual((await TileDocument.load(client(), doc.id)).content, { n: 2 })
    assert.ok(chain.asked.includes('0x1626ba7e'))
  })

  test('one that it does not accept is refused', async () => {
    const create = async (did) => TileDocument.create(client(await did), { n: 1 }, {}, QUIET)
    await assert.rejects(create(session(Wallet.createRandom())), /Signature does not belong to issuer/)
    await assert.rejects(create(session(owner, { changed: { nonce: 'abcdefghij' } })), /Signature does not belong to issuer/)
    await assert.rejects(create(session(owner, { address: `0x${'11'.repeat(20)}` })), /Signature does not belong to issuer/)
  })

  test('one on a chain that nobody asks is refused for now, with the reason', async () => {
    const did = await session(owner, { chainId: FOREIGN_CHAIN })
    const genesis = await TileDocument.makeGenesis({ signer: client(did).signer }, { n: 1 }, {})
    const answer = await request('POST', '/api/v0/streams', { type: 0, genesis: wire(genesis), opts: QUIET })
    assert.equal(answer.status, 503)
    assert.match(answer.json.error, new RegExp(`no JSON-RPC endpoint is configured for eip155:${FOREIGN_CHAIN}`))
  })

  /** A proof as the linking library makes it for a contract. */
  async function proof(signer, chainId = CHAIN_ID) {
    const timestamp = Math.floor(Date.now() / 1000)
    const message = `Link this account to your identity\n\n${LINKED} \nTimestamp: ${timestamp}`
    return { version: 2, type: 'erc1271', message, signature: await signer.signMessage(message), account: `${CONTRACT}@eip155:${chainId}`, timestamp }
  }

  test('a link that the contract accepts', async () => {
    const ceramic = client()
    const link = await Caip10Link.fromAccount(ceramic, `${CONTRACT}@eip155:${CHAIN_ID}`, QUIET)
    await assert.rejects(link.setDidProof(await proof(Wallet.createRandom()), QUIET), /Invalid proof for signed commit/)
    await link.setDidProof(await proof(owner), QUIET)
    assert.equal((await Caip10Link.load(client(), link.id)).did, LINKED)
    assert.ok(chain.asked.includes('0x20c13b0b'))
  })

  test('a link on a chain that nobody asks', async () => {
    const link = await Caip10Link.fromAccount(client(), `${CONTRACT}@eip155:${FOREIGN_CHAIN}`, QUIET)
    await assert.rejects(link.setDidProof(await proof(owner, FOREIGN_CHAIN), QUIET), /no JSON-RPC endpoint is configured for eip155:5/)
  })
})

describe('links of accounts on other chains', { skip: isPeer && 'some of them are refused on purpose' }, () => {
  const links = JSON.parse(fs.readFileSync(new URL('../../../extensions/type-caip10/src/test/resources/org/kiln/type/caip10/links.json', import.meta.url)))
  const named = (name) => links.find((link) => link.name === name)

  async function write({ proof }) {
    const link = await Caip10Link.fromAccount(client(), proof.account, QUIET)
    await link.setDidProof(proof, QUIET)
    assert.equal((await Caip10Link.load(client(), link.id)).did, proof.message.match(/did:\S+/)[0])
  }

  for (const name of [
    'solana', 'near', 'cosmos', 'filecoin', 'filecoin bls', 'polkadot', 'polkadot sr25519, unwrapped', 'polkadot ed25519', 'polkadot ecdsa',
    'polkadot ethereum',
  ]) {
    test(name, () => write(named(name)))
  }
  for (const name of ['filecoin bls', 'polkadot sr25519', 'polkadot ed25519', 'polkadot ecdsa', 'polkadot ethereum']) {
    const other = `${name}, another message`
    test(other, () => assert.rejects(write(named(other)), /Invalid proof for signed commit/))
  }

  describe('whose keys the chain is asked for', { skip: !port && 'KILN_CHAIN_PORT is not set' }, () => {
    const names = ['tezos', 'tezos secp256k1', 'tezos p256', 'eosio']
    const address = (link) => link.proof.account.split('@')[0]
    const accounts = Object.fromEntries(names.map(named).map((link) => [address(link), link.chain]))
    let chain
    before(async () => {
      chain = await serveAccounts(accounts)
    })
    after(() => chain?.close())

    for (const name of names) {
      test(name, async () => {
        await write(named(name))
        await assert.rejects(write(named(`${name}, another message`)), /Invalid proof for signed commit/)
        assert.ok(chain.asked.some((url) => url.startsWith(`/${name.split(' ')[0]}/`)))
      })
    }

    test('an account that has not revealed its key waits until it has', async () => {
      const { proof, chain: key } = named('tezos')
      accounts[address({ proof })] = null
      const later = { ...proof, timestamp: proof.timestamp + 1 }
      const link = await Caip10Link.fromAccount(client(), proof.account, QUIET)
      await assert.rejects(link.setDidProof(later, QUIET), /has not revealed its key/)
      accounts[address({ proof })] = key
      await link.setDidProof(later, QUIET)
    })

    test('one that the chain does not know, and one of a chain that nobody asks', async () => {
      delete accounts[address(named('eosio'))]
      await assert.rejects(write(named('eosio')), /the node of eosio:aca376f206b8fc25a6ed44dbdc66547c answered 404/)
      const { proof } = named('tezos')
      const elsewhere = { ...proof, account: proof.account.replace('NetXdQprcVkpaWU', 'NetXnHfVqm9iesp') }
      await assert.rejects(write({ proof: elsewhere }), /no node of tezos:NetXnHfVqm9iesp is configured/)
    })
  })

  test('refused: an account of Bitcoin', async () => {
    const account = '128Lkh3S7CkDTBZ8W7BbpsN3YYizJMp8p6@bip122:000000000019d6689c085ae165831e93'
    const proof = { version: 2, message: `Link this account to your identity\n\n${LINKED}`, signature: '0xabcd', account, timestamp: 1 }
    await assert.rejects(write({ proof }), /proof with namespace 'bip122' not supported/)
  })
})
