// SPDX-License-Identifier: Apache-2.0
// One of the Deno processes on the bank's file: transfers, sums, audits and messages, all at once, from the first line on standard input to the
// second. What was acknowledged is recorded in a file of its own, line by line, and no sooner. It handles messages until the third line, at
// which it reports what it sees.
// deno run -A --unstable-kv bank.mjs NAME FILE RECORDS ACCOUNTS COUNTERS TOTAL
import { openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { report } from "./vectors.mjs";

const [name, file, records] = Deno.args;
const [accounts, counters, total] = Deno.args.slice(3).map(Number);
const TRANSFER_LOOPS = 2;
const MOST_AMOUNT = 20;

const lines = createInterface({ input: (await import("node:process")).stdin })[Symbol.asyncIterator]();
const recorded = openSync(records, "w");
const kv = await Deno.openKv(file);
const account = (i) => ["account", i];
const counts = { transfers: 0, sums: 0, messages: 0, audits: 0, conflicts: 0, locked: 0, unknown: [], errors: [] };
let next = 0;
let over = false;

report({ ready: true });
await lines.next();
kv.listenQueue(handle);
const loops = [loop(sum), loop(audit), loop(enqueue)];
for (let i = 0; i < TRANSFER_LOOPS; i++) {
  loops.push(loop(transfer));
}
await lines.next();
over = true;
await Promise.all(loops);
report(counts);

await lines.next();
report(await view());
kv.close();
Deno.exit(0);

async function loop(operation) {
  while (!over) {
    await operation();
  }
}

async function transfer() {
  const n = next++;
  const from = random(accounts);
  const to = (from + 1 + random(accounts - 1)) % accounts;
  const amount = 1 + random(MOST_AMOUNT);
  await acknowledged(`transfer ${n}`, "transfers", async () => {
    const seen = await kv.getMany([account(from), account(to)]);
    const [fromAfter, toAfter] = [seen[0].value - amount, seen[1].value + amount];
    const { ok } = await kv.atomic()
      .check(...seen)
      .set(account(from), fromAfter)
      .set(account(to), toAfter)
      .set(["ledger", name, n], { from, to, amount, fromAfter, toAfter })
      .sum(["transfers"], 1n)
      .commit();
    counts.conflicts += ok ? 0 : 1;
    return ok;
  });
}

async function sum() {
  const counter = random(counters);
  const addend = 1 + random(9);
  await acknowledged(`sum ${counter} ${addend}`, "sums", async () => {
    await kv.atomic().sum(["counter", counter], BigInt(addend)).commit();
    return true;
  });
}

async function enqueue() {
  const id = `${name}-${next++}`;
  await acknowledged(`enqueued ${id}`, "messages", async () => {
    await kv.enqueue(id);
    return true;
  });
  await pause(10);
}

/** Recorded when it begins: Deno may be given a message again while it still handles it. */
async function handle(id) {
  const start = Date.now();
  await pause(Math.random() * 20);
  writeSync(recorded, `handled ${id} ${start} ${Date.now()}\n`);
}

/** Ten keys are one snapshot, so their total holds at any time. */
async function audit() {
  await locksTriedAgain(async () => {
    const seen = await kv.getMany(Array.from({ length: accounts }, (_, i) => account(i)));
    const sum = seen.reduce((all, entry) => all + entry.value, 0);
    counts.audits++;
    if (sum !== total) {
      counts.errors.push(`a snapshot has the total ${sum}`);
    }
    return true;
  });
  await pause(20);
}

/** Tries a write until it is acknowledged, then records it; or records that nobody knows what became of it. */
async function acknowledged(what, kind, attempt) {
  try {
    await locksTriedAgain(attempt);
  } catch (e) {
    counts.unknown.push(`${what}: ${e}`);
    writeSync(recorded, `unknown ${what}\n`);
    return;
  }
  counts[kind]++;
  writeSync(recorded, `${what}\n`);
  await pause(Math.random() * 4);
}

/** Deno does not wait for another process's lock when a commit has checks; it has then written nothing. */
async function locksTriedAgain(attempt) {
  while (true) {
    try {
      if (await attempt()) {
        return;
      }
    } catch (e) {
      if (!String(e.message).includes("database is locked")) {
        throw e;
      }
      counts.locked++;
      await pause(Math.random() * 4);
    }
  }
}

/** The whole file as text, as Java shows it. */
async function view() {
  const balances = [];
  for (let i = 0; i < accounts; i++) {
    balances.push((await kv.get(account(i))).value);
  }
  const sums = [];
  for (let i = 0; i < counters; i++) {
    sums.push((await kv.get(["counter", i])).value);
  }
  const texts = [
    `accounts [${balances.join(", ")}]`,
    `counters [${sums.join(", ")}]`,
    `transfers ${(await kv.get(["transfers"])).value}`,
  ];
  for await (const { key: [, process, n], value, versionstamp } of kv.list({ prefix: ["ledger"] })) {
    const { from, to, amount, fromAfter, toAfter } = value;
    texts.push(`${process} ${n} at ${versionstamp}: ${amount} from ${from} to ${to}, now ${fromAfter} and ${toAfter}`);
  }
  return texts;
}

function random(bound) {
  return Math.floor(Math.random() * bound);
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
