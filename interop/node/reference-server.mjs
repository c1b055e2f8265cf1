// SPDX-License-Identifier: Apache-2.0
// A KV Connect server, versions 1 to 3, around the engine that the npm package @deno/kv ships as a native module: Deno's own code
// behind our client. It takes the messages of the data path as they are, so that nothing of ours is in between.
//
//   node reference-server.mjs [FILE] [PORT] [TOKEN]   on the loopback address, HTTP/1.1 and HTTP/2 without TLS; without a port on a free one
//
// POST /db/<name> is the metadata exchange of a database in memory, or in the file, opened when it is first named; DELETE /db/<name> drops it.
// It reports one line, {"port": ..., "token": ...}, and ends when its input does.
//
// Every error of the engine is answered with 400 and its first line. There is no eventual endpoint, and tokens last an hour.
import http from "node:http";
import http2 from "node:http2";
import net from "node:net";
import { createRequire } from "node:module";

const HOST = "127.0.0.1";
const [FILE = ":memory:", PORT = "0", TOKEN = "token-of-the-reference-server"] = process.argv.slice(2);
const DATABASE_ID = "a1b2c3d4-0000-4000-8000-000000000001";
const NEWEST_VERSION = 3;
const HOUR = 3_600_000;
const DEBUG = false;

const ABI = { linux: "-gnu", win32: "-msvc" }[process.platform] ?? "";
const engine = createRequire(import.meta.url)(`@deno/kv-${process.platform}-${process.arch}${ABI}`);
const databases = new Map();

function database(name) {
  if (!databases.has(name)) {
    databases.set(name, engine.open(FILE, FILE === ":memory:", DEBUG));
  }
  return databases.get(name);
}

function drop(name) {
  if (databases.has(name)) {
    engine.close(databases.get(name), DEBUG);
    databases.delete(name);
  }
}

function bodyOf(request) {
  return new Promise((resolve, reject) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => resolve(Buffer.concat(parts)));
    request.on("error", reject);
  });
}

function answer(response, status, type, body) {
  response.writeHead(status, { "content-type": type });
  response.end(body);
}

function metadata(name, body) {
  // Without a body the client knows version 1 only.
  const supported = body.length > 0 ? JSON.parse(body).supportedVersions : [1];
  const version = Math.max(...supported.filter((v) => v <= NEWEST_VERSION));
  const path = `/db/${name}/v2`;
  return JSON.stringify({
    version,
    databaseId: DATABASE_ID,
    endpoints: [{ url: version === 1 ? `http://${HOST}:${port}${path}` : path, consistency: "strong" }],
    token: TOKEN,
    expiresAt: new Date(Date.now() + HOUR).toISOString(),
  });
}

/** Frames as the engine has them, each with its length in front, until the client has gone. */
async function watch(db, body, response) {
  const id = await engine.startWatch(db, body, DEBUG);
  let isOpen = true;
  response.on("close", () => {
    isOpen = false;
    engine.endWatch(db, id, DEBUG);
  });
  response.writeHead(200, { "content-type": "application/octet-stream" });
  while (isOpen) {
    const message = await engine.dequeueNextWatchMessage(db, id, DEBUG);
    if (!message || !isOpen) {
      break;
    }
    const length = Buffer.alloc(4);
    length.writeUInt32LE(message.length);
    response.write(Buffer.concat([length, message]));
  }
  response.end();
}

async function handle(request, response) {
  try {
    const body = await bodyOf(request);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      return answer(response, 401, "text/plain", "the token is wrong");
    }
    const [, name, operation] = /^\/db\/([^/]+)(\/.*)?$/.exec(request.url) ?? [];
    if (name === undefined) {
      return answer(response, 404, "text/plain", "no such path");
    }
    if (request.method === "DELETE") {
      drop(name);
      return answer(response, 200, "text/plain", "dropped");
    }
    switch (operation) {
      case undefined:
        return answer(response, 200, "application/json", metadata(name, body));
      case "/v2/snapshot_read":
        return answer(response, 200, "application/x-protobuf", await engine.snapshotRead(database(name), body, DEBUG));
      case "/v2/atomic_write":
        return answer(response, 200, "application/x-protobuf", await engine.atomicWrite(database(name), body, DEBUG));
      case "/v2/watch":
        return await watch(database(name), body, response);
      default:
        return answer(response, 404, "text/plain", "no such operation");
    }
  } catch (error) {
    if (!response.headersSent) {
      answer(response, 400, "text/plain", String(error.message).split("\n")[0]);
    } else {
      response.end();
    }
  }
}

function listen(server, on = 0) {
  return new Promise((resolve) => server.listen(on, HOST, () => resolve(server.address().port)));
}

const http1Port = await listen(http.createServer({ keepAliveTimeout: HOUR }, handle));
const http2Port = await listen(http2.createServer(handle));

// One port for both: HTTP/2 without asking first begins with "PRI".
const front = net.createServer((client) => {
  client.on("error", () => client.destroy());
  client.once("data", (first) => {
    const isHttp2 = first.toString("latin1", 0, 3) === "PRI";
    const server = net.connect(isHttp2 ? http2Port : http1Port, HOST);
    server.on("error", () => client.destroy());
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
    server.setNoDelay();
    client.setNoDelay();
    server.write(first);
    client.pipe(server);
    server.pipe(client);
  });
});
const port = await listen(front, Number(PORT));
console.log(JSON.stringify({ port, token: TOKEN }));

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
