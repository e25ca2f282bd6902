import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Door } from "../../../checkin/scanner/door.js";
import { latestOf, recall, withAnswer } from "../../../checkin/scanner/latest.js";
import { MemoryStore } from "../../../checkin/scanner/store.js";
import { rest } from "./fakes.js";

const CODE = "ABCDEFGHIJKLMNOPQRSTUVW234";
const PLACE = { code: "session:A1", name: { ja: "A1" }, starts_at: null, ends_at: null, now: true };
const GATE = { code: "north", name: { ja: "北口" }, kind: "rooms", new_today: false, places: [PLACE] };
const HERE = { event: "practice", gate: "north" };

let drafts;
let answers;
let ids;

beforeEach(() => {
  drafts = [];
  answers = [];
  ids = 0;
});

/** A door as it is after a start: with what was kept, and what waits in the queue. */
function start(kept = null, waiting = []) {
  const queue = { put: async (draft) => (drafts.push(draft), { scan: draft, answer: new Promise((settle) => answers.push(settle)) }), waiting: async () => 0, showed: async () => true };
  return new Door({
    ...HERE, gate: GATE, place: PLACE, categories: [], queue, latest: recall(kept, waiting, HERE), newId: () => `id-${(ids += 1)}`,
    now: () => new Date("2026-10-03T01:02:03Z"), onChange: () => {},
  });
}

async function answer(index, verdict, more = {}) {
  answers[index]({ id: drafts[index].id, verdict, ...more });
  await rest();
}

/** What a disk gives back. */
const stored = (kept) => JSON.parse(JSON.stringify(kept));

test("after a reload the list shows what was read, without name, note or code", async () => {
  const door = start();
  void door.read(CODE);
  await rest();
  await answer(0, "admitted", { person: { name: "架空 花子", category: "visitor", note: "車いす" } });
  const kept = stored(latestOf(door));
  assert.doesNotMatch(JSON.stringify(kept), new RegExp(`${CODE}|花子|車いす`));
  const [one] = start(kept).past;
  assert.deepEqual([one.answer.verdict, one.answer.person.category, one.stage, one.at], ["admitted", "visitor", "answered", Date.parse("2026-10-03T01:02:03Z")]);
});

test("a scan that waits over a reload gets its answer in the list", async () => {
  const door = start();
  void door.read(CODE);
  await rest();
  const kept = stored(latestOf(door));
  assert.doesNotMatch(JSON.stringify(kept), new RegExp(CODE));
  const again = start(kept, [{ ...drafts[0], seq: 1 }]);
  assert.deepEqual([again.past[0].stage, again.past[0].draft.code], ["waiting", CODE]);
  again.answered({ id: "id-1", verdict: "cancelled" }, drafts[0]);
  assert.deepEqual([again.past[0].answer.verdict, again.past[0].late, again.unseen], ["cancelled", true, 1]);
});

test("an answer that comes before the work starts again is in the list too", async () => {
  const door = start();
  void door.read(CODE);
  await rest();
  const kept = withAnswer(stored(latestOf(door)), { id: "id-1", verdict: "cancelled", person: { name: "架空 花子", category: null, note: null } }, drafts[0]);
  assert.doesNotMatch(JSON.stringify(kept), new RegExp(`花子|${CODE}`));
  assert.deepEqual(start(kept).past.map(({ answer: { verdict }, late }) => [verdict, late]), [["cancelled", true]]);
});

test("the last tap can be undone after a reload, and what was undone is not there any more", async () => {
  const door = start();
  void door.tapping.tap("visitor");
  void door.tapping.tap("pupil");
  await rest();
  await answer(0, "counted");
  await answer(1, "counted");
  void door.tapping.undo();
  await rest();
  const again = start(stored(latestOf(door)));
  assert.equal(again.tally.last("session:A1").id, "id-1");
  void again.tapping.undo();
  await rest();
  assert.deepEqual([drafts[3].act, drafts[3].undoes], ["undo", "id-1"]);
  assert.equal(again.tally.count("session:A1", "visitor"), 0);
});

test("a tap that waits over a reload counts, and is taken off when it is refused", async () => {
  const door = start();
  void door.tapping.tap("visitor");
  await rest();
  const kept = stored(latestOf(door));
  const again = start(kept, drafts);
  assert.equal(again.tally.count("session:A1", "visitor"), 1);
  again.answered({ id: "id-1", verdict: "full" }, drafts[0]);
  assert.deepEqual([again.tally.count("session:A1", "visitor"), again.tally.last("session:A1"), again.shown.answer.verdict], [0, null, "full"]);
  const meanwhile = start(withAnswer(kept, { id: "id-1", verdict: "full" }, drafts[0]));
  assert.deepEqual([meanwhile.tally.last("session:A1"), meanwhile.past[0].answer.verdict, meanwhile.unseen], [null, "full", 1]);
});

test("a tap that was kept as a fact before a reload stays counted, whatever the server says of it", async () => {
  const door = start();
  void door.tapping.tap("visitor");
  await rest();
  const [kept, scan] = [stored(latestOf(door)), { ...drafts[0], showed: "counted" }];
  const again = start(kept, [scan]);
  again.answered({ id: "id-1", verdict: "full" }, scan);
  assert.deepEqual([again.tally.count("session:A1", "visitor"), again.shown], [1, null]);
  const meanwhile = start(withAnswer(kept, { id: "id-1", verdict: "full" }, scan));
  assert.deepEqual([meanwhile.tally.last("session:A1")?.id, meanwhile.unseen], ["id-1", 0]);
});

test("a question about a party is not kept: without the ticket it has no answer", async () => {
  const door = start();
  void door.read(CODE);
  await rest();
  await answer(0, "confirm_party", { party: { visitor: 2 } });
  assert.deepEqual(latestOf(door).cases, []);
});

test("only the last few are kept, and only for the gate where they were", async () => {
  const door = start();
  for (let i = 0; i < 30; i += 1) {
    void door.read("no ticket");
    void door.tapping.tap("visitor");
  }
  const kept = latestOf(door);
  assert.deepEqual([kept.cases.length, kept.taps.length], [10, 10]);
  assert.equal(kept.taps.at(-1).id, door.tally.last("session:A1").id);
  assert.deepEqual(recall(kept, [], { event: "practice", gate: "south" }), { past: [], taps: [] });
});

test("which of its places somebody chose stands over a reload, and is nothing to another gate", () => {
  const door = start();
  assert.equal(start(stored(latestOf(door))).chosen, null);
  door.enter({ ...PLACE, code: "session:B1", now: false });
  const kept = stored(latestOf(door));
  assert.deepEqual(start(kept).chosen, { place: "session:B1", besides: "session:A1", wasOver: false });
  assert.equal(recall(kept, [], { event: "practice", gate: "south" }).chosen, undefined);
});

test("a store keeps them until it is told to forget", async () => {
  const store = new MemoryStore();
  assert.equal(await store.latest(), null);
  await store.keepLatest({ ...HERE, cases: [], taps: [] });
  assert.deepEqual(await store.latest(), { ...HERE, cases: [], taps: [] });
  await store.keepLatest(null);
  assert.equal(await store.latest(), null);
});
