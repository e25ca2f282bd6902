import assert from "node:assert/strict";
import { test } from "node:test";

import { Proposal, filled, later } from "../../../../app/static/js/board/proposal.js";

const STANDS = { start: "2026-10-03T12:00", minutes: 60, room: "hall/foyer" };
const ROOMS = ["", "hall/foyer", "hall/loft"];

function pressed(...keys) {
  const proposal = new Proposal(STANDS, ROOMS);
  for (const key of keys) assert.equal(proposal.press(key.replace("Shift+", ""), key.startsWith("Shift+")), true);
  return proposal;
}

test("up and down move the start by five minutes and keep the length", () => {
  assert.deepEqual(pressed("ArrowDown", "ArrowDown").now, { ...STANDS, start: "2026-10-03T12:10" });
  assert.deepEqual(pressed("ArrowUp").now, { ...STANDS, start: "2026-10-03T11:55" });
  assert.equal(pressed("ArrowDown").end, "2026-10-03T13:05");
});

test("left and right go through the rooms and stop at the last", () => {
  assert.equal(pressed("ArrowRight").now.room, "hall/loft");
  assert.equal(pressed("ArrowRight", "ArrowRight", "ArrowRight").now.room, "hall/loft");
  assert.equal(pressed("ArrowLeft", "ArrowLeft").now.room, "");
});

test("with Shift the length changes, and never to nothing", () => {
  assert.equal(pressed("Shift+ArrowDown").now.minutes, 65);
  assert.equal(pressed(...Array(30).fill("Shift+ArrowUp")).now.minutes, 5);
});

test("what goes there and back is no change, and taking back forgets everything", () => {
  assert.equal(pressed("ArrowDown", "ArrowUp").changed, false);
  const proposal = pressed("ArrowDown", "ArrowRight", "Shift+ArrowDown");
  assert.equal(proposal.changed, true);
  proposal.takeBack();
  assert.deepEqual([proposal.now, proposal.changed], [STANDS, false]);
});

test("other keys are left to the page", () => {
  const proposal = new Proposal(STANDS, ROOMS);
  assert.deepEqual(["Tab", "a", "Enter", " "].map((key) => proposal.press(key, false)), [false, false, false, false]);
  assert.equal(proposal.press("ArrowLeft", true), false);
});

test("a time beyond midnight is the next day's, whatever zone the computer is in", () => {
  assert.equal(later("2026-12-31T23:58", 5), "2027-01-01T00:03");
  assert.equal(later("2026-03-29T01:58", 5), "2026-03-29T02:03");
});

test("a sentence keeps what it has no value for", () => {
  assert.equal(filled("{start} to {end} {other}", { start: "12:00", end: "13:00" }), "12:00 to 13:00 {other}");
});
