// SPDX-License-Identifier: Apache-2.0
// What a program can see of a value, as text: two values have the same text when nothing that structured clone carries tells them apart.
import { types } from "node:util";

const ERRORS = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, Error];

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

const number = (n) => (Object.is(n, -0) ? "-0" : String(n));

/** Whether a view on a resizable buffer follows the buffer's length: only a change of the length shows it, so a clone is changed. */
function tracks(view) {
  if (!view.buffer.resizable || view.buffer.byteLength === view.buffer.maxByteLength) {
    return "";
  }
  const clone = structuredClone(view);
  const before = clone.byteLength;
  clone.buffer.resize(clone.buffer.maxByteLength);
  return clone.byteLength === before ? ",fixed" : ",tracking";
}

/**
 * The text. Objects are numbered where they are first met, and later meetings name the number: so sharing and cycles are part of it.
 *
 * @param natural folds what plain Java values of this library do not keep, by design: boxed primitives are primitives, a Uint8Array is
 *     bytes without a buffer behind them, and a Map whose keys are all strings is an object
 * @param alone shows what is in views, and nothing of the buffers behind them: in Node those are of all that came in together
 */
export async function describe(value, natural = false, alone = false) {
  const numbers = new Map();
  const out = [];
  const pending = [];

  const properties = (object) => {
    for (const key of Object.keys(object)) {
      out.push(`${JSON.stringify(key)}:`);
      any(object[key]);
    }
  };

  const own = (object, key, mark) => {
    const property = Object.getOwnPropertyDescriptor(object, key);
    if (property !== undefined && "value" in property) {
      out.push(mark);
      any(property.value);
    }
  };

  const any = (v) => {
    switch (typeof v) {
      case "undefined":
      case "boolean":
        return out.push(String(v));
      case "number":
        return out.push(`number(${number(v)})`);
      case "bigint":
        return out.push(`bigint(${v})`);
      case "string":
        return out.push(JSON.stringify(v));
      case "symbol":
      case "function":
        throw new Error(`no value: ${typeof v}`);
    }
    if (v === null) {
      return out.push("null");
    }
    if (natural && types.isBoxedPrimitive(v)) {
      return any(v.valueOf());
    }
    if (numbers.has(v)) {
      return out.push(`#${numbers.get(v)}`);
    }
    numbers.set(v, numbers.size);
    out.push(`#${numbers.get(v)}=`);
    object(v);
  };

  const object = (v) => {
    if (Array.isArray(v)) {
      // A hole has no property, an undefined has one.
      out.push(`array(${v.length}`);
      properties(v);
      out.push(")");
    } else if (types.isDate(v)) {
      out.push(`date(${number(v.getTime())})`);
    } else if (types.isRegExp(v)) {
      out.push(`regexp(${JSON.stringify(v.source)},${v.flags},${v.lastIndex})`);
    } else if (natural && types.isMap(v) && [...v.keys()].every((key) => typeof key === "string")) {
      out.push("object(");
      properties(Object.fromEntries(v));
      out.push(")");
    } else if (types.isMap(v)) {
      out.push(`map(${v.size}`);
      for (const [key, item] of v) {
        any(key);
        out.push("=>");
        any(item);
      }
      out.push(")");
    } else if (types.isSet(v)) {
      out.push(`set(${v.size}`);
      v.forEach(any);
      out.push(")");
    } else if (types.isBoxedPrimitive(v)) {
      out.push("boxed(");
      any(v.valueOf());
      out.push(")");
    } else if (types.isAnyArrayBuffer(v)) {
      out.push(`buffer(${hex(new Uint8Array(v))}${v.resizable ? `,max=${v.maxByteLength}` : ""})`);
    } else if (natural && types.isUint8Array(v)) {
      out.push(`bytes(${hex(v)})`);
    } else if (alone && ArrayBuffer.isView(v)) {
      out.push(`${v.constructor.name}(${hex(new Uint8Array(v.buffer, v.byteOffset, v.byteLength))})`);
    } else if (ArrayBuffer.isView(v)) {
      const kind = types.isDataView(v) ? "DataView" : v[Symbol.toStringTag];
      out.push(`view(${kind},${v.byteOffset},${v.byteLength}${tracks(v)}`);
      any(v.buffer);
      out.push(")");
    } else if (v instanceof DOMException) {
      out.push(`dom-exception(${JSON.stringify(v.name)},${JSON.stringify(v.message)},${v.code})`);
    } else if (types.isNativeError(v)) {
      const kind = ERRORS.find((type) => Object.getPrototypeOf(v) === type.prototype)?.name ?? "another class";
      out.push(`error(${kind}`);
      own(v, "message", "message");
      if (typeof v.stack === "string") {
        out.push(`stack${JSON.stringify(v.stack)}`);
      }
      own(v, "cause", "cause");
      out.push(")");
    } else if (v instanceof CryptoKey) {
      const at = out.push("") - 1;
      const outside = JSON.stringify([v.type, v.algorithm, v.extractable, v.usages]);
      pending.push(crypto.subtle.exportKey("raw", v).then((raw) => {
        out[at] = `crypto-key(${outside},${hex(new Uint8Array(raw))})`;
      }));
    } else {
      out.push("object(");
      properties(v);
      out.push(")");
    }
  };

  any(value);
  await Promise.all(pending);
  return out.join(" ");
}

/** Two texts around the place where they first differ. */
export function difference(name, expected, actual) {
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) {
    at++;
  }
  const part = (text) => (at > 60 ? "…" : "") + text.slice(Math.max(0, at - 60), at + 120);
  return { name, expected: part(expected), actual: part(actual) };
}
