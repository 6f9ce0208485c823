// Compiles AnchorService.sol with the solc of package.json: node contract/compile.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import solc from 'solc'

const file = 'AnchorService.sol'
const at = (name) => new URL(name, import.meta.url)
const input = {
  language: 'Solidity',
  sources: { [file]: { content: readFileSync(at(file), 'utf8') } },
  settings: {
    evmVersion: 'paris',
    optimizer: { enabled: true, runs: 200 },
    metadata: { bytecodeHash: 'none' },
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.methodIdentifiers'] } },
  },
}
const output = JSON.parse(solc.compile(JSON.stringify(input)))
const errors = (output.errors ?? []).filter((e) => e.severity === 'error')
if (errors.length > 0) {
  throw new Error(errors.map((e) => e.formattedMessage).join('\n'))
}
const contract = output.contracts[file].AnchorService
writeFileSync(
  at('AnchorService.json'),
  JSON.stringify(
    {
      compiler: solc.version(),
      settings: { evmVersion: 'paris', optimizer: { enabled: true, runs: 200 } },
      methods: contract.evm.methodIdentifiers,
      abi: contract.abi,
      bytecode: `0x${contract.evm.bytecode.object}`,
    },
    null,
    2
  ) + '\n'
)
