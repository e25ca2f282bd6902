import assert from "node:assert/strict";
import { test } from "node:test";

import { Sightings } from "../../../checkin/scanner/sightings.js";

test("a code that stays in view is read once, however long it stays", () => {
  const sightings = new Sightings();
  const news = Array.from({ length: 100 }, (_, i) => sightings.isNew("A", i * 200));
  assert.equal(news.filter(Boolean).length, 1);
});

test("a code is new again when it was out of view for more than two and a half seconds", () => {
  const sightings = new Sightings();
  assert.equal(sightings.isNew("A", 0), true);
  assert.equal(sightings.isNew("A", 2500), false);
  assert.equal(sightings.isNew("A", 5001), true);
});

test("another code between does not make the first one new", () => {
  const sightings = new Sightings();
  assert.deepEqual(["A", "B", "A", "B"].map((code, i) => sightings.isNew(code, i * 100)), [true, true, false, false]);
});

test("a whole day of codes is not kept in memory, and the newest are still known", () => {
  const sightings = new Sightings();
  for (let i = 0; i < 5000; i += 1) assert.equal(sightings.isNew(`code ${i}`, i * 1000), true);
  assert.equal(sightings.isNew("code 4999", 4_999_500), false);
});

test("what stays in view while nothing is read is no news afterwards; what came meanwhile is", () => {
  const sightings = new Sightings();
  assert.equal(sightings.isNew("A", 0), true);
  for (let at = 200; at < 9000; at += 200) (sightings.stay("A", at), sightings.stay("B", at));
  assert.deepEqual(["A", "B"].map((code) => sightings.isNew(code, 9000)), [false, true]);
  sightings.stay("A", 20_000);
  assert.equal(sightings.isNew("A", 20_100), true);
});
