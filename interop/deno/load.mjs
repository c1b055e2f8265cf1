// SPDX-License-Identifier: Apache-2.0
// Transfers among the accounts of a server over many connections at once, from the first line on standard input to the second. What was
// acknowledged is recorded in a file of its own, line by line, and no sooner. Runs in Deno, with a database for each connection, since all that one
// asks goes over one; and in Node, with a loop for each. Balances are counters: Node 20 cannot read the numbers that Deno writes.
// deno run -A --unstable-kv load.mjs NAME URL RECORDS CONNECTIONS ACCOUNTS
import { openSync, writeSync } from "node:fs";
import { args, exit, isDeno, KvU64, lines, openKv } from "./runtime.mjs";
import { report } from "./vectors.mjs";

const [name, url, records] = args;
const [connections, accounts] = args.slice(3).map(Number);
const MOST_AMOUNT = 20;
const AFTER_AN_ERROR_MILLIS = 100;

const line = await lines();
const recorded = openSync(records, "w");
const first = await openKv(url);
const kvs = [first];
for (let i = 1; i < connections; i++) {
  kvs.push(isDeno ? await openKv(url) : first);
}
const account = (i) => ["account", i];
const counts = { transfers: 0, conflicts: 0, unknown: 0, errors: {} };
let next = 0;
let over = false;

report({ ready: true });
await line();
const loops = kvs.map(loop);
await line();
over = true;
await Promise.all(loops);
report(counts);
exit();

async function loop(kv) {
  while (!over) {
    await transfer(kv, next++);
  }
}

/** Each attempt has a number of its own: one whose answer was lost may have been applied, though it is told as a conflict when it is repeated. */
async function transfer(kv, n) {
  const from = random(accounts);
  const to = (from + 1 + random(accounts - 1)) % accounts;
  const amount = 1 + random(MOST_AMOUNT);
  try {
    const seen = await kv.getMany([account(from), account(to)]);
    const fromAfter = Number(seen[0].value.value) - amount;
    const toAfter = Number(seen[1].value.value) + amount;
    const { ok, versionstamp } = await kv.atomic()
      .check(...seen)
      .set(account(from), new KvU64(BigInt(fromAfter)))
      .set(account(to), new KvU64(BigInt(toAfter)))
      .set(["ledger", name, n], { from, to, amount, fromAfter, toAfter })
      .sum(["transfers"], 1n)
      .commit();
    if (ok) {
      counts.transfers++;
      writeSync(recorded, `transfer ${n} ${versionstamp}\n`);
    } else {
      counts.conflicts++;
    }
  } catch (e) {
    counts.unknown++;
    counts.errors[e.message] = (counts.errors[e.message] ?? 0) + 1;
    await new Promise((resolve) => setTimeout(resolve, AFTER_AN_ERROR_MILLIS));
  }
}

function random(bound) {
  return Math.floor(Math.random() * bound);
}
