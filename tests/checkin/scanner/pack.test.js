import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { derived, merged, openRow, packBytes, readPack } from "../../../checkin/scanner/pack.js";

const { pack: SAMPLE } = JSON.parse(readFileSync(new URL("pack.json", import.meta.url), "utf8"));
const BYTES = Uint8Array.from(Buffer.from(SAMPLE, "base64"));
const [CLASS, ANA] = ["AAAAAAAAAAAAAAAAAAAAAAAAAA", "ZYXWVUTSRQPONMLKJIHGFEDCBA"];
const DAY = Date.UTC(2020, 0, 1) + 2500 * 86_400_000;

test("a ticket opens its own row of a pack that the server wrote", async () => {
  const pack = readPack(BYTES);
  const row = await openRow(pack, await derived(pack.head, CLASS));
  assert.deepEqual({ name: row.name, party: row.party, noted: row.noted, team: row.team }, { name: "みなと小学校 4年1組", party: { student: 32, spectator: 2 }, noted: true, team: false });
  assert.deepEqual([...row.bookings], [
    [7, { booked: "confirmed", places: { student: 32, spectator: 2 } }], [200, { booked: "confirmed", places: { student: 30 } }],
    [9, { booked: "waiting", places: {} }], [10, { booked: "cancelled", places: {} }],
  ]);
  const [came, left, back] = row.lines;
  assert.deepEqual(came, { placeNumber: 7, order: 0, at: DAY, gate: "main", direction: "in", people: { student: 30, spectator: 2 }, reentry: false, booked: true });
  assert.deepEqual([left.direction, left.people, left.at], ["out", { student: -2 }, DAY + 540_000]);
  assert.deepEqual([back.reentry, back.gate], [true, null]);
});

test("it opens no other, and what is in no pack is not there", async () => {
  const pack = readPack(BYTES);
  const [one, other] = await Promise.all([derived(pack.head, CLASS), derived(pack.head, ANA)]);
  await assert.rejects(openRow(pack, { rid: one.rid, key: other.key }));
  assert.equal(await openRow(pack, await derived(pack.head, "B".repeat(26))), null);
});

test("a pack that is kept and read again is the same", async () => {
  const pack = readPack(BYTES);
  const again = readPack(packBytes(pack));
  assert.deepEqual(again.head, pack.head);
  assert.deepEqual(again.rows, pack.rows);
});

test("changes take the place of what was known, and a whole pack of everything", async () => {
  const pack = readPack(BYTES);
  const { rid } = await derived(pack.head, ANA);
  const changed = new Uint8Array(pack.rows.get(rid));
  const newer = { head: { ...pack.head, since: "4.9", mark: "5.9" }, rows: new Map([[rid, changed]]) };
  const both = merged(pack, newer);
  assert.deepEqual([both.rows.size, both.rows.get(rid) === changed, both.head.mark], [2, true, "5.9"]);
  assert.equal(merged(pack, { ...newer, head: { ...newer.head, since: null } }).rows.size, 1);
});

test("what is no pack, or only half of one, is refused", () => {
  assert.throws(() => readPack(new TextEncoder().encode("<!doctype html><html></html>")));
  assert.throws(() => readPack(BYTES.subarray(0, BYTES.length - 20)));
});
