// In the place of packages that helpers of the suite import and no test that runs here uses.
export const CommonTestUtils = {}
export const StreamUtils = {}
export const CeramicClient = class {}
export const ComposeClient = class {}
