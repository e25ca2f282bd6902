import assert from "node:assert/strict";
import { test } from "node:test";

import { Alone } from "../../../checkin/scanner/alone.js";
import { addressed, wordsOfKind } from "../../../checkin/scanner/first-words.js";
import { packOf, place } from "./packing.js";

const LEFT = { ja: "左の列へ", en: "Left-hand queue" };
const CATEGORIES = [
  { key: "spectator", label: { en: "Visitor" }, belongs: {} },
  { key: "student", label: { en: "Pupil" }, belongs: {}, first_words: LEFT },
  { key: "guardian", label: { en: "Guardian" }, belongs: {}, first_words: LEFT },
];
const [ANA, CLASS] = ["A", "B"].map((letter) => letter.repeat(26));

function keys(answer) {
  return addressed(CATEGORIES, answer).map(({ key }) => key);
}

test("words are said to who is admitted for the first time, and to nobody else", () => {
  const pupil = { verdict: "admitted", first_time: true, person: { category: "student" } };
  assert.deepEqual(keys(pupil), ["student"]);
  assert.deepEqual(keys({ ...pupil, person: { category: "spectator" } }), []);
  assert.deepEqual(keys({ ...pupil, first_time: false }), []);
  assert.deepEqual(keys({ ...pupil, verdict: "readmitted" }), []);
});

test("a party hears the same words once", () => {
  const party = { spectator: 2, student: 30, guardian: 3 };
  assert.deepEqual(keys({ verdict: "admitted", first_time: true, person: { category: null }, party }), ["student"]);
});

test("a kind of party has words of its own, which are not said of others, nor when they come again", () => {
  const words = { class: LEFT, family: { en: "Right-hand queue" } };
  const answer = { verdict: "admitted", first_time: true, party_kind: "class" };
  assert.deepEqual(wordsOfKind(words, answer), LEFT);
  assert.equal(wordsOfKind(words, { ...answer, party_kind: "person" }), null);
  assert.equal(wordsOfKind(words, { ...answer, first_time: false }), null);
  assert.equal(wordsOfKind({ class: {} }, answer), null);
});

test("without a network the device knows what it and its list know of earlier admissions", async () => {
  const places = [place(7, "talk"), place(8, "other")];
  const came = { n: 8, at: Date.parse("2026-10-03T02:00:00.000Z") };
  const tickets = [{ code: ANA, booked: { 7: "confirmed", 8: "confirmed" } }, { code: CLASS, booked: { 7: "confirmed" }, lines: [came] }];
  const device = new Alone({ pack: packOf(places, tickets), offset: 0, deeds: [], supervises: false });
  const at = "2026-10-03T03:00:00.000Z";
  const first = async (id, code, where) => {
    const own = await device.judge({ id, event: "practice", gate: "north", place: `session:${where}`, at, act: "scan", code, direction: "in" });
    device.remember(own.deed);
    return [own.answer.verdict, own.answer.first_time];
  };
  assert.deepEqual(await first("1", ANA, "talk"), ["admitted", true]);
  assert.deepEqual(await first("2", ANA, "other"), ["admitted", false]);
  assert.deepEqual(await first("3", CLASS, "talk"), ["admitted", false]);
});
