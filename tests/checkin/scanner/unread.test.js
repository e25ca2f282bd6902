import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Door } from "../../../checkin/scanner/door.js";
import { Voice } from "../../../checkin/scanner/language.js";
import { latestOf, recall } from "../../../checkin/scanner/latest.js";
import { onceMore } from "../../../checkin/scanner/cases.js";
import { belongsTogether, noteButton, notLookedUp } from "../../../checkin/scanner/unread.js";
import { verdictPanel } from "../../../checkin/scanner/verdict-panel.js";
import { drawPlainly, rest } from "./fakes.js";

const NUMBER = "1234566";
const PLACES = [{ code: "session:A1", name: { ja: "展示" }, starts_at: null, ends_at: null, now: true }];
const CATEGORIES = [{ key: "visitor", label: { ja: "観覧者" }, belongs: {} }, { key: "pupil", label: { ja: "児童" }, belongs: {} }];

let door;
let queue;

/** What the device says to a tap by itself. */
const judge = {
  asOf: 0, messages: { waiting: [] }, judge: async (draft) => (draft.code ? null : { answer: { id: draft.id, verdict: "counted" }, deed: null }), remember: () => {},
};

beforeEach(() => {
  drawPlainly();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  let ids = 0;
  queue = {
    drafts: [], withdrawn: [], settles: [], showed: async () => true, waiting: async () => 0,
    put: async (draft) => (queue.drafts.push(draft), { answer: new Promise((settle) => queue.settles.push(settle)) }),
    withdraw: async (id) => queue.withdrawn.push(id),
  };
  door = new Door({
    event: "fair", gate: { code: "g", name: {}, kind: "entrance", new_today: true, places: PLACES }, place: PLACES[0], categories: CATEGORIES,
    queue, judge, newId: () => `id-${(ids += 1)}`, now: () => new Date(0), onChange: () => {},
  });
});

/** The panel as it stands. @param {string} [language] */
function panel(language = "en") {
  const { element, render } = verdictPanel(new Voice(language, "Asia/Tokyo"), door, () => {});
  render();
  return element;
}

test("a number that cannot be looked up is noted with who is counted", async () => {
  door.heard("unreached");
  void door.read(NUMBER);
  await rest();
  assert.match(panel().textContent, /Count, and note the number/u);
  void door.unasked.note(NUMBER, { visitor: 1 });
  await rest();
  const [{ act, people, number, code, shown, new_today }] = queue.drafts;
  assert.deepEqual({ act, people, number, code, shown, new_today }, { act: "walk_in", people: { visitor: 1 }, number: NUMBER, code: undefined, shown: "counted", new_today: true });
  assert.equal(door.shown.answer.verdict, "counted");
  assert.match(panel().textContent, /観覧者: 1.*Number 123-4566 is noted/u);
  assert.equal(door.past[1].answer.error.code, "number_dropped");
});

test("once there is a network the noted number is not asked about any more", async () => {
  door.heard("unreached");
  void door.read(NUMBER);
  void door.unasked.note(NUMBER, { visitor: 1 });
  await rest();
  door.heard("reached");
  await rest();
  assert.deepEqual(queue.drafts.map(({ act }) => act), ["walk_in"]);
});

test("a number that was on its way is withdrawn when it is noted instead: nobody is counted twice", async () => {
  void door.read(NUMBER);
  await rest();
  door.heard("unreached");
  void door.unasked.note(NUMBER, { visitor: 1 });
  await rest();
  assert.deepEqual([queue.withdrawn, queue.drafts.map(({ act }) => act)], [["id-1"], ["scan", "walk_in"]]);
});

test("without a list nothing here can decide: that they are in is a fact", async () => {
  door.judge.asOf = null;
  door.answers.judge = null;
  door.heard("unreached");
  void door.unasked.note(NUMBER, { visitor: 1 });
  await rest();
  assert.equal(queue.drafts[0].shown, "counted");
  door.judge.asOf = 0;
});

test("a device that may not look numbers up may note one, and with a network the server is asked whether they come in", async () => {
  door.takesNumbers = false;
  void door.read(NUMBER);
  assert.equal(notLookedUp(door.shown), NUMBER);
  assert.match(panel("ja").textContent, /番号を控えて数える/u);
  void door.unasked.note(NUMBER, { pupil: 2 });
  await rest();
  assert.deepEqual([queue.drafts[0].shown, queue.drafts[0].number], [undefined, NUMBER]);
  queue.settles[0]({ id: "id-1", verdict: "counted", conflict: "unread_ticket" });
  await rest();
  assert.doesNotMatch(panel().textContent, /Kept for the organiser/u);
});

test("what was noted is taken back like an admission, and is none of the taps", async () => {
  door.heard("unreached");
  void door.unasked.note(NUMBER, { visitor: 1, pupil: 1 });
  await rest();
  assert.equal(door.tally.standing().length, 0);
  assert.match(panel().textContent, /Undo this admission/u);
  void door.undoShown();
  await rest();
  assert.deepEqual([queue.drafts[1].act, queue.drafts[1].undoes], ["undo", queue.drafts[0].id]);
});

test("digits that do not belong together are said to be wrong, and not noted", () => {
  assert.deepEqual(["1234566", "1234567", "1243566", "0000000"].map(belongsTogether), [true, false, false, true]);
  door.heard("unreached");
  void door.read("1234567");
  assert.match(panel().textContent, /check the seven digits/u);
  assert.doesNotMatch(panel().textContent, /note the number/u);
});

test("whoever leaves, and whoever was answered, is not noted", () => {
  door.heard("unreached");
  void door.read(NUMBER);
  door.direction = "out";
  assert.equal(noteButton(new Voice("en"), door, door.shown), null);
  door.direction = "in";
  assert.notEqual(noteButton(new Voice("en"), door, door.shown), null);
  door.shown.stage = "answered";
  door.shown.answer = { id: "id-1", verdict: "admitted" };
  assert.equal(noteButton(new Voice("en"), door, door.shown), null);
});

test("the sheet counts by category, and nobody once an answer has come", async () => {
  door.heard("unreached");
  void door.read(NUMBER);
  const { shown } = door;
  const open = () => {
    const button = noteButton(new Voice("en"), door, shown);
    let sheet;
    button.listeners.click({ currentTarget: { closest: () => ({ append: (one) => (sheet = Object.assign(one, { showModal: () => {}, close: () => {} })) }) } });
    return sheet;
  };
  const press = (sheet) => {
    const more = sheet.all((node) => node.attributes["aria-label"] === "One more: 児童")[0];
    more.click();
    sheet.all((node) => node.tag === "button" && /^Count 1$/u.test(node.textContent))[0].click();
  };
  const sheet = open();
  assert.equal(door.isBusy, true);
  assert.match(sheet.textContent, /Number 123-4566/u);
  door.isVouching = false;
  const late = open();
  press(sheet);
  await rest();
  assert.deepEqual(queue.drafts.map(({ number, people }) => [number, people]), [[NUMBER, { pupil: 1 }]]);
  press(late);
  await rest();
  assert.equal(queue.drafts.length, 1);
});

test("a number is kept in the queue alone, not with the last readings", async () => {
  door.takesNumbers = false;
  void door.read(NUMBER);
  void door.unasked.note(NUMBER, { visitor: 1 });
  await rest();
  const latest = latestOf(door);
  assert.doesNotMatch(JSON.stringify(latest), new RegExp(NUMBER, "u"));
  const again = recall({ ...latest, at: "1960-01-01T00:00:00.000Z" }, queue.drafts, { event: "fair", gate: "g" });
  assert.deepEqual(again.taps, []);
});

test("a supervisor's word on it goes out with the number", () => {
  assert.equal(onceMore({ id: "1", event: "fair", at: "", gate: "g", place: "p", act: "walk_in", people: { visitor: 1 }, number: NUMBER }).number, NUMBER);
});
