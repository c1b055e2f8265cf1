// SPDX-License-Identifier: Apache-2.0
// Deno's end of a queue and of watched keys that it shares with Java. Each line on standard input lets it go on.
// deno run -A --unstable-kv queue.mjs enqueue FILE COUNT   enqueues that many messages, and sets as many keys, one commit each
// deno run -A --unstable-kv queue.mjs listen FILE          reports every message that it handles
// deno run -A --unstable-kv queue.mjs hold FILE            reports the first message that it is given, and never ends handling it
import { createInterface } from "node:readline";
import { report } from "./vectors.mjs";

const [mode, file, count] = Deno.args;
const lines = createInterface({ input: (await import("node:process")).stdin })[Symbol.asyncIterator]();
const kv = await Deno.openKv(file);

switch (mode) {
  case "enqueue":
    report({ ready: true });
    await lines.next();
    for (let i = 0; i < Number(count); i++) {
      await kv.enqueue({ n: i, from: "deno" });
      await kv.set(["watched"], i);
    }
    report({ enqueued: Number(count) });
    kv.close();
    break;
  case "listen":
    kv.listenQueue((message) => report({ handled: message }));
    report({ ready: true });
    await lines.next();
    kv.close();
    break;
  case "hold":
    kv.listenQueue((message) => {
      report({ holding: message });
      return new Promise(() => {});
    });
    report({ ready: true });
    await lines.next();
    break;
}
Deno.exit(0);
