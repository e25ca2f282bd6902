import assert from "node:assert/strict";
import { test } from "node:test";

import { begun, clashes, ended, lanes, movedTo, pull, same, snapped, span } from "../../../../app/static/js/board/plan.js";

const STANDS = { start: "2026-10-03T12:00", minutes: 60, room: "hall/foyer" };

function planned(code, start, minutes = 60, given = {}) {
  const stands = { start: `2026-10-03T${start}`, minutes, room: "hall/foyer", ...given.stands };
  return { code, title: code, further: [], people: [], cancelled: false, booked: 0, ...given, stands };
}

test("times snap to five minutes of the clock, whatever they were before", () => {
  assert.deepEqual([snapped(722), snapped(723)], [720, 725]);
  const odd = { ...STANDS, start: "2026-10-03T12:03" };
  assert.equal(movedTo(odd, "2026-10-03", "hall/foyer", 752.4).start, "2026-10-03T12:30");
});

test("a session goes to another room and day with its length, and never out of the day", () => {
  assert.deepEqual(movedTo(STANDS, "2026-10-04", "hall/loft", 600), { start: "2026-10-04T10:00", minutes: 60, room: "hall/loft" });
  assert.equal(movedTo(STANDS, "2026-10-03", "", -90).start, "2026-10-03T00:00");
  assert.equal(movedTo(STANDS, "2026-10-03", "", 5000).start, "2026-10-03T23:55");
});

test("stretching moves one end alone, and never beyond the other", () => {
  assert.deepEqual(ended(STANDS, 801), { ...STANDS, minutes: 80 });
  assert.equal(ended(STANDS, 600).minutes, 5);
  assert.equal(ended(STANDS, 25 * 60).minutes, 780);
  assert.deepEqual(begun(STANDS, 689), { ...STANDS, start: "2026-10-03T11:30", minutes: 90 });
  assert.deepEqual(begun(STANDS, 5000), { ...STANDS, start: "2026-10-03T12:55", minutes: 5 });
});

test("a room or a person needed twice is said; what only touches or is cancelled is not", () => {
  const ana = ["ana", "Ana"];
  const moving = planned("talk", "09:00", 60, { people: [ana], further: ["hall/loft"] });
  const all = [
    moving,
    planned("room", "12:30"),
    planned("person", "11:30", 45, { people: [ana], stands: { room: "" } }),
    planned("further", "12:59", 5, { stands: { room: "hall/loft" } }),
    planned("touches", "13:00"),
    planned("gone", "12:00", 60, { cancelled: true }),
    planned("nowhere", "12:00", 60, { stands: { room: "" } }),
  ];
  assert.deepEqual(clashes(moving, STANDS, all), [
    { kind: "room", about: "hall/foyer", other: "room" },
    { kind: "person", about: "Ana", other: "person" },
    { kind: "room", about: "hall/loft", other: "further" },
  ]);
  assert.deepEqual(clashes({ ...moving, cancelled: true }, STANDS, all), []);
});

test("sessions at one time stand side by side, and what comes later has the whole width again", () => {
  const found = lanes([planned("a", "10:00"), planned("b", "10:30"), planned("c", "11:00", 20), planned("d", "12:00")]);
  assert.deepEqual(Object.fromEntries(found), { a: { lane: 0, of: 2 }, b: { lane: 1, of: 2 }, c: { lane: 0, of: 2 }, d: { lane: 0, of: 1 } });
});

test("a day is drawn in whole hours with one to spare, after midnight too", () => {
  assert.deepEqual(span("2026-10-03", [planned("a", "10:20")]), { from: 480, to: 1080 });
  assert.deepEqual(span("2026-10-03", [planned("a", "00:10"), planned("b", "23:30", 90)]), { from: 0, to: 1560 });
});

test("near an edge the page is pulled along, faster the nearer", () => {
  assert.equal(pull(300, 0, 600), 0);
  assert.ok(pull(50, 0, 600) < 0 && pull(5, 0, 600) < pull(50, 0, 600));
  assert.ok(pull(590, 0, 600) > pull(560, 0, 600));
  assert.equal(pull(-500, 0, 600), -18);
});

test("what was put back where it stood is no change", () => {
  assert.equal(same(STANDS, { ...STANDS, start: "2026-10-03T12:00+09:00" }), true);
  assert.equal(same(STANDS, { ...STANDS, room: "" }), false);
});
