// SPDX-License-Identifier: Apache-2.0
// Reads the values of the vectors that another runtime wrote with operations.mjs, and reports one JSON line for each. Runs in Deno and in Node.
// deno run -A --unstable-kv values.mjs URL TESTDATA WRITER
import { describe } from "./describe.mjs";
import { args, exit, isDeno, KvU64, openKv } from "./runtime.mjs";
import { expressions, report } from "./vectors.mjs";

const [where, testdata, writer] = args;
let kv;
try {
  kv = await openKv(where);
} catch (e) {
  report({ step: "open", result: `${e.name}: ${e.message}` });
  exit();
}
for (const { name } of expressions(testdata)) {
  let result;
  try {
    const { value, versionstamp } = await kv.get(["interop", "value", writer, name]);
    result = versionstamp === null ? "absent" : value instanceof KvU64 ? `u64(${value.value})` : await describe(value, false, !isDeno);
  } catch (e) {
    result = `${e.name}: ${e.message}`;
  }
  report({ step: `value ${name}`, result });
}
exit();
