import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Alone } from "../../../checkin/scanner/alone.js";
import { countPanel } from "../../../checkin/scanner/count-panel.js";
import { Counting } from "../../../checkin/scanner/counting.js";
import { Door } from "../../../checkin/scanner/door.js";
import { Voice } from "../../../checkin/scanner/language.js";
import { latestOf, recall, withAnswer } from "../../../checkin/scanner/latest.js";
import { numberIn } from "../../../checkin/scanner/room-count-panel.js";
import { drawPlainly, rest } from "./fakes.js";
import { packOf, place } from "./packing.js";

const PLACE = { code: "session:A1", name: { ja: "A1" }, starts_at: null, ends_at: null, now: true };
const GATE = { code: "north", name: { ja: "北口" }, kind: "rooms", new_today: true, places: [PLACE] };
const HERE = { event: "practice", gate: "north" };
const CATEGORIES = [{ key: "visitor", label: { ja: "観覧者" }, belongs: {} }, { key: "unasked", label: { ja: "不明" }, belongs: {}, unknown: true }];
const NOON = "2026-10-03T03:00:00.000Z";

let drafts;
let answers;
let onDisk;
let ids;

beforeEach(() => {
  drawPlainly();
  [drafts, answers, ids, onDisk] = [[], [], 0, async () => {}];
});

function start(kept = null, waiting = []) {
  const put = async (draft) => {
    await onDisk();
    drafts.push(draft);
    return { scan: draft, answer: new Promise((settle) => answers.push(settle)) };
  };
  return new Door({
    ...HERE, gate: GATE, place: PLACE, categories: CATEGORIES, queue: { put, waiting: async () => 0 }, latest: recall(kept, waiting, HERE),
    newId: () => `id-${(ids += 1)}`, now: () => new Date(Date.parse(NOON) + ids * 1000), onChange: () => {},
  });
}

async function answer(index, verdict, more = {}) {
  answers[index]({ id: drafts[index].id, verdict, ...more });
  await rest();
}

const shown = (door) => door.tally.count("session:A1", "visitor");
const stored = (kept) => JSON.parse(JSON.stringify(kept));

test("a head is on disk before it is shown", async () => {
  let isWritten = () => {};
  onDisk = () => new Promise((resolve) => (isWritten = resolve));
  const door = start();
  void new Counting(door).add("visitor", 1);
  await rest();
  assert.equal(shown(door), 0);
  isWritten();
  await rest();
  assert.deepEqual([shown(door), drafts[0].act, drafts[0].people, drafts[0].new_today], [1, "head_count", { visitor: 1 }, true]);
});

test("however fast somebody presses, a minus takes off no more than this device has counted", async () => {
  const door = start();
  const counting = new Counting(door);
  const outcomes = [counting.add("visitor", 1), counting.add("visitor", -1), counting.add("visitor", -1)];
  await rest();
  assert.deepEqual([shown(door), drafts.length, await outcomes[2]], [0, 2, "refused"]);
  await answer(0, "counted");
  await answer(1, "counted");
  assert.deepEqual([await outcomes[0], await outcomes[1]], ["done", "done"]);
});

test("a minus says whether they were new today only where so many of them are known", async () => {
  const door = start();
  const counting = new Counting(door);
  void counting.add("visitor", 1);
  await rest();
  door.newToday = false;
  void counting.add("visitor", -1);
  await rest();
  assert.deepEqual(drafts.map((draft) => draft.new_today), [true, undefined]);
});

test("what the server does not take is taken off, and the last one is undone, a minus too", async () => {
  const door = start();
  const counting = new Counting(door);
  void counting.add("visitor", 1);
  void counting.add("visitor", 1);
  void counting.add("visitor", -1);
  await rest();
  await answer(0, "refused");
  assert.equal(shown(door), 0);
  void door.tapping.undo();
  await rest();
  assert.deepEqual([shown(door), drafts[3].undoes], [1, "id-3"]);
});

test("after a reload without a network this device knows what it had counted, beyond the last few", async () => {
  const door = start();
  for (let i = 0; i < 25; i += 1) void new Counting(door).add("visitor", 1);
  await rest();
  const kept = stored(latestOf(door));
  const late = { ...drafts[0], id: "after", at: "2026-10-03T04:00:00.000Z" };
  assert.deepEqual([kept.taps.length, shown(start(kept, drafts)), shown(start(kept, [...drafts, late]))], [10, 25, 26]);
  const refused = withAnswer(kept, { id: "id-25", verdict: "refused" }, drafts[24]);
  assert.equal(shown(start(refused, drafts.slice(0, 24))), 24);
});

test("a room count is kept with its time, and can be taken back after a reload", async () => {
  const door = start();
  const coming = new Counting(door).room({ unasked: 63 });
  await rest();
  await answer(0, "counted");
  assert.deepEqual([await coming, drafts[0].act, drafts[0].people, shown(door)], ["done", "room_count", { unasked: 63 }, 0]);
  const again = start(stored(latestOf(door)));
  assert.deepEqual([again.rooms.last("session:A1").at, again.rooms.last("session:A1").people], [NOON.replace("00:00.000", "00:01.000"), { unasked: 63 }]);
  void new Counting(again).undoRoom();
  await rest();
  assert.deepEqual([drafts[1].act, drafts[1].undoes, again.rooms.last("session:A1")], ["undo", "id-1", null]);
  await answer(1, "refused", { error: { code: "too_late_to_undo", message: "" } });
  assert.equal(again.rooms.last("session:A1").id, "id-1");
});

test("nobody in a room is no count, and a count that the server does not take is not the last one", async () => {
  const door = start();
  assert.equal(await new Counting(door).room({}), "refused");
  void new Counting(door).room({ unasked: 5 });
  await rest();
  await answer(0, "refused", { error: { code: "no_room", message: "" } });
  assert.deepEqual([drafts.length, door.rooms.last("session:A1"), door.shown.answer.verdict], [1, null, "refused"]);
});

test("numbers are read as people type them", () => {
  assert.deepEqual(["６３", " 12 ", "", "0", "-1", "1.5", "x", "99999"].map(numberIn), [63, 12, 0, 0, null, null, null, null]);
});

test("the room is counted under the category for who was not asked, or by the others", async () => {
  const door = start();
  const { element, render } = countPanel(new Voice("ja"), door, { give: () => {} });
  render();
  element.all(({ attributes }) => attributes.name === "count-manner")[1].listeners.change();
  const field = (id) => element.all(({ attributes }) => attributes.id === id)[0];
  field("room-total").value = "63";
  element.ofClass("room-form")[0].listeners.submit({ preventDefault() {} });
  await rest();
  element.all(({ attributes }) => attributes.name === "room-manner")[1].listeners.change();
  assert.equal(field("room-unasked"), undefined);
  field("room-visitor").value = "7";
  element.ofClass("room-form")[0].listeners.submit({ preventDefault() {} });
  await rest();
  assert.deepEqual(drafts.map(({ people }) => people), [{ unasked: 63 }, { visitor: 7 }]);
});

test("alone, a device moves its figures by heads, and by a room count less those it knows with a ticket", async () => {
  const space = { ...place(7, "talk").space, kind: "at_once", capacity: 70, present: 12, anonymous: 8, counts_exits: false };
  const device = new Alone({ pack: packOf([place(7, "talk", { space })], []), offset: 0, deeds: [], supervises: false });
  const made = async (id, act, people, more = {}) => {
    const own = await device.judge({ id, event: "practice", gate: "north", place: "session:talk", at: NOON, act, people, ...more });
    if (own.deed) device.remember(own.deed);
    return own.answer.verdict;
  };
  const figures = () => {
    const { present, anonymous, countsExits } = device.spaceOf(device.places.get("session:talk"));
    return [present, anonymous, countsExits];
  };
  assert.deepEqual([await made("1", "head_count", { spectator: 3 }, { new_today: true }), figures()], ["counted", [15, 11, false]]);
  assert.deepEqual([await made("2", "head_count", { spectator: -2 }), figures()], ["counted", [13, 9, false]]);
  assert.deepEqual([await made("3", "room_count", { unknown: 63 }), figures()], ["counted", [63, 59, true]]);
  assert.deepEqual([await made("4", "undo", undefined, { undoes: "3" }), figures()], ["undone", [13, 9, false]]);
});

test("who came and is unsent is known by category, at an entrance too, until the server has it", async () => {
  const [ana, school] = ["A".repeat(26), "B".repeat(26)];
  const entrance = place(9, "", { code: "entrance:hall:2026-10-03", space: null, admission: null });
  const tickets = [{ code: ana }, { code: school, party: { student: 30, spectator: 2 } }];
  const device = new Alone({ pack: packOf([entrance], tickets), offset: 0, deeds: [], supervises: false });
  const made = async (id, act, more = {}) => {
    const { deed } = await device.judge({ id, event: "practice", gate: "north", place: entrance.code, at: new Date(entrance.window[0] + 1000).toISOString(), act, ...more });
    if (deed) device.remember(deed);
    return device.unsent(entrance.code);
  };
  assert.deepEqual(await made("1", "walk_in", { people: { spectator: 4 } }), { spectator: 4 });
  assert.deepEqual(await made("2", "head_count", { people: { spectator: -1 } }), { spectator: 3 });
  assert.deepEqual(await made("3", "scan", { code: ana }), { spectator: 4 });
  assert.deepEqual(await made("4", "scan", { code: ana }), { spectator: 4 }, "already in");
  assert.deepEqual(await made("5", "scan", { code: school, people: { student: 30, spectator: 1 } }), { spectator: 5, student: 30 });
  assert.deepEqual(await made("6", "scan", { code: ana, direction: "out" }), { spectator: 4, student: 30 });
  assert.deepEqual(await made("7", "undo", { undoes: "1" }), { student: 30 });
  device.remember({ ...device.deeds.get("5"), answered: true });
  assert.deepEqual(device.unsent(entrance.code), { spectator: -1 });
});

test("where a counted room is unsent, nobody knows of whom", async () => {
  const device = new Alone({ pack: packOf([place(7, "talk")], []), offset: 0, deeds: [], supervises: false });
  const { deed } = await device.judge({ id: "1", event: "practice", gate: "north", place: "session:talk", at: NOON, act: "room_count", people: { unknown: 9 } });
  device.remember(deed);
  assert.equal(device.unsent("session:talk"), null);
});
