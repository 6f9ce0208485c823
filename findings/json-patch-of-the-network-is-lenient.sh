#!/usr/bin/env bash
# fast-json-patch 3.1.1 without validation, as the stream handlers of js-ceramic call it, is not RFC 6902. Every stream's state depends on it:
# removing or replacing a member that is not there is done in silence, an index beyond an array's end appends (add), makes holes that become null (replace)
# or does nothing (remove), a name put on an array vanishes in JSON, copying from nowhere gives null. A node that applies the RFC disagrees with the
# network about which events apply. Kiln's JSON patch follows these rules (JsonPatch and its table of cases).
. "$(dirname "$0")/lib/seen.sh"
npm_packages fast-json-patch@3.1.1
node_says <<'JS'
import patch from 'fast-json-patch'
const cases = [
  [{ a: 1 }, { op: 'remove', path: '/x' }],
  [{ a: 1 }, { op: 'replace', path: '/x', value: 2 }],
  [{ a: [1] }, { op: 'add', path: '/a/9', value: 2 }],
  [{ a: [1] }, { op: 'replace', path: '/a/3', value: 2 }],
  [{ a: [1] }, { op: 'remove', path: '/a/9' }],
  [{ a: [1] }, { op: 'add', path: '/a/x', value: 2 }],
  [{ a: 1 }, { op: 'copy', from: '/x', path: '/b' }],
  [{ a: 1, b: 2 }, { op: 'move', from: '/x', path: '/b' }],
  [{ a: 1 }, { op: 'add', path: '/x/y', value: 2 }],
  [{ a: 1 }, { op: 'test', path: '/a', value: 2 }],
]
for (const [document, operation] of cases) {
  let result
  try {
    result = JSON.stringify(patch.applyPatch(structuredClone(document), [operation], false).newDocument)
  } catch (e) {
    result = e.name
  }
  console.log(JSON.stringify(document), JSON.stringify(operation), '->', result)
}
JS
seen <<'OUT'
{"a":1} {"op":"remove","path":"/x"} -> {"a":1}
{"a":1} {"op":"replace","path":"/x","value":2} -> {"a":1,"x":2}
{"a":[1]} {"op":"add","path":"/a/9","value":2} -> {"a":[1,2]}
{"a":[1]} {"op":"replace","path":"/a/3","value":2} -> {"a":[1,null,null,2]}
{"a":[1]} {"op":"remove","path":"/a/9"} -> {"a":[1]}
{"a":[1]} {"op":"add","path":"/a/x","value":2} -> {"a":[1]}
{"a":1} {"op":"copy","from":"/x","path":"/b"} -> {"a":1,"b":null}
{"a":1,"b":2} {"op":"move","from":"/x","path":"/b"} -> {"a":1}
{"a":1} {"op":"add","path":"/x/y","value":2} -> TypeError
{"a":1} {"op":"test","path":"/a","value":2} -> TEST_OPERATION_FAILED
OUT
