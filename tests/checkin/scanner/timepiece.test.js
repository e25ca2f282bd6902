import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Timepiece } from "../../../checkin/scanner/timepiece.js";

const NOON = Date.UTC(2026, 9, 3, 3);
const HOURS = 3_600_000;

let now;
let set;
let slept;
let piece;

beforeEach(() => {
  [now, set, slept] = [NOON, -3 * HOURS, 0];
  piece = new Timepiece({ wall: () => now + set, ran: () => now - NOON - slept, run: "one" });
});

test("before the server was heard only the clock that nobody sets is told", () => {
  now += 1500;
  assert.deepEqual([piece.read(), piece.isSteady], [{ run: "one", ran: 1500 }, false]);
});

test("what the server says is known for certain, until somebody sets the clock", () => {
  piece.hear(now, now + set);
  now += HOURS;
  assert.deepEqual(piece.read(), { run: "one", ran: HOURS, offset: 3 * HOURS, steady: true });
  set = 0;
  assert.deepEqual(piece.read(), { run: "one", ran: HOURS, offset: 3 * HOURS, steady: false });
  piece.hear(now, now + set);
  assert.deepEqual(piece.read(), { run: "one", ran: HOURS, offset: 0, steady: true });
});

test("a device that slept cannot tell it from a clock that was set, until it hears the server again", () => {
  piece.hear(now, now + set);
  now += HOURS;
  slept = 20_000;
  assert.equal(piece.read().steady, false);
  piece.hear(now, now + set);
  assert.deepEqual([piece.read().offset, piece.isSteady], [3 * HOURS, true]);
});

test("a slow network does not make the clock seem to move", () => {
  piece.hear(now, now + set);
  piece.hear(now + 4000, now + set);
  assert.equal(piece.read().offset, 3 * HOURS);
});

test("an answer that took long says nothing", () => {
  piece.hear(now, now + set - 5001);
  assert.equal(piece.read().offset, undefined);
});

test("what an earlier page heard is told as uncertain", () => {
  piece.recall(3 * HOURS);
  assert.deepEqual(piece.read(), { run: "one", ran: 0, offset: 3 * HOURS, steady: false });
  piece.hear(now, now + set);
  piece.recall(7);
  assert.deepEqual(piece.read(), { run: "one", ran: 0, offset: 3 * HOURS, steady: true });
});

test("the time is told by the server's clock, as soon as it was heard", () => {
  const piece = new Timepiece({ wall: () => 1_000_000, ran: () => 0, run: "a" });
  assert.equal(piece.told().getTime(), 1_000_000);
  piece.hear(400_000, 1_000_000);
  assert.equal(piece.told().getTime(), 400_000);
});
