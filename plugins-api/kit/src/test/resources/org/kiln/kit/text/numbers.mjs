// Writes numbers.txt: the bits of doubles and what JavaScript's String(value) makes of them.   node numbers.mjs > numbers.txt
const view = new DataView(new ArrayBuffer(8))
const bits = (value) => { view.setFloat64(0, value); return view.getBigUint64(0) }
const value = (raw) => { view.setBigUint64(0, raw); return view.getFloat64(0) }
const found = new Map()
const add = (number) => { const raw = bits(number); if (Number.isFinite(number)) found.set(raw, String(number)) }
const around = (number) => { for (let d = -1n; d <= 1n; d++) add(value(bits(number) + d)); add(-number) }

for (const number of [0, -0, 1, 0.1, 0.3, 1 / 3, 4.35, 123456.789, 1.005, 9.5e-7, 5e-324, Number.MAX_VALUE, Number.EPSILON]) add(number)
for (let i = 0n; i < 200n; i++) add(value(i + 1n)) // the smallest subnormals
for (let e = -323; e <= 308; e++) around(Number('1e' + e))
for (let e = -1073; e <= 1023; e += 7) around(2 ** e)
for (let e = 50; e < 75; e++) around(2 ** e)
for (let n = -20; n <= 20; n++) { add(2 ** 53 + 2 * n); add(1e21 + n * 131072); add(n / 10); add(n / 7); add(n * 1e-7) }
let seed = 0x9e3779b97f4a7c15n
for (let i = 0; i < 900; i++) { // any bits
  seed ^= (seed << 13n) & 0xffffffffffffffffn; seed ^= seed >> 7n; seed ^= (seed << 17n) & 0xffffffffffffffffn
  add(value(seed))
}
for (const [raw, text] of found) console.log(raw.toString(16).padStart(16, '0') + ' ' + text)
