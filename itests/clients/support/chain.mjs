// What nodes of chains show over HTTP: an Ethereum-like one with one contract wallet, those of Tezos and EOSIO their accounts.
import http from 'node:http'
import { utils } from 'ethers'

/** The chain the node under test asks at KILN_CHAIN_PORT; without the port such tests are skipped. */
export const CHAIN_ID = 31337
export const port = process.env.KILN_CHAIN_PORT

const contract = new utils.Interface([
  'function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)',
  'function isValidSignature(bytes message, bytes signature) view returns (bytes4)',
])
const [BY_HASH, BY_MESSAGE] = Object.values(contract.functions)

/** Serves a contract at the address that accepts what the owner signs. */
export async function serve(address, owner) {
  const asked = []
  const accepts = {
    [contract.getSighash(BY_HASH)]: (data) => {
      const [hash, signature] = contract.decodeFunctionData(BY_HASH, data)
      return utils.recoverAddress(hash, signature)
    },
    [contract.getSighash(BY_MESSAGE)]: (data) => {
      const [message, signature] = contract.decodeFunctionData(BY_MESSAGE, data)
      return utils.verifyMessage(utils.arrayify(message), signature)
    },
  }
  const call = ({ to, data }) => {
    asked.push(data.slice(0, 10))
    if (to !== address) return { result: '0x' } // no contract there
    if (accepts[data.slice(0, 10)](data) !== owner) return { error: { code: 3, message: 'execution reverted' } }
    return { result: data.slice(0, 10).padEnd(66, '0') }
  }
  return listen(asked, async (request, body) => {
    const { id, method, params } = JSON.parse(body)
    const answer = method === 'eth_call' ? call(params[0]) : { error: { code: -32601, message: `no ${method} here` } }
    return { jsonrpc: '2.0', id, ...answer }
  })
}

/** Serves the keys of accounts: under /tezos by address, under /eosio what get_account says by name. */
export function serveAccounts(accounts) {
  const asked = []
  return listen(asked, async (request, body) => {
    asked.push(request.url)
    const tezos = request.url.match(/^\/tezos\/chains\/main\/blocks\/head\/context\/contracts\/(\w+)\/manager_key$/)
    if (tezos && request.method === 'GET') return accounts[tezos[1]]
    if (request.url === '/eosio/v1/chain/get_account' && request.method === 'POST') return accounts[JSON.parse(body).account_name]
    return undefined
  })
}

/** Answers 404 where there is nothing to say. */
async function listen(asked, answer) {
  const server = http.createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const said = await answer(request, Buffer.concat(chunks).toString())
    response.statusCode = said === undefined ? 404 : 200
    response.setHeader('content-type', 'application/json').end(JSON.stringify(said === undefined ? {} : said))
  })
  await new Promise((resolve, reject) => server.on('error', reject).listen(Number(port), '127.0.0.1', resolve))
  return { asked, close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections() }) }
}
