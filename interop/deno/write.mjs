// SPDX-License-Identifier: Apache-2.0
// Writes the vectors and the results of some operations into a new file, and reports the versionstamps, one JSON line for each part.
// deno run -A --unstable-kv write.mjs FILE TESTDATA
import { evaluate, expressions, keys, report, toKey } from "./vectors.mjs";

const [file, testdata] = Deno.args;
const kv = await Deno.openKv(file);

const values = { part: "values", versionstamps: {}, refused: {} };
for (const c of expressions(testdata)) {
  const value = await evaluate(c);
  try {
    values.versionstamps[c.name] = (await kv.set(["interop", "value", c.name], value)).versionstamp;
  } catch (e) {
    values.refused[c.name] = `${e.name}: ${e.message}`;
  }
}
report(values);

const { cases, sameAs } = keys(testdata);
const written = { part: "keys", versionstamps: {} };
for (const c of cases) {
  const { versionstamp } = await kv.set(toKey(c.key), c.id);
  if (sameAs[c.id] === undefined) {
    written.versionstamps[c.id] = versionstamp;
  }
}
report(written);

const operations = { part: "operations", versionstamps: {} };
const key = (...parts) => ["interop", "operation", ...parts];
const commit = async (name, atomic) => {
  operations.versionstamps[name] = (await atomic.commit()).versionstamp;
};
const U64 = Deno.KvU64;
const largest = 2n ** 64n - 1n;
await commit("sum", kv.atomic().sum(key("sum"), 5n).sum(key("sum"), 37n));
await commit("largest", kv.atomic().set(key("largest"), new U64(largest)));
await commit("wrapped", kv.atomic().set(key("wrapped"), new U64(largest)).sum(key("wrapped"), 2n));
await commit("smaller", kv.atomic().set(key("smaller"), new U64(10n)).min(key("smaller"), 7n));
await commit("greater", kv.atomic().max(key("greater"), 9n));
await kv.set(key("deleted"), 1);
await kv.delete(key("deleted"));
await kv.set(key("replaced"), 1, { expireIn: 1 });
await commit("replaced", kv.atomic().set(key("replaced"), "stays"));
await commit("kept", kv.atomic().set(key("kept"), "an hour", { expireIn: 3_600_000 }));
await kv.set(key("expired"), "a millisecond", { expireIn: 1 });
const { ok } = await kv.atomic().check({ key: key("kept"), versionstamp: null }).set(key("conflict"), 1).commit();
for (let i = 0; i < 20; i++) {
  await commit(`ordered/number(${i})`, kv.atomic().set(key("ordered", i), i));
}
operations.conflictCommitted = ok;
report(operations);
kv.close();
