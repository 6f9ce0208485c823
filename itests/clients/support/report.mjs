// A reporter of node's test runner: one line of JSON for each test, read by NodeTests.java.
const path = []

export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      path.length = data.nesting
      path[data.nesting] = data.name
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const error = data.details?.error
    const failed = type === 'test:fail'
    const suite = data.details?.type === 'suite' || error?.failureType === 'subtestsFailed'
    // a suite counts only when it fails by itself, in one of its hooks
    if (suite && (!failed || error?.failureType === 'subtestsFailed')) continue
    const cause = error?.cause ?? error
    yield JSON.stringify({
      path: [...path.slice(0, data.nesting), data.name],
      outcome: failed ? 'failed' : data.skip !== undefined && data.skip !== false ? 'skipped' : 'passed',
      reason: typeof data.skip === 'string' ? data.skip : '',
      millis: Math.round(data.details?.duration_ms ?? 0),
      message: failed ? String(cause?.stack ?? cause?.message ?? cause) : '',
    }) + '\n'
  }
}
