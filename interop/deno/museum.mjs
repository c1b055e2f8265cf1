// SPDX-License-Identifier: Apache-2.0
// Compares the records of the museum that Java wrote with JavaScript's own, writes its own for Java to read, and copies random ones, which thereby
// pass through Deno's reader and its writer. Reports one JSON line for each part.
// deno run -A --unstable-kv museum.mjs FILE
import { describe, difference } from "./describe.mjs";
import { report } from "./vectors.mjs";

const bought = () => ({ how: "bought", at: new Date(-5), price: 99.95, currency: "EUR" });
const donated = () => ({ how: "donated", by: "Zoë", on: "1905-03-14" });

const label = () => ({
  id: 3527800000000000246n,
  tag: "00112233-4455-6677-8899-aabbccddeeff",
  title: "Le Déjeuner",
  original: "神奈川沖浪裏 🌊",
  shelf: "é",
  kind: "musical instrument",
  onDisplay: true,
  floor: -2,
  room: 300,
  year: 1831,
  visitors: 4_000_000_000,
  seconds: 12,
  inventory: 7n,
  formerInventory: [1n, 2n ** 60n],
  weight: 0.5,
  height: 25.7,
  whole: 38,
  minusZero: -0,
  insured: -(2n ** 100n),
  ticket: 12.5,
  currency: "CHF",
  language: "de-CH",
  page: "https://example.com/wave?x=1",
  zone: "Asia/Tokyo",
  donor: "H. Vever",
  nobody: null,
  missing: null,
});

const times = () => ({
  acquired: new Date("2026-11-23T05:06:07.123Z"),
  photographed: new Date(-1),
  scanned: new Date(0),
  opened: "2026-11-23T05:06:07.123456789+09:00",
  tour: "2026-11-23T05:06:07+01:00[Europe/Zurich]",
  lent: "2026-02-28",
  closes: "18:30",
  restored: "1999-12-31T23:59:59.000000001",
  made: "1831",
  shown: "2026-05",
  holiday: "--12-25",
  length: "PT1H30M0.000000005S",
  loan: "P1Y2M3D",
});

const collections = () => ({
  kinds: new Set(["SCULPTURE", "musical instrument"]),
  materials: new Set(["wood", "paper"]),
  authors: ["Hokusai", "北斎"],
  sizes: [25, -1, 2147483647],
  position: [1, 0.25],
  counts: [2 ** 40, 2n ** 60n],
  words: { wave: 1, 7: 2 },
  rooms: new Map([[7, "east"], [-1, "cellar"]]),
  keepers: new Map([[2n ** 60n, "Ada"]]),
  events: new Map([[new Date(0), "opened"]]),
  places: new Map([[{ room: 1, wall: "north" }, "here"]]),
  votes: new Map([[true, [1, 2]], [false, []]]),
  byKind: new Map([["PAINTING", 3]]),
  none: new Map(),
});

function scans() {
  const failure = new RangeError("too far");
  // It has no stack if it is not a string.
  failure.stack = undefined;
  return {
    thumbnail: new Uint8Array([0, 1, 255]),
    page: new Uint8Array([8, 7]),
    raw: new Uint8Array([1, 2, 3, 4]).buffer,
    spectrum: new Float64Array([1.5]),
    pattern: /^a\/?b$/gi,
    failure,
    odd: [undefined, null, -0],
    extra: { a: 1, b: ["x", null] },
    anything: { at: new Date(5), ids: new Set([1, 2]), big: 10n, half: 0.5 },
  };
}

const exhibit = () => ({
  label: label(),
  times: times(),
  collections: collections(),
  provenance: bought(),
  history: { items: [bought(), donated()], first: bought(), next: 2 },
  sparse: { name: "all", note: "a note", count: 3 },
  parts: [{
    label: label(),
    times: times(),
    collections: collections(),
    provenance: donated(),
    history: { items: [], first: null, next: null },
    sparse: { name: "only a name" },
    parts: [],
  }],
});

function rooms() {
  const hall = { doors: [], name: "hall" };
  const tower = { doors: [hall], name: "tower" };
  hall.doors.push(tower, tower);
  return hall;
}

const records = { label, times, collections, scans, exhibit, rooms };

const kv = await Deno.openKv(Deno.args[0]);

const read = { part: "read", same: [], differ: [] };
for (const [name, make] of Object.entries(records)) {
  const actual = await describe((await kv.get(["museum", "java", name])).value);
  const expected = await describe(make());
  if (actual === expected) {
    read.same.push(name);
  } else {
    read.differ.push(difference(name, expected, actual));
  }
}
report(read);

for (const [name, make] of Object.entries(records)) {
  await kv.set(["museum", "deno", name], make());
}
report({ part: "written", names: Object.keys(records) });

let copied = 0;
for await (const entry of kv.list({ prefix: ["random", "java"] })) {
  await kv.set(["random", "deno", entry.key[2]], entry.value);
  copied++;
}
report({ part: "copied", copied });
kv.close();
