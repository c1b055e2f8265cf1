// SPDX-License-Identifier: Apache-2.0
// Deno KV by Deno itself, or by @deno/kv on Node: the same work as the peers in Java, of the same command line, with the same one line of JSON.
//   deno run -A --unstable-kv kv.mjs kind=GET target=file.sqlite inFlight=64 valueBytes=100 entries=100000 warmUpMillis=2000 millis=5000
import process from "node:process";

const work = Object.fromEntries(process.argv.slice(2).map((arg) => arg.split(/=(.*)/s).slice(0, 2)));
for (const name of ["inFlight", "valueBytes", "entries", "warmUpMillis", "millis"]) {
  work[name] = Number(work[name]);
}
const ACCOUNTS = 10_000;
const COUNTERS = 100;

const isDeno = "Deno" in globalThis;
const { openKv, KvU64 } = isDeno ? { openKv: Deno.openKv, KvU64: Deno.KvU64 } : await denoKvOnNode();
const kv = isDeno ? await openKv(work.target) : await openKv(work.target, nodeOptions());

async function denoKvOnNode() {
  const npm = await import("@deno/kv");
  return { openKv: npm.openKv, KvU64: npm.KvU64 };
}

function nodeOptions() {
  return work.target.startsWith("http") ? { accessToken: process.env.DENO_KV_ACCESS_TOKEN } : undefined;
}

let done = 0;
let over = false;
const any = (bound) => Math.floor(Math.random() * bound);
const entry = (i) => ["bench", i];
const value = (i) => ({
  id: i,
  name: "entry number " + i,
  price: i * 0.25 + 0.125,
  active: i % 2 === 0,
  text: "x".repeat(Math.max(0, work.valueBytes - 70)),
});

const set = () => {
  const i = any(work.entries);
  return kv.set(entry(i), value(i));
};

const operations = {
  GET: async () => {
    await kv.get(entry(any(work.entries)));
    done++;
  },
  GET_ONE: async () => {
    await kv.get(entry(0));
    done++;
  },
  GET_MANY: async () => {
    await kv.getMany(Array.from({ length: 10 }, () => entry(any(work.entries))));
    done++;
  },
  SET: async () => {
    await set();
    done++;
  },
  CHECKED_SET: async () => {
    const i = any(work.entries);
    const seen = await kv.get(entry(i));
    const result = await again(() => kv.atomic().check(seen).set(entry(i), value(i)).commit());
    done += result?.ok ? 1 : 0;
  },
  TRANSFER: async () => {
    const from = any(ACCOUNTS);
    const to = (from + 1 + any(ACCOUNTS - 1)) % ACCOUNTS;
    const [a, b] = await kv.getMany([["account", from], ["account", to]]);
    const result = await again(() =>
      kv.atomic().check(a, b).set(["account", from], a.value - 1).set(["account", to], b.value + 1).commit()
    );
    done += result?.ok ? 1 : 0;
  },
  SUM: async () => {
    await kv.atomic().sum(["counter", any(COUNTERS)], 1n).commit();
    done++;
  },
  MIXED: async () => {
    await (any(5) === 0 ? set() : kv.get(entry(any(work.entries))));
    done++;
  },
  PAGE: async () => {
    for await (const _ of kv.list({ prefix: ["bench"] }, { limit: 100 })) { /* counted as one */ }
    done++;
  },
  LIST: async () => {
    for await (const _ of kv.list({ prefix: ["bench"] }, { batchSize: 500 })) {
      done++;
      if (over) return;
    }
  },
};

/** Deno's own contention is not an operation that was done. */
async function again(commit) {
  try {
    return await commit();
  } catch (e) {
    if (/locked/.test(String(e))) return null;
    throw e;
  }
}

async function loop(operation) {
  while (!over) await operation();
}

function queue() {
  const waiting = new Map();
  let number = 0;
  kv.listenQueue((n) => {
    waiting.get(n)?.();
    waiting.delete(n);
  });
  return async () => {
    const mine = ++number;
    const handled = new Promise((resolve) => waiting.set(mine, resolve));
    await kv.enqueue(mine);
    await handled;
    done++;
  };
}

const operation = work.kind === "QUEUE" ? queue() : operations[work.kind];
const loops = Array.from({ length: work.inFlight }, () => loop(operation));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const failed = Promise.all(loops).then(() => {});
await Promise.race([failed, sleep(work.warmUpMillis)]);
const before = done;
const start = performance.now();
const cpu = process.cpuUsage();
await Promise.race([failed, sleep(work.millis)]);
const seconds = (performance.now() - start) / 1000;
const used = process.cpuUsage(cpu);
over = true;
console.log(JSON.stringify({
  perSecond: (done - before) / seconds,
  operations: done - before,
  seconds,
  cpuSeconds: (used.user + used.system) / 1e6,
  heapMiB: Math.round(process.memoryUsage().rss / 1048576),
}));
process.exit(0);
