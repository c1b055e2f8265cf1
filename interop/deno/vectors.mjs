// SPDX-License-Identifier: Apache-2.0
// The vectors: values by their JavaScript expressions, keys by the notation of testdata/FORMAT.md.
import { readFileSync } from "node:fs";
import { hex } from "./describe.mjs";

const AsyncFunction = (async () => {}).constructor;

const json = (folder, name) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));

export const expressions = (folder) =>
  json(folder, "values.json").cases.filter((c) => c.origin === "deno" && c.js !== undefined);

export const evaluate = (c) => new AsyncFunction(`return (${c.js})`)();

export const keys = (folder) => json(folder, "keys.json");

const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (x) => parseInt(x, 16));

function bytesPart(part) {
  const bytes = part.length !== undefined ? new Uint8Array(part.length).fill(part.fill) : unhex(part.hex);
  switch (part.view) {
    case undefined:
      return bytes;
    case "subarray": {
      const larger = new Uint8Array(bytes.length + 6).fill(0xee);
      larger.set(bytes, 3);
      return larger.subarray(3, 3 + bytes.length);
    }
    case "Uint16Array":
    case "Float64Array":
    case "DataView":
    case "Uint8ClampedArray":
      return new globalThis[part.view](bytes.buffer);
  }
  throw new Error(`a part of view ${part.view}`);
}

function toPart(part) {
  switch (part.type) {
    case "string":
      if (part.utf16 !== undefined) {
        return String.fromCharCode(...(part.utf16.match(/..../g) ?? []).map((x) => parseInt(x, 16)));
      }
      return part.repeat !== undefined ? part.repeat.repeat(part.count) : part.value;
    case "bytes":
      return bytesPart(part);
    case "bigint":
      return BigInt(part.value);
    case "number":
      return new DataView(unhex(part.bits).buffer).getFloat64(0);
    case "boolean":
      return part.value;
  }
  throw new Error(`a part of type ${part.type}`);
}

export const toKey = (parts) => parts.map(toPart);

/** The parts with their types, as JavaScript shows them: a bigint is no number, minus zero is not zero, all NaNs are one. */
export const keyText = (key) =>
  key.map((part) => {
    if (ArrayBuffer.isView(part)) {
      return `bytes(${hex(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))})`;
    }
    if (typeof part === "string") {
      return JSON.stringify(part);
    }
    return `${typeof part}(${Object.is(part, -0) ? "-0" : part})`;
  }).join(", ");

export const report = (line) => console.log(JSON.stringify(line));
