// SPDX-License-Identifier: Apache-2.0
// Lists the pairs that a killed writer left, and reports them with their versions, and those of which only a half is there.
// deno run -A --unstable-kv pairs.mjs FILE
import { report } from "./vectors.mjs";

const kv = await Deno.openKv(Deno.args[0]);
const sides = new Map();
for await (const { key, value, versionstamp } of kv.list({ prefix: ["pair"] })) {
  const [, n, side] = key;
  const whole = value.n === n && value.bytes.length > 0 && value.bytes.every((b) => b === n % 256);
  if (!sides.has(n)) {
    sides.set(n, {});
  }
  sides.get(n)[side] = { versionstamp, whole };
}
const pairs = [];
const halves = [];
for (const [n, { left, right }] of sides) {
  if (left?.whole && right?.whole && left.versionstamp === right.versionstamp) {
    pairs.push({ n, version: left.versionstamp });
  } else {
    halves.push(n);
  }
}
report({ pairs, halves, counter: String((await kv.get(["pairs"])).value) });
kv.close();
