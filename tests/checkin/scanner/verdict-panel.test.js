import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Voice } from "../../../checkin/scanner/language.js";
import { verdictPanel } from "../../../checkin/scanner/verdict-panel.js";
import { drawPlainly } from "./fakes.js";

const CODE = "ABCDEFGHIJKLMNOPQRSTUVW234";

beforeEach(() => drawPlainly());

/** What the panel says to an answer. @param {object} answer @param {object} [more] of the door */
function said(answer, more = {}, language = "ja", code = CODE) {
  const one = { draft: { id: "1", act: "scan", code }, answer: { id: "1", ...answer }, stage: "answered", at: 0, late: false };
  const door = { categories: [], direction: "in", place: { code: "session:A1" }, gate: { places: [] }, shown: one, isAsking: false, contact: "reached", replaced: new Map(), overFull: true, ...more };
  const panel = verdictPanel(new Voice(language, "Asia/Tokyo"), door, () => {});
  panel.render();
  return panel.element.textContent;
}

test("a cancelled ticket says since when", () => {
  assert.match(said({ verdict: "cancelled", cancelled_at: "2026-10-02T03:00:00.000Z" }), /取り消し：10月2日 12:00/u);
  assert.match(said({ verdict: "cancelled", cancelled_at: "2026-10-02T03:00:00.000Z" }, {}, "en"), /Cancelled: 2 Oct 12:00/u);
  assert.doesNotMatch(said({ verdict: "cancelled" }), /取り消し：/u);
});

test("a device whose clock is wrong says what to do about it", () => {
  assert.match(said({ verdict: "admitted", conflict: "clock" }), /時計がずれています。時刻を合わせてください/u);
  assert.doesNotMatch(said({ verdict: "admitted", conflict: "clock" }), /確認待ち/u);
  assert.match(said({ verdict: "admitted", conflict: "override" }), /主催者の確認待ち/u);
});

test("a device whose clock is wrong does not say of somebody who was refused that they count", () => {
  const words = said({ verdict: "too_early", conflict: "clock" });
  assert.match(words, /時計がずれています。時刻を合わせてください/u);
  assert.doesNotMatch(words, /数えています/u);
});

test("what a device that was stopped is told says that the organiser decides whether it counts", () => {
  const words = said({ verdict: "refused", conflict: "quarantined" });
  assert.match(words, /この端末は止められています。数えるかどうかは、主催者が決めます/u);
});

test("a door that by itself finds it too early says for what time it decided: its clock may be wrong", () => {
  const answer = { id: "1", verdict: "too_early", at: "2026-10-03T03:00:00.000Z", window: { from: "2026-10-04T00:00:00.000Z", to: null } };
  const shown = { draft: { id: "1", act: "scan", code: CODE }, answer, stage: "answered", at: 0, late: false, by: "device" };
  assert.match(said(answer, { shown }), /10月3日 12:00として判定しました/u);
  assert.doesNotMatch(said(answer), /として判定/u);
});

test("after a wrong PIN the panel speaks of the PIN alone", () => {
  const answer = { verdict: "already_in", error: { code: "supervisor_right_needed", message: "" } };
  const words = said(answer, { supervision: { asksPin: true } });
  assert.match(words, /PINが確認できませんでした/u);
  assert.doesNotMatch(words, /すでに使われています/u);
});

test("of a short number that no ticket has the panel says to check the digits", () => {
  for (const verdict of ["unknown", "unreadable"]) {
    const words = said({ verdict }, {}, "en", "1234567");
    assert.match(words, /No such number.*check the seven digits/u);
    assert.doesNotMatch(words, /26 characters|Not a ticket/u);
    assert.match(said({ verdict }, {}, "ja", "1234567"), /7桁の数字を確かめて/u);
  }
  assert.match(said({ verdict: "unreadable" }, {}, "en", ""), /Not a ticket/u);
  assert.match(said({ verdict: "unknown" }, {}, "en"), /Unknown ticket/u);
});

test("a party of which more came than it is says who of them is counted as a walk-in", () => {
  const came = { verdict: "admitted", party: { pupil: 32, adult: 2 }, admitted: { pupil: 32, adult: 2 } };
  const shown = { draft: { id: "1", act: "scan", code: CODE, people: { pupil: 34, adult: 2 } }, answer: { id: "1", ...came }, stage: "answered", at: 0, late: false };
  assert.match(said(came, { shown }), /pupil 32人.*adult 2人.*当日参加として pupil 2人/u);
  assert.doesNotMatch(said(came), /当日参加/u);
});

test("a party that may be more than it is, is asked for its numbers like any other", () => {
  const asked = said({ verdict: "confirm_party", party: { pupil: 32 }, expected: { pupil: 32 }, walk_in_left: 8 });
  assert.match(asked, /入る人数を確かめて/u);
  assert.doesNotMatch(asked, /空き/u);
});
