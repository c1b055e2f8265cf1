// SPDX-License-Identifier: Apache-2.0
// Counts in a file that Java has open and counts in too. Waits for a line on standard input before it begins and before it looks.
// deno run -A --unstable-kv share.mjs FILE COMMITS
import { createInterface } from "node:readline";
import { report } from "./vectors.mjs";

const [file, commits] = Deno.args;
const lines = createInterface({ input: (await import("node:process")).stdin })[Symbol.asyncIterator]();
const kv = await Deno.openKv(file);
const counter = ["shared", "counter"];
let conflicts = 0;
let locked = 0;

report({ ready: true });
await lines.next();
for (let i = 0; i < Number(commits); i++) {
  while (!await increment(i));
  await pause();
}
report({ commits: Number(commits), conflicts, locked });

await lines.next();
const view = { counter: (await kv.get(counter)).value, total: String((await kv.get(["shared", "total"])).value), java: [], deno: [] };
for await (const entry of kv.list({ prefix: ["own"] })) {
  view[entry.key[1]].push(entry.value);
}
report(view);
kv.close();
Deno.exit(0);

async function increment(i) {
  try {
    const seen = await kv.get(counter);
    const next = (seen.value ?? 0) + 1;
    const { ok } = await kv.atomic()
      .check(seen)
      .set(counter, next)
      .set(["own", "deno", i], next)
      .sum(["shared", "total"], 1n)
      .commit();
    conflicts += ok ? 0 : 1;
    return ok;
  } catch (e) {
    // Deno does not wait for another process's lock when a commit has checks.
    if (!String(e.message).includes("database is locked")) {
      throw e;
    }
    locked++;
    await pause();
    return false;
  }
}

/** Leaves the file to the other side for a moment. */
function pause() {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
}
