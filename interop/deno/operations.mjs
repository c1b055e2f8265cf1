// SPDX-License-Identifier: Apache-2.0
// Every operation of a Kv, on an empty database: reports one JSON line for each step, which is the same for whoever runs it and wherever the
// database is. Versionstamps are shown by the name of the step that made them. Runs in Deno and in Node.
// deno run -A --unstable-kv operations.mjs FILE_OR_URL TESTDATA WRITER
import { describe } from "./describe.mjs";
import { args, exit, isDeno, KvU64, openKv, unhandled } from "./runtime.mjs";
import { evaluate, expressions, keys, keyText, report, toKey } from "./vectors.mjs";

const [where, testdata, writer] = args;
const PATIENCE_MILLIS = 20_000;
const HOUR = 3_600_000;

let kv = await openKv(where);
const madeBy = new Map();

async function step(name, operation) {
  let result;
  try {
    result = await operation();
  } catch (e) {
    result = `${e.name}: ${e.message}`;
  }
  report({ step: name, result });
}

/** What a commit says. */
function committed(name, { ok, versionstamp }) {
  if (!ok) {
    return `not ok, ${versionstamp}`;
  }
  madeBy.set(versionstamp, name);
  return `ok, ${/^[0-9a-f]{20}$/.test(versionstamp) ? "a versionstamp" : versionstamp}`;
}

const commit = (name, atomic) => step(name, async () => committed(name, await atomic().commit()));

const versionText = (versionstamp) =>
  versionstamp === null ? "null" : madeBy.get(versionstamp) ?? `a versionstamp of ${versionstamp.length} digits`;

const valueText = (value) => value instanceof KvU64 ? `u64(${value.value})` : describe(value, false, !isDeno);

const entryText = async ({ key, value, versionstamp }) =>
  `[${keyText(key)}] ${await valueText(value)} by ${versionText(versionstamp)}`;

const entriesText = async (entries) => (await Promise.all(entries.map(entryText))).join("; ");

/** Every value that the vectors have an expression for, one by one. */
async function values() {
  for (const c of expressions(testdata)) {
    const key = ["interop", "value", writer, c.name];
    await step(`value ${c.name}`, async () => {
      await kv.set(key, await evaluate(c));
      return valueText((await kv.get(key)).value);
    });
  }
}

/** Every key of the vectors: found by its parts, and listed in its place. */
async function vectorKeys() {
  const { cases } = keys(testdata);
  const stored = [];
  for (const c of cases) {
    await step(`key ${c.id}`, async () => {
      await kv.set(toKey(c.key), c.id);
      stored.push(toKey(c.key));
      const { key, value } = await kv.get(toKey(c.key));
      return `[${keyText(key)}] ${value}`;
    });
  }
  const listed = { forwards: [], backwards: [] };
  for (const way of Object.keys(listed)) {
    await step(`keys ${way}`, async () => {
      for await (const { key, value } of kv.list({ prefix: [] }, { reverse: way === "backwards" })) {
        if (key[0] !== "interop") {
          listed[way].push(`[${keyText(key)}] ${value}`);
        }
      }
      return listed[way].join("; ");
    });
  }
  for (const key of stored) {
    await kv.delete(key);
  }
}

async function reads() {
  await step("get of nothing", async () => entryText(await kv.get(["no", "such", "key"])));
  await step("set", async () => committed("set", await kv.set(["a"], "first")));
  await step("get", async () => entryText(await kv.get(["a"])));
  await step("set again", async () => committed("set again", await kv.set(["a"], { n: 1n })));
  await step("get, eventually", async () => entryText(await kv.get(["a"], { consistency: "eventual" })));
  await step("getMany", async () => entriesText(await kv.getMany([["no"], ["a"], ["a", 1], ["a"]])));
  await step("getMany, eventually", async () => entriesText(await kv.getMany([["a"], ["no"]], { consistency: "eventual" })));
  await step("getMany of nothing", async () => entriesText(await kv.getMany([])));
  await step("getMany of ten", async () => entriesText(await kv.getMany(Array.from({ length: 10 }, (_, i) => ["a", i]))));
  await step("delete", async () => String(await kv.delete(["a"])));
  await step("get of the deleted", async () => entryText(await kv.get(["a"])));
  await step("delete of nothing", async () => String(await kv.delete(["a"])));
}

async function lists() {
  for (let i = 0; i < 25; i++) {
    await kv.set(["list", i % 2 === 0 ? "even" : "odd", i], i);
  }
  await kv.set(["list"], "the prefix itself");
  await kv.set(["lists", 1], "another prefix");
  const selectors = {
    "prefix": { prefix: ["list"] },
    "prefix, start": { prefix: ["list", "even"], start: ["list", "even", 8] },
    "prefix, end": { prefix: ["list", "odd"], end: ["list", "odd", 9] },
    "start, end": { start: ["list", "even", 20], end: ["list", "odd", 6] },
    "start, end of another length": { start: ["list"], end: ["list", "even", 6] },
    "nothing": { prefix: ["nothing"] },
    "equal bounds": { start: ["list", "even", 4], end: ["list", "even", 4] },
  };
  const options = {
    "all": {},
    "limit": { limit: 5 },
    "small batches": { batchSize: 2, limit: 5 },
    "eventual": { consistency: "eventual", batchSize: 4 },
  };
  for (const [selectorName, selector] of Object.entries(selectors)) {
    for (const [optionsName, option] of Object.entries(options)) {
      for (const reverse of [false, true]) {
        const name = `list ${selectorName}, ${optionsName}${reverse ? ", reverse" : ""}`;
        await pages(name, selector, { ...option, reverse });
      }
    }
  }
  await step("list of many", async () => {
    for (let i = 0; i < 25; i++) {
      const atomic = kv.atomic();
      for (let j = 0; j < 50; j++) {
        atomic.set(["many", i * 50 + j], i * 50 + j);
      }
      await atomic.commit();
    }
    const seen = [];
    for await (const { value } of kv.list({ prefix: ["many"] })) {
      seen.push(value);
    }
    return `${seen.length}, ${seen.every((value, i) => value === i) ? "in order" : seen}`;
  });
  await step("cursor before the first", () => kv.list({ prefix: ["list"] }).cursor);
}

/** A listing; its cursors, whose text a client may choose; and what follows each of them, a page of one at a time. */
async function pages(name, selector, options) {
  const iterator = kv.list(selector, options);
  const cursors = [];
  await step(name, async () => {
    const seen = [];
    for await (const { key, value } of iterator) {
      seen.push(`[${keyText(key)}] ${value}`);
      cursors.push(iterator.cursor);
    }
    return seen.join("; ");
  });
  await step(`${name}: cursors`, () => [...cursors, iterator.cursor].join(" "));
  await step(`${name}: resumed`, async () => {
    const seen = [];
    // An empty cursor, which Deno has for the key that all others begin with, begins anew.
    for (const cursor of cursors.filter((text) => text !== "")) {
      const next = await kv.list(selector, { ...options, limit: 1, cursor }).next();
      seen.push(next.done ? "end" : `[${keyText(next.value.key)}]`);
    }
    return seen.join("; ");
  });
}

async function mutations() {
  const key = (name) => ["mutation", name];
  const entry = (name) => step(`${name}, then`, async () => entryText(await kv.get(key(name))));
  const largest = 2n ** 64n - 1n;
  await commit("sum", () => kv.atomic().sum(key("sum"), 5n).sum(key("sum"), 37n));
  await entry("sum");
  await commit("wraps", () => kv.atomic().set(key("wraps"), new KvU64(largest)).sum(key("wraps"), 2n));
  await entry("wraps");
  await commit("min", () => kv.atomic().set(key("min"), new KvU64(10n)).min(key("min"), 7n).min(key("min"), 8n));
  await entry("min");
  await commit("max", () => kv.atomic().max(key("max"), 9n).max(key("max"), largest).max(key("max"), 1n));
  await entry("max");
  await commit("mutate", () =>
    kv.atomic().mutate(
      { type: "set", key: key("mutate"), value: [1, "two"] },
      { type: "set", key: key("gone"), value: 1 },
      { type: "delete", key: key("gone") },
      { type: "sum", key: key("counted"), value: new KvU64(3n) },
      { type: "min", key: key("counted"), value: new KvU64(2n) },
      { type: "max", key: key("counted"), value: new KvU64(4n) },
    ));
  for (const name of ["mutate", "gone", "counted"]) {
    await entry(name);
  }
  await commit("check of nothing", () => kv.atomic().check({ key: key("new"), versionstamp: null }).set(key("new"), 1));
  await entry("new");
  await commit("check that fails", () => kv.atomic().check({ key: key("new"), versionstamp: null }).set(key("new"), 2));
  await commit("checks", () => {
    const versionstamp = [...madeBy].find(([, name]) => name === "check of nothing")[0];
    return kv.atomic()
      .check({ key: key("new"), versionstamp }, { key: key("absent"), versionstamp: null })
      .check({ key: key("mutate"), versionstamp: [...madeBy].find(([, name]) => name === "mutate")[0] })
      .set(key("new"), "checked");
  });
  await step("new, at last", async () => entryText(await kv.get(key("new"))));
  await commit("no mutation", () => kv.atomic());
  await commit("one of the checks fails", () =>
    kv.atomic()
      .check({ key: key("absent"), versionstamp: null }, { key: key("new"), versionstamp: "00000000000000000000" })
      .delete(key("new")));
  await commit("largest write", () => {
    const atomic = kv.atomic();
    for (let i = 0; i < 12; i++) {
      atomic.set(["large", i], new Uint8Array(65536).fill(i));
    }
    return atomic;
  });
  await step("largest write, then", async () => {
    const seen = [];
    for await (const { value } of kv.list({ prefix: ["large"] })) {
      seen.push(`${value.length} of ${value[0]}, ${value.every((b) => b === value[0])}`);
    }
    return seen.join("; ");
  });
  await step("versionstamped key", async () => {
    const stamped = await kv.atomic()
      .set([...key("stamped"), kv.commitVersionstamp()], "stamped").commit();
    const seen = [];
    for await (const { key, value, versionstamp } of kv.list({ prefix: ["mutation", "stamped"] })) {
      seen.push(`${key.length} parts, ${key[2] === stamped.versionstamp && key[2] === versionstamp}, ${value}`);
    }
    return seen.join("; ");
  });
}

async function expiry() {
  await commit("expires in an hour", () => kv.atomic().set(["expiry", "hour"], "kept", { expireIn: HOUR }));
  await step("expires in an hour, then", async () => entryText(await kv.get(["expiry", "hour"])));
  await step("expires at once", async () => {
    await kv.set(["expiry", "soon"], "gone", { expireIn: 1 });
    await kv.atomic().set(["expiry", "lives"], 1, { expireIn: 1 }).set(["expiry", "lives"], "for ever").commit();
    // On a file, Deno collects what has expired when it opens it.
    kv.close();
    kv = await openKv(where);
    const end = Date.now() + PATIENCE_MILLIS;
    while ((await kv.get(["expiry", "soon"])).versionstamp !== null && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const seen = [];
    for await (const { key, value } of kv.list({ prefix: ["expiry"] })) {
      seen.push(`[${keyText(key)}] ${value}`);
    }
    return seen.join("; ");
  });
  await commit("the expired is absent", () =>
    kv.atomic().check({ key: ["expiry", "soon"], versionstamp: null }).set(["expiry", "soon"], "back"));
}

async function watches() {
  const keys = [["watched", 1], ["watched", 2], ["watched", 1]];
  await kv.set(["watched", 1], "before");
  const reader = kv.watch(keys).getReader();
  const next = async () => {
    const { done, value } = await within(reader.read());
    return done ? "end" : (await Promise.all(value.map(async (e) =>
      `[${keyText(e.key)}] ${await valueText(e.value)}${e.versionstamp === null ? " absent" : ""}`))).join("; ");
  };
  const change = (name, atomic) =>
    step(name, async () => {
      const { ok } = await atomic.commit();
      return `${ok}, ${await next()}`;
    });
  await step("watch", next);
  await change("watch: set", kv.atomic().set(["watched", 1], { n: 1 }));
  await change("watch: the other is made", kv.atomic().set(["watched", 2], new KvU64(2n)));
  await change("watch: both", kv.atomic().sum(["watched", 2], 3n).set(["watched", 1], new Uint8Array(3)));
  await change("watch: the same value", kv.atomic().set(["watched", 1], new Uint8Array(3)));
  await change("watch: delete", kv.atomic().delete(["watched", 1]));
  await kv.set(["unwatched"], 1);
  await change("watch: after a change of others", kv.atomic().set(["watched", 1], "last"));
  await step("watch: cancel", async () => String(await within(reader.cancel())));
  await step("watch of absent keys", async () => {
    const absent = kv.watch([["watched", "absent"]]).getReader();
    const seen = absent.read();
    // A client may keep to itself that there is nothing yet.
    const first = await Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 3_000, null))]);
    await kv.set(["watched", "absent"], "made");
    const second = first === null ? await within(seen) : await within(absent.read());
    await absent.cancel();
    const text = ({ value: [{ value, versionstamp }] }) => `${value}${versionstamp === null ? " absent" : ""}`;
    return `${first === null ? "" : `${text(first)}; `}${text(second)}`;
  });
  await step("watch of eleven keys", async () => {
    const eleven = kv.watch(Array.from({ length: 11 }, (_, i) => ["watched", i])).getReader();
    return JSON.stringify(await within(eleven.read()));
  });
  await step("watch of no keys", async () => JSON.stringify(await within(kv.watch([]).getReader().read())));
}

function within(promise) {
  return Promise.race([
    promise,
    unhandled(),
    new Promise((_, reject) => setTimeout(() => reject(new Error(`nothing within ${PATIENCE_MILLIS} ms`)), PATIENCE_MILLIS)),
  ]);
}

async function enqueues() {
  await step("enqueue", async () => committed("enqueue", await kv.enqueue({ from: writer }, { delay: HOUR })));
  await step("enqueue with a schedule", async () =>
    committed(
      "enqueue with a schedule",
      await kv.enqueue(`from ${writer}`, { delay: HOUR, backoffSchedule: [10, 20], keysIfUndelivered: [["failed"]] }),
    ));
  await commit("enqueue in a commit", () =>
    kv.atomic().check({ key: ["queued"], versionstamp: null }).set(["queued"], true).enqueue(1n, { delay: HOUR }));
  await step("enqueue in a commit, then", async () => entryText(await kv.get(["queued"])));
  await commit("enqueue in a commit that fails", () =>
    kv.atomic().check({ key: ["interop", "value", writer, "int-1"], versionstamp: "00000000000000000000" }).enqueue(1n));
}

/** What goes wrong, each in the words of who refuses it. */
async function refusals() {
  const entries = (selector, options) => async () => entriesText([(await kv.list(selector, options).next()).value]);
  const large = (length) => new Uint8Array(length);
  await kv.set(["refused", "text"], "a text");
  const before = await kv.get(["refused", "text"]);
  for (const [name, operation] of Object.entries({
    "empty key, get": () => kv.get([]),
    "empty key, set": () => kv.set([], 1),
    "empty key, delete": () => kv.delete([]),
    "key too large, set": () => kv.set([large(2047)], 1),
    "key too large, get": () => kv.get([large(2048)]),
    "value too large": () => kv.set(["refused"], large(65537)),
    "value too large, of V8": () => kv.set(["refused"], "x".repeat(65536)),
    "a function": () => kv.set(["refused"], () => {}),
    "a symbol": () => kv.set(["refused"], Symbol("s")),
    "a part that is none": () => kv.set([{}], 1),
    "getMany of eleven": () => kv.getMany(Array.from({ length: 11 }, (_, i) => ["refused", i])),
    "negative expiry": () => kv.set(["refused", "negative"], 1, { expireIn: -1 }),
    "too many mutations": () => many(1001, (atomic, i) => atomic.set(["refused", i], i)),
    "too many checks": () => many(101, (atomic, i) => atomic.check({ key: ["refused", i], versionstamp: null })),
    "write too large": () => many(14, (atomic, i) => atomic.set(["refused", i], large(65536))),
    "versionstamp of a check too short": () => kv.atomic().check({ key: ["a"], versionstamp: "00" }).commit(),
    "sum on a text": () => kv.atomic().set(["refused", "first"], 1).sum(["refused", "text"], 1n).commit(),
    "min on a text": () => kv.atomic().min(["refused", "text"], 1n).commit(),
    "max on a text": () => kv.atomic().max(["refused", "text"], 1n).commit(),
    "min of a text": () => kv.atomic().mutate({ type: "min", key: ["refused", "new"], value: "text" }).commit(),
    "u64 too large": () => new KvU64(2n ** 64n),
    "u64 of a number": () => new KvU64(1),
    "selector of all three": entries({ prefix: ["a"], start: ["a", 1], end: ["a", 2] }),
    "selector of none": entries({}),
    "start outside of the prefix": entries({ prefix: ["a"], start: ["b"] }),
    "end outside of the prefix": entries({ prefix: ["a"], end: ["a"] }),
    "start after end": entries({ start: ["b"], end: ["a"] }),
    "cursor that is none": entries({ prefix: ["a"] }, { cursor: "*" }),
    "batch too large": entries({ prefix: ["a"] }, { batchSize: 1001 }),
    "message too large": () => kv.enqueue(large(65537)),
  })) {
    await step(`refused: ${name}`, async () => JSON.stringify(await operation()) ?? "undefined");
  }
  await step("refused: and nothing of it was written", async () => {
    const seen = [];
    for await (const { key } of kv.list({ prefix: ["refused"] })) {
      seen.push(keyText(key));
    }
    const after = await kv.get(["refused", "text"]);
    return `${seen.join("; ")}; ${after.versionstamp === before.versionstamp}`;
  });
}

async function many(count, add) {
  const atomic = kv.atomic();
  for (let i = 0; i < count; i++) {
    add(atomic, i);
  }
  return await atomic.commit();
}

async function afterClose() {
  kv.close();
  await step("closed: get", async () => entryText(await kv.get(["a"])));
  await step("closed: set", () => kv.set(["a"], 1));
  await step("closed: list", async () => (await kv.list({ prefix: ["a"] }).next()).done);
  await step("closed: close", () => String(kv.close()));
}

await vectorKeys();
await values();
await reads();
await lists();
await mutations();
await expiry();
await watches();
await enqueues();
await refusals();
await afterClose();
report({ step: "versions ascend", result: String([...madeBy.keys()].every((v, i, all) => i === 0 || all[i - 1] < v)) });
exit();
