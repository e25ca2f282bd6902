import assert from "node:assert/strict";
import { test } from "node:test";

import { counted, htmlLang, languageOf, Voice } from "../../../checkin/scanner/language.js";

const NOW = new Date("2026-10-03T03:00:00Z");

test("times are those of the event, wherever the device believes to be", () => {
  assert.equal(new Voice("ja", "Asia/Tokyo").moment("2026-10-03T04:30:00Z", NOW), "13:30");
  assert.equal(new Voice("en", "Europe/Berlin").moment("2026-10-03T04:30:00Z", NOW), "06:30");
});

test("another day than today is named with its date, without an era", () => {
  assert.equal(new Voice("ja", "Asia/Tokyo").moment("2026-10-02T04:30:00Z", NOW), "10月2日 13:30");
  assert.equal(new Voice("ja-easy", "Asia/Tokyo").moment("2026-10-02T04:30:00Z", NOW), "10月《がつ》 ｜2日《ふつか》 13:30");
  assert.equal(new Voice("en", "Asia/Tokyo").moment("2026-10-02T04:30:00Z", NOW), "2 Oct 13:30");
});

test("today is today in the event's zone, also when the device's day is another", () => {
  assert.equal(new Voice("ja", "Asia/Tokyo").moment("2026-10-02T15:30:00Z", NOW), "00:30");
});

test("what ends the next day ends at 24:00 or later on the clock of the day it starts, as on the public pages", () => {
  const tokyo = new Voice("ja", "Asia/Tokyo");
  assert.equal(tokyo.timeUntil("2026-10-02T15:00:00Z", "2026-10-03T15:00:00Z"), "24:00");
  assert.equal(tokyo.timeUntil("2026-10-03T13:00:00Z", "2026-10-03T16:30:00Z"), "25:30");
  assert.equal(tokyo.timeUntil("2026-10-03T04:30:00Z", "2026-10-03T06:00:00Z"), "15:00");
  assert.equal(tokyo.timeUntil("2026-10-31T01:00:00Z", "2026-11-01T01:00:00Z"), "34:00");
  assert.equal(new Voice("en", "Europe/Berlin").timeUntil("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), "24:00");
});

test("a missing text is taken from the nearest language", () => {
  assert.equal(new Voice("en").localPlainly({ ja: "受付" }), "受付");
  assert.equal(new Voice("ja").localPlainly({ en: "Door" }), "Door");
  assert.equal(new Voice("ja-easy").localPlainly({ ja: "受付", en: "Door" }), "受付");
  assert.equal(new Voice("ja-easy").localPlainly({ ja: "受付", "ja-easy": "受付《うけつけ》" }), "受付");
  assert.equal(new Voice("en").localPlainly(null), "");
});

test("only the three languages are languages", () => {
  assert.deepEqual(["ja", "en", "ja-easy", "fr", "", undefined].map(languageOf), ["ja", "en", "ja-easy", "ja", "ja", "ja"]);
  assert.deepEqual(["ja", "en", "ja-easy"].map(htmlLang), ["ja", "en", "ja"]);
});

test("one person and two people have readings of their own, more have not", () => {
  const said = [0, 1, 2, 3, 21, "1 / 2", undefined].map((n) => counted("あと {n}人《にん》です", n));
  assert.deepEqual(said.slice(1, 3), ["あと ｜1人《ひとり》です", "あと ｜2人《ふたり》です"]);
  assert.deepEqual(new Set([said[0], ...said.slice(3)]), new Set(["あと {n}人《にん》です"]));
  assert.equal(counted("{n}人", 1), "{n}人");
  assert.equal(counted("まだ {n} あります", 1), "まだ {n} あります");
});

test("when something begins is said as one would say it: today, or the day with its weekday", () => {
  const begins = (language, at) => new Voice(language, "Asia/Tokyo").begins(at, NOW);
  assert.deepEqual(["ja", "en", "ja-easy"].map((language) => begins(language, "2026-10-03T10:26:00Z")), ["今日 19:26", "today 19:26", "今日《きょう》 19:26"]);
  assert.deepEqual(["ja", "en", "ja-easy"].map((language) => begins(language, "2026-10-04T01:00:00Z")), [
    "10月4日（日） 10:00", "Sun 4 Oct 10:00", "10月《がつ》 ｜4日《よっか》 日曜日《にちようび》 10:00",
  ]);
});
