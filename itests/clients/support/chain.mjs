// A chain with one contract wallet, as a node of an Ethereum-like chain shows it over JSON-RPC.
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
  const server = http.createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString())
    const answer = method === 'eth_call' ? call(params[0]) : { error: { code: -32601, message: `no ${method} here` } }
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
  })
  await new Promise((resolve, reject) => server.on('error', reject).listen(Number(port), '127.0.0.1', resolve))
  return { asked, close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections() }) }
}
