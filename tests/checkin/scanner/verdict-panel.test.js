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

test("when doors open is told with its day where it is not that of the reading, whatever this device's clock says", () => {
  const answer = { verdict: "too_early", at: "2026-10-03T03:00:00.000Z" };
  assert.match(said({ ...answer, window: { from: "2026-10-04T00:00:00.000Z", to: null } }, {}, "en"), /open at 4 Oct 09:00/u);
  assert.match(said({ ...answer, window: { from: "2026-10-03T04:00:00.000Z", to: null } }, {}, "en"), /open at 13:00/u);
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

const BOOKED = [{ code: "A2", title: { ja: "報告会" }, starts_at: "2026-10-02T03:00:00.000Z" }];
const JUDGE = { asOf: 0, whereIs: (code) => (code === "A2" ? { ja: "協働ラボ" } : null) };

test("who is booked elsewhere is sent there: what, when and where", () => {
  assert.match(said({ verdict: "not_booked", booked: BOOKED }), /予約：10月2日（金） 12:00から『報告会』/u);
  assert.match(said({ verdict: "not_booked", booked: BOOKED }, { judge: JUDGE }), /10月2日（金） 12:00から、協働ラボ『報告会』/u);
});

test("who comes at the wrong time with a place elsewhere is told of that, who has a place here is not", () => {
  assert.match(said({ verdict: "too_early", place: "session:A1", booked: BOOKED }), /予約：.*報告会/u);
  assert.doesNotMatch(said({ verdict: "too_early", place: "session:A2", booked: BOOKED }), /予約：/u);
  assert.doesNotMatch(said({ verdict: "cancelled", booked: BOOKED }), /予約：/u);
});

test("a wrong session at the right gate is one button away, whatever was wrong with it", () => {
  const there = { code: "session:A2", name: { ja: "報告会" }, starts_at: null, ends_at: null, now: true };
  for (const verdict of ["not_booked", "too_early", "too_late"]) {
    assert.match(said({ verdict, booked: BOOKED }, { bookedHere: there }), /『報告会』で受付する/u);
  }
  assert.doesNotMatch(said({ verdict: "already_in", booked: BOOKED }, { bookedHere: there }), /で受付する/u);
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

test("what a device may not do is said with its reason, without the advice to load the page again", () => {
  const words = said({ verdict: null, error: { code: "search_right_needed", message: "" } }, {}, "ja", "1234567");
  assert.match(words, /できません.*この端末では番号を使えません/u);
  assert.doesNotMatch(words, /読み込み直し/u);
});

test("what was taken back says whose it was", () => {
  const before = { draft: { id: "0" }, answer: { verdict: "admitted", person: { name: "青木 葵", category: null } } };
  const one = { draft: { id: "1", act: "undo", undoes: "0" }, answer: { id: "1", verdict: "undone" }, stage: "answered", at: 0, late: false };
  assert.match(said({}, { shown: one, past: [one, before] }), /取り消しました青木 葵/u);
});

test("who has booked only what is over is not sent there", () => {
  const over = said({ verdict: "not_booked", at: "2026-10-03T03:00:00.000Z", booked: BOOKED }, {}, "en");
  assert.match(over, /What they have booked is over/u);
  assert.doesNotMatch(over, /show the way|hold no place/u);
});

test("a booked session that does not take place is told as such, and nobody is sent there", () => {
  const words = said({ verdict: "not_booked", booked: [{ ...BOOKED[0], cancelled: true }] }, { judge: JUDGE });
  assert.match(words, /予約：中止になりました『報告会』/u);
  assert.doesNotMatch(words, /案内してください|12:00/u);
});

/** A panel whose door may say anything next, and what a screen reader is told meanwhile. @param {object} [more] of the door */
function panelOf(more = {}) {
  const door = { categories: [], direction: "in", place: { code: "session:A1" }, gate: { places: [] }, shown: null, isAsking: false, contact: "reached", replaced: new Map(), overFull: true, ...more };
  const panel = verdictPanel(new Voice("ja"), door, () => {});
  const told = [];
  const { replaceChildren } = panel.heard;
  panel.heard.replaceChildren = function (...children) {
    replaceChildren.apply(this, children);
    if (children.length > 0) told.push(this.textContent);
  };
  const shows = (one) => ((door.shown = one), panel.render());
  return { door, panel, told, shows };
}

const reading = (more = {}) => ({ draft: { id: "1", act: "scan", code: CODE }, answer: null, stage: "checking", at: 0, late: false, ...more });

test("each verdict is told once, in a part of the page that stays; that it is looked up is not told", () => {
  const { told, shows } = panelOf();
  const one = reading();
  shows(one);
  shows(Object.assign(one, { answer: { id: "1", verdict: "admitted" }, stage: "answered", by: "device" }));
  shows(one);
  shows(Object.assign(one, { answer: { id: "1", verdict: "admitted" }, by: "server" }));
  assert.deepEqual(told, ["入場できます"]);
  shows(Object.assign(one, { answer: { id: "1", verdict: "full" } }));
  assert.deepEqual(told.length, 2);
  shows(null);
  shows(reading({ answer: { id: "2", verdict: "full" }, stage: "answered" }));
  assert.deepEqual(told.length, 3);
});

test("what becomes of another reading leaves the numbers of a party as they were set", () => {
  const pupils = { key: "pupil", label: { ja: "児童" } };
  const { panel, shows } = panelOf({ isAsking: true, categories: [pupils] });
  const one = reading({ answer: { id: "1", verdict: "confirm_party", party: { pupil: 30 } }, stage: "answered" });
  shows(one);
  panel.element.ofClass("step")[0].click();
  assert.equal(panel.element.ofClass("party-number")[0].textContent, "29");
  assert.equal(shows(one), false);
  assert.equal(panel.element.ofClass("party-number")[0].textContent, "29");
});

test("the way to a place of the same name says of which day or time it is, and to a room which", () => {
  const booked = [{ code: "B2", title: { ja: "展示" }, starts_at: "2026-10-03T15:00:00Z", ends_at: "2026-10-04T15:00:00Z" }];
  const there = { code: "session:B2", name: { ja: "展示" }, starts_at: "2026-10-03T15:00:00Z", ends_at: "2026-10-04T15:00:00Z", now: false };
  const here = { place: { code: "session:B1", name: { ja: "展示" } } };
  const at = "2026-10-03T14:30:00Z";
  assert.match(said({ verdict: "not_booked", at, booked }, { ...here, bookedHere: there }), /『展示』で受付する10月4日/u);
  const brief = { ...there, ends_at: "2026-10-03T16:00:00Z" };
  assert.match(said({ verdict: "not_booked", at, booked }, { ...here, bookedHere: brief }), /『展示』で受付する10月4日 00:00/u);
  const room = { ...brief, name: { ja: "対話" }, room: { ja: "306会議室" } };
  assert.match(said({ verdict: "not_booked", at, booked }, { ...here, bookedHere: room }), /『対話』で受付する306会議室/u);
  assert.doesNotMatch(said({ verdict: "not_booked", at, booked }, { ...here, bookedHere: room }), /受付する306会議室10月/u);
});
