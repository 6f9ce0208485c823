// In the place of packages that helpers of the suite import and no test that runs here uses.
import { AccountId } from 'caip'

export const CommonTestUtils = {}
export const StreamUtils = {}
export const CeramicClient = class {}
export const ComposeClient = class {}
export const normalizeAccountId = (account) => new AccountId(account)
