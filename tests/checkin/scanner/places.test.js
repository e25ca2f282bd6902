import assert from "node:assert/strict";
import { test } from "node:test";

import { chosenBy, isNews, isOn, placesByUse, placeToOpen } from "../../../checkin/scanner/places.js";

const NOW = Date.parse("2026-10-03T01:00:00Z");
const place = (code, starts_at, ends_at = null, now = false) => ({ code, name: { ja: code }, starts_at, ends_at, now });
const OVER = place("session:A1", "2026-10-01T01:30:00Z", "2026-10-01T02:30:00Z");
const ON = place("session:A2", "2026-10-03T00:30:00Z", "2026-10-03T01:15:00Z", true);
const NEXT = place("session:A3", "2026-10-03T01:30:00Z", "2026-10-03T02:30:00Z");
const LATER = place("session:A4", "2026-10-03T05:30:00Z", "2026-10-03T06:30:00Z");

test("a gate opens what is on there now", () => {
  assert.equal(placeToOpen([OVER, ON, NEXT], NOW), ON);
});

test("what somebody chose is opened again until it is over, or is not there any more", () => {
  const beside = place("session:B2", "2026-10-03T00:00:00Z", "2026-10-03T01:30:00Z");
  const chosen = chosenBy([beside, ON], beside, NOW);
  assert.deepEqual(chosen, { place: "session:B2", besides: "session:A2", wasOver: false });
  assert.equal(placeToOpen([beside, ON], NOW, chosen), beside);
  assert.equal(placeToOpen([beside, ON], NOW + 1_800_000, chosen), ON);
  assert.equal(placeToOpen([ON, NEXT], NOW, chosen), ON);
});

test("where nothing is on, a gate opens what begins next, not what was days ago", () => {
  assert.equal(placeToOpen([OVER, NEXT, LATER], NOW), NEXT);
  assert.equal(placeToOpen([LATER, OVER, NEXT], NOW), NEXT);
});

test("where everything is over, a gate opens what was last", () => {
  const earlier = place("session:A0", "2026-09-30T01:30:00Z");
  assert.equal(placeToOpen([earlier, OVER], NOW), OVER);
  assert.equal(placeToOpen([OVER, earlier], NOW), OVER);
});

test("who looks for another place sees first what is on and to come, and what is over last, the newest of it first", () => {
  const earlier = place("session:A0", "2026-09-30T01:30:00Z", "2026-09-30T02:30:00Z");
  assert.deepEqual(placesByUse([earlier, OVER, ON, NEXT, LATER], NOW), [ON, NEXT, LATER, OVER, earlier]);
  const timeless = place("entrance:north:2026-10-03", null);
  assert.deepEqual(placesByUse([OVER, timeless, NEXT], NOW), [timeless, NEXT, OVER]);
});

test("a place without times is better than none, and no place is none", () => {
  const timeless = place("entrance:north:2026-10-03", null);
  assert.equal(placeToOpen([timeless], NOW), timeless);
  assert.equal(placeToOpen([], NOW), null);
});

test("of rooms that begin together all are on, and none is news to who stands at another", () => {
  const first = place("session:R1", "2026-10-03T00:30:00Z", "2026-10-03T02:00:00Z", true);
  const sixth = place("session:R6", "2026-10-03T00:30:00Z", "2026-10-03T02:00:00Z");
  assert.deepEqual([first, sixth, OVER, NEXT].map((one) => isOn(one, first, NOW)), [true, true, false, false]);
  assert.equal(isOn(sixth, undefined, NOW), false);
  assert.equal(isNews(first, sixth, NOW), false);
});

test("on a clock that is a day ahead, what is on is news to who stands at the place of the next day, and that one is not on", () => {
  const today = place("hall:1", "2026-10-02T19:00:00Z", "2026-10-03T19:00:00Z", true);
  const tomorrow = place("hall:2", "2026-10-03T19:00:00Z", "2026-10-04T19:00:00Z");
  const ahead = NOW + 26 * 3_600_000;
  assert.equal(isNews(today, tomorrow, ahead), true);
  assert.equal(isOn(tomorrow, today, ahead), false);
});

test("what opens next in the same room is news although the one before it has not ended", () => {
  const before = place("session:A2", "2026-10-03T00:30:00Z", "2026-10-03T01:15:00Z");
  const opened = place("session:A3", "2026-10-03T01:15:00Z", "2026-10-03T02:30:00Z", true);
  assert.equal(isNews(opened, before, NOW), true);
  assert.equal(isNews(opened, opened, NOW), false);
  assert.equal(isNews(opened, OVER, NOW), true);
});
