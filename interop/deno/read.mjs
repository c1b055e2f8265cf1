// SPDX-License-Identifier: Apache-2.0
// Reads the file that Java wrote, compares it with the vectors, and reports one JSON line for each part.
// deno run -A --unstable-kv read.mjs FILE TESTDATA
import { DatabaseSync } from "node:sqlite";
import { describe, difference } from "./describe.mjs";
import { evaluate, expressions, keys, keyText, report, toKey } from "./vectors.mjs";

const [file, testdata] = Deno.args;
const kv = await Deno.openKv(file);
const cases = new Map(expressions(testdata).map((c) => [c.name, c]));
let differences = 0;

const listed = [];
for await (const entry of kv.list({ prefix: [] })) {
  listed.push(entry);
}
const of = (kind) => listed.filter((e) => e.key[0] === "interop" && e.key[1] === kind);

await values();
await vectorKeys();
await operations();
kv.close();
Deno.exit(differences === 0 ? 0 : 1);

async function values() {
  const forms = {};
  for (const entry of of("value")) {
    const [, , form, name] = entry.key;
    const part = forms[form] ??= { part: "values", form, differ: [], versionstamps: {}, lossy: [], folded: [] };
    part.versionstamps[name] = entry.versionstamp;
    const c = cases.get(name);
    if (c === undefined) {
      part.differ.push({ name, expected: "a case of the vectors", actual: "none" });
      continue;
    }
    let original = await evaluate(c);
    if (c.lossy) {
      part.lossy.push(name);
      original = await stored(original);
    }
    const expected = await describe(original, form === "natural");
    const actual = await describe(entry.value, form === "natural");
    if (actual !== expected) {
      part.differ.push(difference(name, expected, actual));
    } else if (await describe(original) !== await describe(entry.value)) {
      part.folded.push(name);
    }
    const got = await kv.get(entry.key);
    if (got.versionstamp !== entry.versionstamp || await describe(got.value, form === "natural") !== actual) {
      part.differ.push({ name, expected: `as listed at ${entry.versionstamp}`, actual: `got at ${got.versionstamp}` });
    }
  }
  for (const part of Object.values(forms)) {
    differences += part.differ.length;
    report(part);
  }
}

/** What Deno itself gets back. */
async function stored(value) {
  const memory = await Deno.openKv(":memory:");
  try {
    await memory.set(["value"], value);
    return (await memory.get(["value"])).value;
  } finally {
    memory.close();
  }
}

async function vectorKeys() {
  const { cases: keyCases, order, sameAs } = keys(testdata);
  const byId = new Map(keyCases.map((c) => [c.id, c]));
  const part = { part: "keys", order: [], differ: [], versionstamps: {}, pointReads: 0 };
  for (const entry of listed.filter((e) => e.key[0] !== "interop")) {
    const id = entry.value;
    part.order.push(id);
    part.versionstamps[id] = entry.versionstamp;
    const c = byId.get(id);
    const expected = keyText(toKey(c.decoded ?? c.key));
    if (keyText(entry.key) !== expected) {
      part.differ.push(difference(id, expected, keyText(entry.key)));
    }
  }
  if (part.order.join() !== order.join()) {
    part.differ.push(difference("order", order.join(), part.order.join()));
  }
  for (const c of keyCases) {
    const entry = await kv.get(toKey(c.key));
    const expected = sameAs[c.id] ?? c.id;
    if (entry.value === expected) {
      part.pointReads++;
    } else {
      part.differ.push({ name: c.id, expected, actual: String(entry.value) });
    }
  }
  differences += part.differ.length;
  report(part);
}

/** What the operations left, for Java to judge; then Deno adds one to Java's counter. */
async function operations() {
  // Deno shows an expired entry until it has collected it, soon after the opening.
  for (let i = 0; i < 50 && (await kv.get(["interop", "operation", "expired"])).versionstamp !== null; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const left = {};
  const versionstamps = {};
  for await (const entry of kv.list({ prefix: ["interop", "operation"] })) {
    const name = entry.key.slice(2).map((p) => (typeof p === "string" ? p : `number(${p})`)).join("/");
    left[name] = entry.value instanceof Deno.KvU64 ? `u64(${entry.value.value})` : await describe(entry.value);
    versionstamps[name] = entry.versionstamp;
  }
  const db = new DatabaseSync(file, { readOnly: true });
  const expiries = db.prepare("select count(*) n, max(expiration_ms) ms from kv where expiration_ms >= 0").get();
  db.close();
  report({ part: "operations", left, versionstamps, expiring: expiries.n, expiresAt: expiries.ms });
  const { ok } = await kv.atomic().sum(["interop", "operation", "sum"], 1n).commit();
  differences += ok ? 0 : 1;
}
