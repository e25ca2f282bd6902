/** What is told above the work: a full device first, and what became of something, one after the other. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Voice } from "../../../checkin/scanner/language.js";
import { Messages } from "../../../checkin/scanner/messages.js";
import { noticesPart } from "../../../checkin/scanner/notices.js";
import { drawPlainly } from "./fakes.js";

beforeEach(() => {
  drawPlainly();
  const kept = new Map();
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
});

const world = { lasting: true, onSave() {}, onGoIn() {} };
const working = (more) => ({ contact: "reached", unwritten: 0, direction: "in", gate: { places: [] }, place: {}, judge: null, now: () => new Date("2026-10-03T01:00:00Z"), ...more });

/** What is suggested as being on now. */
const told = (element) => element.ofClass("is-now").map(({ textContent }) => textContent).join();

test("two messages that read alike are seen one after the other", () => {
  const messages = new Messages();
  const one = { id: "1:found", conflict: "double_admission", settled: null, at: "2026-10-03T01:30:00Z", gate: null, place: { ja: "体験室" }, number: "1234567", text: "" };
  messages.add([one, { ...one, id: "2:found" }]);
  const { element, render } = noticesPart(new Voice("ja", "Asia/Tokyo"), working({ judge: { messages } }), world);
  for (const left of [1, 0]) {
    render();
    assert.match(element.all(({ attributes }) => attributes.role === "status")[0].textContent, /10:30 体験室 1234567 同じ参加票で2回入場しました/);
    element.ofClass("button")[0].click();
    assert.equal(messages.unseen.length, left);
  }
  assert.equal(element.ofClass("note").length, 0);
});

test("a full device says what to do before why, and its button is beside the words", () => {
  let saved = 0;
  const door = working({ contact: "unreached", unwritten: 2 });
  const { element, render } = noticesPart(new Voice("ja"), door, { ...world, onSave: () => (saved += 1) });
  render();
  assert.match(element.textContent, /2件の読み取りを保存できていません。画面を閉じないでください。未送信の読み取りをファイルに保存/);
  element.ofClass("button")[0].click();
  assert.equal(saved, 1);
});

test("what is on now under the same name says of which day it is, and of several rooms none is more now", () => {
  const now = new Date("2026-10-03T15:01:00Z");
  const day = (code, starts_at, ends_at, on) => ({ code, name: { ja: "展示" }, starts_at, ends_at, now: on });
  const before = day("session:B1", "2026-10-02T15:00:00Z", "2026-10-03T15:00:00Z", false);
  const today = day("session:B2", "2026-10-03T15:00:00Z", "2026-10-04T15:00:00Z", true);
  const toldAt = (place, places) => {
    const { element, render } = noticesPart(new Voice("ja", "Asia/Tokyo", () => now), working({ gate: { places }, place, now: () => now }), world);
    render();
    return told(element);
  };
  assert.match(toldAt(before, [before, today]), /『展示』です。今日切り替える/);
  assert.equal(toldAt({ ...today, code: "session:B3", now: false }, [today]), "");
});

test("what somebody chose beside what is on is not called into question until it is over or something else is on", () => {
  let now = new Date("2026-10-03T01:05:00Z");
  const at = (code, starts, ends, on = false) => ({ code, name: { ja: code }, starts_at: `2026-10-03T${starts}:00Z`, ends_at: `2026-10-03T${ends}:00Z`, now: on });
  const [robot, corner, later] = [at("robot", "00:30", "01:30"), at("corner", "01:00", "06:00", true), at("later", "02:00", "03:00")];
  const door = working({ gate: { places: [robot, corner, later] }, place: robot, chosen: { place: "robot", besides: "corner" }, now: () => now });
  const { element, render } = noticesPart(new Voice("ja", "Asia/Tokyo", () => now), door, world);
  const suggested = () => (render(), told(element));
  assert.equal(suggested(), "");
  now = new Date("2026-10-03T01:31:00Z");
  assert.match(suggested(), /『corner』/);
  door.chosen = { ...door.chosen, wasOver: true };
  assert.equal(suggested(), "", "it was over when they chose it");
  door.chosen = { ...door.chosen, wasOver: false };
  now = new Date("2026-10-03T01:29:00Z");
  door.gate = { places: [robot, { ...corner, now: false }, { ...later, now: true }] };
  assert.match(suggested(), /『later』/);
});

test("whatever else is on at a gate of several rooms is one tap away", () => {
  const now = new Date("2026-10-03T01:05:00Z");
  const at = (code, starts, ends, on = false) => ({ code, name: { en: code }, room: { en: `room of ${code}` }, starts_at: `2026-10-03T${starts}:00Z`, ends_at: `2026-10-03T${ends}:00Z`, now: on });
  const places = [at("over", "00:00", "01:00"), at("robot", "00:30", "01:30"), at("lab", "00:00", "05:00"), at("corner", "01:00", "06:00", true), at("later", "02:00", "03:00")];
  const entered = [];
  const { element, render } = noticesPart(new Voice("en", "Asia/Tokyo", () => now), working({ gate: { places }, place: places[1], now: () => now, enter: (place) => entered.push(place.code) }), world);
  render();
  assert.deepEqual(element.ofClass("button").map(({ textContent }) => textContent), ["Switch", "labroom of lab"]);
  element.ofClass("button").forEach((button) => button.click());
  assert.deepEqual(entered, ["corner", "lab"]);
});
