import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { bookedLines, toTell } from "../../../checkin/scanner/booked.js";
import { Voice } from "../../../checkin/scanner/language.js";
import { drawPlainly } from "./fakes.js";

const NOON = new Date("2026-10-02T03:00:00.000Z");
const HOUR = 3_600_000;

beforeEach(() => drawPlainly());

/** A session of one hour that begins so many hours from noon. @param {number} hours */
function session(hours, more = {}) {
  const at = NOON.getTime() + hours * HOUR;
  return { code: `in ${hours}`, title: { ja: `報告会${hours}` }, starts_at: new Date(at).toISOString(), ends_at: new Date(at + HOUR).toISOString(), ...more };
}

/** @param {readonly number[]} hours */
function told(...hours) {
  const { told, more, areOver } = toTell(new Voice("ja", "Asia/Tokyo"), hours.map((one) => session(one)), NOON);
  return [told.map(({ code }) => code), more, areOver];
}

test("of many booked sessions those are told that are on or come later today; how many come after them is said", () => {
  assert.deepEqual(told(-49, -26, -3, -0.5, 2), [["in -0.5", "in 2"], 0, false]);
  assert.deepEqual(told(24, 4, 2, 1, -2), [["in 1", "in 2"], 2, false]);
});

test("who has nothing more today is told what comes next, and who has nothing more at all what was last", () => {
  assert.deepEqual(told(48, 24, -24), [["in 24"], 1, false]);
  assert.deepEqual(told(-24, -3), [["in -3"], 0, true]);
  assert.deepEqual(told(), [[], 0, false]);
});

test("what began before midnight and is still on is told", () => {
  const night = session(-20, { ends_at: session(1).starts_at });
  assert.deepEqual(toTell(new Voice("ja", "Asia/Tokyo"), [session(30), night], NOON), { told: [night], more: 1, areOver: false });
});

test("each line begins with when and where, so that a long title is what is cut off", () => {
  const lines = bookedLines(new Voice("en", "Asia/Tokyo"), [session(2), session(3, { cancelled: true }), session(50)], { at: NOON, whereIs: () => ({ en: "Lab" }) });
  const texts = lines.map((line) => line.textContent);
  assert.match(texts[0], /^Booked: .*14:00, Lab: “報告会2”$/u);
  assert.deepEqual(texts.slice(1), ["Booked, but cancelled: “報告会3”", "Booked later: 1 more"]);
});

test("of what lasts all day no hour is said", () => {
  const all = (hours) => session(hours, { ends_at: session(hours + 24).starts_at, title: { en: "Stall" } });
  const said = (hours, whereIs) => bookedLines(new Voice("en", "Asia/Tokyo"), [all(hours)], { at: NOON, whereIs: () => whereIs })[0].textContent;
  assert.equal(said(-12, { en: "Hall" }), "Booked: today, all day, Hall: “Stall”");
  assert.equal(said(-36 + 24, null), "Booked: today, all day: “Stall”");
  assert.match(said(12, null), /^Booked: .*3.*, all day: “Stall”$/u);
});
