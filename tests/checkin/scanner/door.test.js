import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Door } from "../../../checkin/scanner/door.js";
import { rest } from "./fakes.js";

const CODE = "ABCDEFGHIJKLMNOPQRSTUVW234";
const PLACES = ["A1", "A2"].map((code) => ({ code: `session:${code}`, name: { ja: code }, starts_at: null, ends_at: null, now: code === "A1" }));
const GATE = { code: "north", name: { ja: "北口" }, kind: "rooms", new_today: true, places: PLACES };

/** A queue whose answers the test gives. */
class FakeQueue {
  drafts = [];
  #settle = [];

  deeds = [];

  put = async (draft, deed) => {
    this.deeds.push(deed);
    this.drafts.push(draft);
    return { scan: { ...draft, seq: this.drafts.length }, answer: new Promise((settle) => this.#settle.push(settle)) };
  };

  waiting = async () => 0;
  kept = [];
  showed = async (id, verdict) => (this.kept.push([id, verdict]), true);
  withdrawn = [];
  withdraw = async (id) => void this.withdrawn.push(id);

  async answer(index, verdict, more = {}) {
    this.#settle[index]({ id: this.drafts[index].id, verdict, ...more });
    await rest();
  }
}

let queue;
let door;
let changes;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  queue = new FakeQueue();
  changes = [];
  let ids = 0;
  door = new Door({
    event: "practice", gate: GATE, place: PLACES[0], categories: [{ key: "visitor", label: {}, belongs: {} }, { key: "pupil", label: {}, belongs: {} }],
    queue, newId: () => `id-${(ids += 1)}`, now: () => new Date("2026-10-03T01:02:03.004Z"), onChange: (change) => changes.push(change),
  });
});

afterEach(() => mock.timers.reset());

test("a ticket becomes a scan with everything the server asks for", async () => {
  void door.read(`HTTPS://EXAMPLE.ORG/T/${CODE}`);
  await rest();
  assert.deepEqual(queue.drafts, [{
    id: "id-1", event: "practice", at: "2026-10-03T01:02:03.004Z", gate: "north", place: "session:A1", act: "scan", code: CODE, direction: "in",
  }]);
  assert.equal(door.shown.stage, "checking");
  await queue.answer(0, "admitted");
  assert.deepEqual([door.shown.stage, door.shown.answer.verdict], ["answered", "admitted"]);
});

test("exits are scanned as exits", async () => {
  door.direction = "out";
  void door.read(CODE);
  await rest();
  assert.equal(queue.drafts[0].direction, "out");
});

test("a short number is asked for like a code", async () => {
  void door.read("123 456 7");
  await rest();
  assert.equal(queue.drafts[0].code, "1234567");
});

test("of a text that is not ours only the fact is told, never the text", async () => {
  void door.read("WIFI:T:WPA;S:hall;P:secret;;");
  assert.equal(door.shown.answer.verdict, "unreadable");
  await rest();
  assert.deepEqual(queue.drafts.map(({ code, shown }) => [code, shown]), [["", "unreadable"]]);
  assert.doesNotMatch(JSON.stringify([queue.drafts, door.past]), /secret|hall/);
});

test("the door is told to wait when the answer takes long, and still gets it", async () => {
  void door.read(CODE);
  await rest();
  mock.timers.tick(2500);
  assert.equal(door.shown.stage, "waiting");
  await queue.answer(0, "admitted");
  assert.equal(door.shown.stage, "answered");
});

test("the door is told to wait as soon as the server is known to be out of reach", async () => {
  void door.read(CODE);
  await rest();
  door.heard("unreached");
  assert.equal(door.shown.stage, "waiting");
});

test("an answer that comes when the next person is shown goes to the list, marked if it is a no", async () => {
  void door.read(CODE);
  await rest();
  void door.read(CODE.replace("A", "B"));
  await rest();
  await queue.answer(1, "admitted");
  await queue.answer(0, "cancelled");
  assert.equal(door.shown.answer.verdict, "admitted");
  assert.deepEqual(door.past.map(({ answer, late }) => [answer.verdict, late]), [["admitted", false], ["cancelled", true]]);
  assert.equal(door.unseen, 1);
  door.show(door.past[1]);
  assert.deepEqual([door.unseen, door.shown.answer.verdict], [0, "cancelled"]);
});

test("while a party is asked about, no other code is taken", async () => {
  void door.read(CODE);
  await rest();
  await queue.answer(0, "confirm_party", { party: { visitor: 2, pupil: 3 } });
  assert.equal(door.isAsking, true);
  await door.read(CODE.replace("A", "B"));
  await door.read("not a ticket");
  assert.equal(queue.drafts.length, 1);
});

test("the numbers of a party go out as a claim of their own", async () => {
  void door.read(CODE);
  await rest();
  await queue.answer(0, "confirm_party", { party: { visitor: 2, pupil: 3 } });
  void door.confirm({ visitor: 1, pupil: 3 });
  await rest();
  assert.deepEqual(queue.drafts[1], { ...queue.drafts[0], id: "id-2", people: { visitor: 1, pupil: 3 } });
  await queue.answer(1, "admitted");
  assert.equal(door.shown.answer.verdict, "admitted");
  assert.equal(door.isAsking, false);
});

test("somebody without a booking here is taken as a walk-in with the same ticket", async () => {
  void door.read(CODE);
  await rest();
  await queue.answer(0, "not_booked", { walk_in_left: 4 });
  void door.takeAsWalkIn();
  await rest();
  assert.deepEqual([queue.drafts[1].act, queue.drafts[1].code, queue.drafts[1].people], ["walk_in", CODE, undefined]);
});

test("a ticket for another place of this gate changes the place and is asked about there", async () => {
  void door.read(CODE);
  await rest();
  await queue.answer(0, "not_booked", { booked: [{ code: "B9" }, { code: "A2" }] });
  assert.equal(door.bookedHere, PLACES[1]);
  void door.checkInThere();
  await rest();
  assert.deepEqual([queue.drafts[1].place, queue.drafts[1].code], ["session:A2", CODE]);
});

for (const [words, times] of [["over", { ends_at: "2026-10-03T01:00:00Z" }], ["hours away", { starts_at: "2026-10-03T04:00:00Z" }]]) {
  test(`a place that is ${words} is no way out`, async () => {
    door.gate = { ...GATE, places: [PLACES[0], { ...PLACES[1], ...times }] };
    void door.read(CODE);
    await rest();
    await queue.answer(0, "not_booked", { booked: [{ code: "A2" }] });
    assert.equal(door.bookedHere, null);
  });
}

test("a party that is taken as walk-ins stays walk-ins when its numbers are confirmed", async () => {
  void door.read(CODE);
  await rest();
  await queue.answer(0, "not_booked", { walk_in_left: 4 });
  void door.takeAsWalkIn();
  await rest();
  await queue.answer(1, "confirm_party", { party: { visitor: 2 } });
  void door.confirm({ visitor: 2 });
  await rest();
  assert.deepEqual([queue.drafts[2].act, queue.drafts[2].people], ["walk_in", { visitor: 2 }]);
});

test("an admission is taken back by naming it", async () => {
  void door.read(CODE);
  await rest();
  await queue.answer(0, "admitted");
  void door.undoShown();
  await rest();
  assert.deepEqual([queue.drafts[1].act, queue.drafts[1].undoes], ["undo", "id-1"]);
});

test("one tap is one person, new today as the gate says or the switch", async () => {
  void door.tapping.tap("visitor");
  door.newToday = false;
  void door.tapping.tap("pupil");
  await rest();
  assert.deepEqual(queue.drafts.map(({ act, people, new_today }) => [act, people, new_today]), [
    ["walk_in", { visitor: 1 }, true], ["walk_in", { pupil: 1 }, false],
  ]);
  assert.deepEqual([door.tally.count("session:A1", "visitor"), door.tally.count("session:A1", "pupil")], [1, 1]);
  assert.equal(door.shown, null);
});

test("a tap that the server refuses is taken off and shown", async () => {
  void door.tapping.tap("visitor");
  await rest();
  await queue.answer(0, "full");
  assert.equal(door.tally.count("session:A1", "visitor"), 0);
  assert.equal(door.shown.answer.verdict, "full");
});

test("what was said of a refused tap goes with the next tap, and comes again if that is refused too", async () => {
  void door.tapping.tap("visitor");
  await rest();
  await queue.answer(0, "full");
  void door.tapping.tap("pupil");
  await rest();
  assert.equal(door.shown, null);
  await queue.answer(1, "full");
  assert.deepEqual(door.shown.draft.people, { pupil: 1 });
});

test("what came of a tap is told when it is known", async () => {
  const [fine, refused] = [door.tapping.tap("visitor"), door.tapping.tap("visitor")];
  await rest();
  await queue.answer(0, "counted");
  await queue.answer(1, "too_late");
  assert.deepEqual([await fine, await refused], ["done", "refused"]);
  const undo = door.tapping.undo();
  await rest();
  await queue.answer(2, "refused", { error: { code: "too_late_to_undo", message: "" } });
  assert.equal(await undo, "refused");
});

test("a tap whose answer takes long is told as kept, and at once when the server is out of reach", async () => {
  const slow = door.tapping.tap("visitor");
  await rest();
  mock.timers.tick(2500);
  assert.equal(await slow, "kept");
  door.heard("unreached");
  assert.equal(await door.tapping.tap("visitor"), "kept");
  assert.equal(await door.tapping.undo(), "kept");
});

test("who was counted here and not refused soon is in: that is kept, and stands whatever the server says later", async () => {
  const slow = door.tapping.tap("visitor");
  await rest();
  assert.deepEqual(queue.kept, []);
  mock.timers.tick(2500);
  assert.equal(await slow, "kept");
  assert.deepEqual(queue.kept, [["id-1", "counted"]]);
  door.heard("unreached");
  await queue.answer(0, "full");
  assert.equal(door.tally.count("session:A1", "visitor"), 1);
  assert.equal(door.shown, null);
});

test("a tap on its way when the network was lost is kept as counted too, one that the disk did not take is not", async () => {
  const lost = door.tapping.tap("visitor");
  door.heard("unreached");
  assert.equal(await lost, "kept");
  assert.deepEqual(queue.kept, [["id-1", "counted"]]);
  queue.showed = async () => false;
  door.heard("reached");
  const other = door.tapping.tap("visitor");
  await rest();
  mock.timers.tick(2500);
  assert.equal(await other, "kept");
  await queue.answer(1, "full");
  assert.equal(door.tally.count("session:A1", "visitor"), 1);
  assert.equal(door.shown.answer.verdict, "full");
});

test("a tap that was taken back before it became a fact is none", async () => {
  const tap = door.tapping.tap("visitor");
  await rest();
  void door.tapping.undo();
  await rest();
  mock.timers.tick(2500);
  assert.equal(await tap, "kept");
  assert.deepEqual(queue.kept, []);
});

test("the last tap is undone by naming it, at the place where it was made", async () => {
  void door.tapping.tap("visitor");
  await rest();
  await queue.answer(0, "counted");
  void door.tapping.undo();
  await rest();
  assert.deepEqual([queue.drafts[1].act, queue.drafts[1].undoes, queue.drafts[1].place], ["undo", "id-1", "session:A1"]);
  assert.equal(door.tally.count("session:A1", "visitor"), 0);
  await queue.answer(1, "undone");
  await door.tapping.undo();
  assert.equal(queue.drafts.length, 2);
});

test("a ticket for who was just tapped takes over the tap: it is taken back, and they enter by the ticket", async () => {
  door.judge = { newCode: async () => CODE };
  door.newToday = false;
  void door.tapping.tap("pupil", 3);
  await rest();
  await queue.answer(0, "counted");
  door.newToday = true;
  void door.tapping.giveLast();
  await rest();
  assert.deepEqual(queue.drafts.slice(1).map(({ act, undoes }) => [act, undoes]), [["undo", "id-1"]]);
  await queue.answer(1, "undone");
  const { act, place, people, new_today, new_code } = queue.drafts[2];
  assert.deepEqual([act, place, people, new_today, new_code], ["walk_in", "session:A1", { pupil: 3 }, false, CODE]);
});

test("who cannot be taken back any more gets no ticket that would count them again", async () => {
  door.judge = { newCode: async () => CODE };
  void door.tapping.tap("visitor");
  await rest();
  await queue.answer(0, "counted");
  void door.tapping.giveLast();
  await rest();
  await queue.answer(1, "refused", { error: { code: "too_late_to_undo", message: "" } });
  assert.deepEqual(queue.drafts.map(({ act }) => act), ["walk_in", "undo"]);
});

test("a tap and its undo both go out, whatever the network does in between", async () => {
  void door.tapping.tap("visitor");
  void door.tapping.undo();
  await rest();
  assert.deepEqual(queue.drafts.map(({ act }) => act), ["walk_in", "undo"]);
});

test("what a tap does is remembered with a network too, for nobody knows which is the last to arrive", async () => {
  const remembered = [];
  const own = { answer: { verdict: "full" }, deed: { id: "deed" } };
  door.judge = { judge: async () => own, remember: (done) => remembered.push(done) };
  door.answers.judge = door.judge;
  void door.tapping.tap("visitor");
  await rest();
  assert.deepEqual([queue.drafts[0].shown, queue.deeds, remembered], [undefined, [own.deed], [own]], "and whether it counts is the server's to say");
});

test("figures of another place than the one in hand are left aside", () => {
  door.look({ place: "session:A2", at: "2026-10-03T01:00:00Z", present: { visitor: 9 }, visits: 9 }, 0);
  assert.equal(door.counts, null);
  door.look({ place: "session:A1", at: "2026-10-03T01:00:00Z", present: { visitor: 9 }, visits: 9, this_device: { visitor: 4 } }, door.tally.mark());
  assert.equal(door.counts.visits, 9);
  assert.equal(door.tally.count("session:A1", "visitor"), 4);
});

test("after a change of place scans name the new one, and old figures are gone", async () => {
  door.look({ place: "session:A1", at: "2026-10-03T01:00:00Z", present: {}, visits: 9 }, 0);
  door.enter(PLACES[1]);
  assert.equal(door.counts, null);
  void door.read(CODE);
  await rest();
  assert.equal(queue.drafts[0].place, "session:A2");
});

test("the list of the past does not grow without end", async () => {
  for (let i = 0; i < 100; i += 1) await door.read("no ticket");
  assert.equal(door.past.length, 30);
});

test("a supervisor's word asks again for the same ticket, for a reason; the PIN stays out of the scan", async () => {
  const kept = [];
  door.supervision = { asksPin: true, keep: (...given) => kept.push(given) };
  void door.read(CODE);
  await rest();
  await queue.answer(0, "pending");
  door.isVouching = true;
  await door.read(CODE);
  door.isVouching = false;
  void door.vouch("proof_shown", "2468");
  await rest();
  assert.equal(queue.drafts.length, 2);
  assert.deepEqual(queue.drafts[1], { ...queue.drafts[0], id: "id-2", force: "proof_shown" });
  assert.deepEqual(kept, [["id-2", "2468"]]);
  await queue.answer(1, "confirm_party", { party: { visitor: 2 } });
  void door.confirm({ visitor: 2 });
  await rest();
  assert.deepEqual([queue.drafts[2].people, queue.drafts[2].force, kept[1]], [{ visitor: 2 }, "proof_shown", ["id-3", "2468"]]);
  assert.ok(!JSON.stringify([queue.drafts, door.past]).includes("2468"));
});

test("whoever chooses another place sees nothing of the last answer, nor the question about a party", async () => {
  void door.read(CODE);
  await rest();
  await queue.answer(0, "confirm_party", { expected: { pupil: 30 } });
  assert.equal(door.isAsking, true);
  door.enter(PLACES[1]);
  assert.deepEqual([door.shown, door.isAsking], [null, false]);
  await queue.answer(0, "not_booked", { walk_in_left: 3 });
  assert.equal(door.shown, null);
});

test("what is decided about a ticket that is shown again holds where it was read", async () => {
  void door.read(CODE);
  await rest();
  await queue.answer(0, "not_booked", { walk_in_left: 3 });
  door.enter(PLACES[1]);
  door.show(door.past[0]);
  void door.takeAsWalkIn();
  await rest();
  assert.deepEqual([queue.drafts[1].act, queue.drafts[1].place], ["walk_in", "session:A1"]);
  await queue.answer(1, "full");
  void door.vouch("other");
  await rest();
  assert.deepEqual([queue.drafts[2].force, queue.drafts[2].place], ["other", "session:A1"]);
});

test("a door that is not welcome any more forgets the names it has shown, and keeps what it did", async () => {
  void door.read(CODE);
  await rest();
  await queue.answer(0, "admitted", { person: { name: "Ana", category: "visitor", note: "wheelchair" } });
  door.heard("refused");
  assert.deepEqual(door.past[0].answer.person, { name: null, category: "visitor", note: null });
  assert.deepEqual([door.past.length, door.past[0].answer.verdict], [1, "admitted"]);
});

test("a number without a network is kept nowhere: it is asked about when there is one, if it is still on the screen", async () => {
  door.heard("unreached");
  void door.read("1234567");
  await rest();
  assert.deepEqual([queue.drafts, door.shown.stage, door.isUnsure, door.mustWait("123-4567")], [[], "waiting", true, true]);
  door.heard("reached");
  await rest();
  assert.deepEqual(queue.drafts.map(({ code }) => code), ["1234567"]);
  await queue.answer(0, "admitted");
  assert.deepEqual([door.shown.answer.verdict, door.past.length, queue.withdrawn], ["admitted", 1, []]);
});

for (const [does, goesOn] of [["the next person is asked for", () => door.show()], ["another code is read", () => door.read(CODE)], ["another place is chosen", () => door.enter(PLACES[1])]]) {
  test(`a number that was not looked up counts nobody once ${does}`, async () => {
    door.heard("unreached");
    void door.read("1234567");
    await rest();
    void goesOn();
    door.heard("reached");
    await rest();
    assert.equal(queue.drafts.some(({ code }) => code === "1234567"), false);
    assert.equal(door.past.at(-1).answer.error.code, "number_dropped");
  });
}

test("a number that was on its way when the network went is withdrawn when the door goes on", async () => {
  void door.read("1234567");
  await rest();
  door.heard("unreached");
  assert.equal(door.isUnsure, true);
  door.show();
  await rest();
  assert.deepEqual(queue.withdrawn, ["id-1"]);
});

test("a number that takes long is withdrawn, and marked, if somebody else is at the door meanwhile; one that is answered is not", async () => {
  void door.read("1234567");
  await rest();
  void door.read(CODE);
  await rest();
  assert.deepEqual(queue.withdrawn, []);
  mock.timers.tick(2500);
  await rest();
  assert.deepEqual([queue.withdrawn, door.unseen, door.past[1].late], [["id-1"], 1, true]);
});

test("a page that holds everybody's codes finds a number without a network", async () => {
  door.codeOf = (number) => (number === "1234567" ? CODE : null);
  door.heard("unreached");
  void door.read("1234567");
  await rest();
  assert.deepEqual([queue.drafts.map(({ code }) => code), door.mustWait("1234567")], [[CODE], false]);
});

test("a device that may not look numbers up says so itself", async () => {
  door.takesNumbers = false;
  void door.read("1234567");
  await rest();
  assert.deepEqual([queue.drafts, door.shown.answer.error.code], [[], "search_right_needed"]);
});

test("a scan says what the device's clocks said when it was made, and so does its question again", async () => {
  door.timepiece = { read: () => ({ run: "one", ran: 7 }) };
  void door.read(CODE);
  await rest();
  await queue.answer(0, "confirm_party", { party: { visitor: 2 } });
  door.timepiece = { read: () => ({ run: "one", ran: 9 }) };
  void door.confirm({ visitor: 2 });
  await rest();
  assert.deepEqual(queue.drafts.map(({ clock }) => clock.ran), [7, 9]);
});
