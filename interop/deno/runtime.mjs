// SPDX-License-Identifier: Apache-2.0
// Where Deno and Node with the package @deno/kv differ, so that one script runs under both.
import process from "node:process";

const PACKAGE = "@deno/kv";

export const isDeno = "Deno" in globalThis;

/** The arguments of the script. */
export const args = process.argv.slice(2);

const { openKv, KvU64 } = isDeno ? globalThis.Deno : await import(PACKAGE);

/** KvU64, and openKv: of a file, or of a URL with the token in DENO_KV_ACCESS_TOKEN. */
export { KvU64, openKv };

const waiting = [];
process.on("unhandledRejection", (e) => waiting.splice(0).forEach((tell) => tell(e)));

/** Fails with the next error that nobody handles: where a client throws it past its caller, it would end the process. */
export const unhandled = () =>
  new Promise((_, reject) => waiting.push((e) => reject(new Error(`not handed to the caller: ${e.message}`))));

/** Ends the process, whatever is still open. */
export const exit = () => process.exit(0);

/** The lines on standard input, one for each call. */
export async function lines() {
  const { createInterface } = await import("node:readline");
  const all = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  return () => all.next();
}
