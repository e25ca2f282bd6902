import assert from "node:assert/strict";
import { test } from "node:test";

import { Alone } from "../../../checkin/scanner/alone.js";
import { givenCode } from "../../../checkin/scanner/given-code.js";
import { packOf, place } from "./packing.js";

const NOON = "2026-10-03T03:00:00.000Z";
const [ANA, BEN, CLASS, STRANGE] = ["A", "B", "C", "D"].map((letter) => letter.repeat(26));
const TALK = place(7, "talk");
const TICKETS = [
  { code: ANA, booked: { 7: "confirmed" }, name: "Ana Demo" }, { code: BEN, name: "Ben Demo", flags: 16 + 32 },
  { code: CLASS, name: "Class", party: { student: 30, spectator: 2 }, booked: { 7: "confirmed" } },
];
let made = 0;

function alone(places = [TALK], tickets = TICKETS, given = {}) {
  return new Alone({ pack: packOf(places, tickets), offset: 0, deeds: [], supervises: false, ...given });
}

function draft(code, given = {}) {
  return { id: `id-${(made += 1)}`, event: "practice", gate: "north", place: "session:talk", at: NOON, act: "scan", code, direction: "in", ...given };
}

/** As a door does it: what was decided has happened. */
async function happens(device, given) {
  const own = await device.judge(given);
  if (own.deed) device.remember(own.deed);
  return own.answer;
}

test("a booked ticket is admitted once, with name and category, then in already with time and gate", async () => {
  const device = alone();
  const first = await happens(device, draft(ANA));
  assert.deepEqual([first.verdict, first.person.name, first.person.category], ["admitted", "Ana Demo", "spectator"]);
  const again = await happens(device, draft(ANA, { at: "2026-10-03T03:05:00.000Z" }));
  assert.deepEqual([again.verdict, again.first], ["already_in", { at: NOON, gate: { en: "North" } }]);
});

test("who came in by another door before the pack was made is in already", async () => {
  const came = { n: 7, at: Date.parse(NOON) - 600_000 };
  const { verdict, first } = await happens(alone([TALK], [{ ...TICKETS[0], lines: [came] }]), draft(ANA));
  assert.deepEqual([verdict, first.at], ["already_in", "2026-10-03T02:50:00.000Z"]);
});

test("a code that the pack does not have is let in for now, and is the same people the next time", async () => {
  const device = alone();
  assert.equal((await happens(device, draft(STRANGE))).verdict, "provisional");
  assert.equal((await happens(device, draft(STRANGE))).verdict, "already_in");
  assert.equal((await happens(device, draft(STRANGE, { direction: "out" }))).verdict, "left");
});

test("a note and the wish for no photographs are told as marks, never as words", async () => {
  const { person, verdict, walk_in_left } = await happens(alone([place(7, "talk", { space: { ...TALK.space, capacity: 5 } })]), draft(BEN));
  assert.deepEqual([verdict, walk_in_left, person.no_photo, person.noted, person.note], ["not_booked", 5, true, true, null]);
});

test("a class is asked for its numbers, and room goes down by who came", async () => {
  const device = alone([place(7, "talk", { space: { ...TALK.space, capacity: 40, promised: 32 } })]);
  const asked = await happens(device, draft(CLASS));
  assert.deepEqual([asked.verdict, asked.expected], ["confirm_party", { student: 30, spectator: 2 }]);
  const came = await happens(device, draft(CLASS, { people: { student: 30, spectator: 1 } }));
  assert.deepEqual([came.verdict, came.admitted], ["admitted", { student: 30, spectator: 1 }]);
  const { present, arrived } = device.spaceOf(device.places.get("session:talk"));
  assert.deepEqual([present, arrived], [31, 31]);
});

test("the last free place is given once, to a ticket or a tap; an undo gives it back", async () => {
  const device = alone([place(7, "talk", { admission: "walk_in", space: { ...TALK.space, capacity: 1 } })]);
  const tap = draft(undefined, { act: "walk_in", people: { spectator: 1 }, new_today: true });
  assert.equal((await happens(device, tap)).verdict, "counted");
  assert.equal((await happens(device, draft(BEN))).verdict, "full");
  assert.equal((await happens(device, draft(undefined, { act: "walk_in", people: { spectator: 1 } }))).verdict, "full");
  assert.equal((await happens(device, draft(undefined, { act: "undo", undoes: tap.id }))).verdict, "undone");
  assert.equal((await happens(device, draft(BEN))).verdict, "admitted");
});

test("an undo after ten minutes is refused, and what the pack holds already is the server's to undo", async () => {
  const device = alone();
  const came = draft(ANA);
  await happens(device, came);
  const late = await happens(device, draft(undefined, { act: "undo", undoes: came.id, at: "2026-10-03T03:11:00.000Z" }));
  assert.deepEqual([late.verdict, late.error.code], ["refused", "too_late_to_undo"]);
  assert.equal(await device.judge(draft(undefined, { act: "undo", undoes: "long-ago" })), null);
});

test("the device's clock is corrected by what the server's was when the pack came", async () => {
  const early = alone([TALK], TICKETS, { offset: -3 * 3_600_000 });
  const { verdict, window } = await happens(early, draft(ANA));
  assert.deepEqual([verdict, window.from], ["too_early", "2026-10-03T02:00:00.000Z"]);
});

test("entering a room closes the stay in another", async () => {
  const device = alone([TALK, place(8, "walk")], [{ ...TICKETS[0], booked: { 7: "confirmed", 8: "confirmed" } }]);
  await happens(device, draft(ANA));
  const { deed } = await device.judge(draft(ANA, { place: "session:walk", at: "2026-10-03T03:05:00.000Z" }));
  assert.deepEqual(deed.lines.map(({ place: where, direction }) => [where, direction]), [["session:walk", "in"], ["session:talk", "out"]]);
});

test("a short number, and a place that the pack does not have, are nothing that a device decides", async () => {
  assert.equal(await alone().judge(draft("1234567")), null);
  assert.equal(await alone().judge(draft(ANA, { place: "session:new" })), null);
});

test("what the server let in is known here until a pack has it, though the device would have said no", async () => {
  const device = alone();
  const scan = draft(BEN);
  device.remember(await device.done(scan, { id: scan.id, verdict: "admitted" }));
  assert.equal((await happens(device, draft(BEN))).verdict, "already_in");
});

test("without a network a supervisor's word lets somebody in, and only on a supervisor's device", async () => {
  const blocked = { ...TICKETS[1], flags: 2 };
  const plain = alone([place(7, "talk", { admission: "booking_only" })], [TICKETS[1]]);
  assert.equal((await happens(plain, draft(BEN, { force: "other" }))).verdict, "not_booked");
  const device = alone([place(7, "talk", { admission: "booking_only" })], [TICKETS[1]], { supervises: true, asksPin: true });
  assert.equal((await happens(device, draft(BEN))).verdict, "not_booked");
  assert.equal((await happens(device, draft(BEN, { force: "other" }))).verdict, "admitted");
  assert.equal((await happens(alone([TALK], [blocked], { supervises: true }), draft(BEN, { force: "other" }))).verdict, "blocked");
});

test("where a PIN is asked for, only a supervisor's word takes back what is older than ten minutes", async () => {
  const device = alone([TALK], TICKETS, { supervises: true, asksPin: true });
  const scan = draft(ANA);
  await happens(device, scan);
  const undo = { act: "undo", undoes: scan.id, at: "2026-10-03T03:20:00.000Z" };
  assert.equal((await device.judge(draft(undefined, undo))).answer.error.code, "too_late_to_undo");
  assert.equal((await device.judge(draft(undefined, { ...undo, force: "other" }))).answer.verdict, "undone");
});

test("a ticket that this device gave out is known to it with its numbers; that of another door is let in for now, once", async () => {
  const device = alone([TALK, place(8, "other")].map((one) => ({ ...one, admission: "walk_in" })));
  const [mine, theirs] = await Promise.all([givenCode(device.pack.head), givenCode(device.pack.head)]);
  const given = await happens(device, draft(undefined, { act: "walk_in", people: { spectator: 2, student: 1 }, rid: "r", new_code: mine }));
  assert.deepEqual([given.verdict, given.admitted], ["counted", { spectator: 2, student: 1 }]);
  assert.equal((await happens(device, draft(mine))).verdict, "already_in");
  const next = await happens(device, draft(mine, { place: "session:other" }));
  assert.deepEqual([next.verdict, next.expected], ["confirm_party", { spectator: 2, student: 1 }]);
  assert.deepEqual([(await happens(device, draft(theirs))).verdict, (await happens(device, draft(theirs))).verdict], ["provisional", "already_in"]);
  assert.equal((await happens(device, draft(theirs, { at: "2026-10-05T03:00:00.000Z" }))).verdict, "already_in");
  assert.equal((await happens(device, draft(await givenCode(device.pack.head), { at: "2026-10-05T03:00:00.000Z" }))).verdict, "too_late");
});
