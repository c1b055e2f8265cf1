// SPDX-License-Identifier: Apache-2.0
// Exports and imports as newline-delimited JSON, by the table of docs/spec/ndjson.md and nothing else: a second implementation, to hold Java's against.
// deno run -A --unstable-kv ndjson.mjs export|import DATABASE LINES
import { report } from "./vectors.mjs";

const [what, file, lines] = Deno.args;
const kv = await Deno.openKv(file);
const VIEWS = [
  "Uint8Array", "Int8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
  "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "DataView",
];
const ERRORS = ["EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError", "Error"];

const base64url = (bytes) =>
  btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const visible = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function scalar(value) {
  if (value instanceof Uint8Array) {
    return { type: "Uint8Array", value: base64url(value) };
  }
  if (typeof value === "bigint") {
    return { type: "bigint", value: String(value) };
  }
  return { type: typeof value, value: typeof value === "number" && !Number.isFinite(value) ? String(value) : value };
}

function written(value, seen) {
  if (value === undefined) {
    return { type: "undefined" };
  }
  if (value === null) {
    return { type: "null", value };
  }
  if (typeof value !== "object") {
    return scalar(value);
  }
  if (seen.has(value)) {
    return { type: "undefined" };
  }
  seen.add(value);
  const inner = (v) => written(v, seen);
  if (Array.isArray(value)) {
    return value.length > 100_000 ? { type: "undefined" } : { type: "Array", value: Array.from(value, inner) };
  }
  if (value instanceof Deno.KvU64) {
    return { type: "KvU64", value: String(value.value) };
  }
  if (value instanceof Date) {
    return { type: "Date", value: value.toJSON() };
  }
  if (value instanceof RegExp) {
    return { type: "RegExp", value: String(value) };
  }
  if (value instanceof Map) {
    return { type: "Map", value: [...value].map(([k, v]) => [inner(k), inner(v)]) };
  }
  if (value instanceof Set) {
    return { type: "Set", value: [...value].map(inner) };
  }
  if (value instanceof ArrayBuffer) {
    return { type: "ArrayBuffer", value: base64url(new Uint8Array(value)) };
  }
  const view = VIEWS.find((name) => value instanceof globalThis[name]);
  if (view) {
    return { type: view, value: base64url(visible(value)) };
  }
  const error = ERRORS.find((name) => value instanceof globalThis[name]);
  if (error) {
    const { message, stack } = value;
    const cause = Object.hasOwn(value, "cause") ? inner(value.cause) : undefined;
    return { type: error, value: { message, ...(cause && { cause }), ...(stack !== undefined && { stack }) } };
  }
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return { type: "object", value: Object.fromEntries(Object.entries(value).map(([k, v]) => [k, inner(v)])) };
  }
  return { type: "undefined" };
}

function read({ type, value }) {
  switch (type) {
    case "undefined":
      return undefined;
    case "bigint":
      return BigInt(value);
    case "number":
      return Number(value);
    case "KvU64":
      return new Deno.KvU64(BigInt(value));
    case "Date":
      return new Date(value ?? NaN);
    case "RegExp":
      return new RegExp(value.slice(1, value.lastIndexOf("/")), value.slice(value.lastIndexOf("/") + 1));
    case "Array":
      return value.map(read);
    case "Set":
      return new Set(value.map(read));
    case "Map":
      return new Map(value.map(([k, v]) => [read(k), read(v)]));
    case "object":
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, read(v)]));
    case "ArrayBuffer":
      return bytesOf(value).buffer;
  }
  if (VIEWS.includes(type)) {
    return type === "Uint8Array" ? bytesOf(value) : new globalThis[type](bytesOf(value).buffer);
  }
  if (ERRORS.includes(type)) {
    const error = new globalThis[type](value.message, value.cause && { cause: read(value.cause) });
    Object.defineProperty(error, "stack", { value: value.stack, configurable: true });
    return error;
  }
  return value;
}

let count = 0;
const failed = {};
if (what === "export") {
  let text = "";
  for await (const { key, value, versionstamp } of kv.list({ prefix: [] })) {
    text += JSON.stringify({ key: key.map(scalar), value: written(value, new Set()), versionstamp }) + "\n";
    count++;
  }
  Deno.writeTextFileSync(lines, text);
} else {
  for (const line of Deno.readTextFileSync(lines).split("\n").filter((l) => l !== "")) {
    const { key, value } = JSON.parse(line);
    try {
      await kv.set(key.map(read), read(value));
      count++;
    } catch (e) {
      failed[`${e.name}: ${e.message}`] = (failed[`${e.name}: ${e.message}`] ?? 0) + 1;
    }
  }
}
report({ count, failed });
kv.close();
