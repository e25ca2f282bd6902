import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Offline } from "../../../checkin/scanner/offline.js";
import { NotWelcome, Unacceptable, Unreached } from "../../../checkin/scanner/contact.js";
import { MemoryStore } from "../../../checkin/scanner/store.js";
import { Timepiece } from "../../../checkin/scanner/timepiece.js";
import { rest } from "./fakes.js";
import { makePack, place } from "./packing.js";

const DEVICE = { event: "practice", rights: ["scan"] };
const ANA = "A".repeat(26);
const NOON = Date.UTC(2026, 9, 3, 3);
const DAY = 86_400_000;
const SCAN = { id: "one", event: "practice", gate: "north", place: "session:talk", at: new Date(NOON).toISOString(), act: "scan", code: ANA, direction: "in" };
const TICKET = { code: ANA, booked: { 7: "confirmed" } };

let now;
let asked;
let reply;
let store;

beforeEach(() => {
  now = NOON;
  asked = [];
  store = new MemoryStore();
  reply = () => ({ bytes: makePack([place(7, "talk")], [TICKET]), tag: "t1" });
});

const server = { pack: async (event, known) => (asked.push(known), reply(known)), contact: async () => null };
const offline = () => new Offline({ store, server, now: () => now });

test("a pack is fetched whole, kept, and taken up again by the next page", async () => {
  const first = offline();
  assert.deepEqual([first.asOf, await first.judge(SCAN)], [null, null]);
  await first.refresh("practice");
  const next = offline();
  await next.open(DEVICE);
  assert.deepEqual([next.size, next.asOf, (await next.judge(SCAN)).answer.verdict], [1, NOON, "admitted"]);
  assert.deepEqual(asked, [{}]);
});

test("later only what has changed is asked for, and of nothing new only that it is the newest is kept", async () => {
  const one = offline();
  await one.refresh("practice");
  now += 60_000;
  reply = () => null;
  await one.refresh("practice");
  assert.deepEqual([asked[1], one.asOf], [{ tag: "t1", since: "1.1" }, NOON + 60_000]);
  reply = () => ({ bytes: makePack([place(7, "talk", { admission: "closed" })], [], { since: "1.1", mark: "2.2" }), tag: "t2" });
  await one.refresh("practice");
  assert.deepEqual([one.size, one.alone.pack.head.mark, one.alone.places.get("session:talk").admission], [1, "2.2", "closed"]);
});

test("a pack older than its limit says so, and still decides", async () => {
  const one = offline();
  await one.refresh("practice");
  reply = () => { throw new Unreached("away"); };
  now += 1_799_000;
  assert.equal(one.isOld, false);
  now += 2_000;
  await assert.rejects(one.refresh("practice"));
  assert.deepEqual([one.isOld, (await one.judge({ ...SCAN, at: new Date(now).toISOString() })).answer.verdict], [true, "admitted"]);
});

test("a clock that is set between asking and hearing moves nothing by half of it", async () => {
  const HOURS = 26 * 3_600_000;
  globalThis.document = { visibilityState: "visible", documentElement: { dataset: {}, lang: "ja" } };
  let set = 0;
  const timepiece = new Timepiece({ wall: () => now + set, ran: () => now - NOON });
  const stub = { ...server, contact: async () => ((set = HOURS), { received_at: new Date(now).toISOString(), messages: [] }) };
  const one = new Offline({ store, server: stub, now: () => now + set, timepiece });
  await one.refresh("practice");
  reply = () => null;
  one.watch({ event: "practice", gate: { code: "hall" }, contact: "reached" }, async () => 0)();
  await rest();
  assert.deepEqual([one.alone.offset, one.asOf], [-HOURS, NOON]);
  reply = () => ((set = 0), { bytes: makePack([place(7, "talk")], [TICKET]), tag: "t2" });
  await one.refresh("practice");
  assert.deepEqual([one.alone.offset, one.asOf], [0, NOON]);
});

test("a clock that was set right meanwhile is noticed at the next contact: the door goes on deciding by the server's time", async () => {
  const HOURS = 26 * 3_600_000;
  globalThis.document = { visibilityState: "visible", documentElement: { dataset: {}, lang: "ja" } };
  const gates = [];
  const stub = { ...server, contact: async ({ gate }) => (gates.push(gate), { received_at: new Date(NOON + 60_000).toISOString(), messages: [] }) };
  now += HOURS;
  const one = new Offline({ store, server: stub, now: () => now });
  await one.refresh("practice");
  assert.equal(one.asOf, NOON);
  now = NOON + 60_000;
  reply = () => null;
  one.watch({ event: "practice", gate: { code: "hall" }, contact: "reached" }, async () => 0)();
  await rest();
  const right = { ...SCAN, at: new Date(now).toISOString() };
  assert.deepEqual([(await one.judge(right)).answer.verdict, one.asOf, one.isOld], ["admitted", NOON + 60_000, false]);
  assert.deepEqual(gates, ["hall"]);
  now += 1_800_001;
  await one.refresh("practice");
  assert.deepEqual(asked.at(-1), { tag: "t1" });
  const next = new Offline({ store, server: stub, now: () => now });
  await next.open(DEVICE);
  assert.equal((await next.judge(right)).answer.verdict, "admitted");
});

test("all of it comes anew after half an hour", async () => {
  const one = offline();
  await one.refresh("practice");
  now += 1_800_001;
  await one.refresh("practice");
  assert.deepEqual(asked[1], { tag: "t1" });
});

test("a device that is not welcome any more forgets pack and deeds", async () => {
  const one = offline();
  await one.refresh("practice");
  const own = await one.judge(SCAN);
  await store.add(SCAN, own.deed);
  one.remember(own);
  reply = () => { throw new NotWelcome("revoked"); };
  await one.refresh("practice");
  assert.deepEqual([one.asOf, await store.pack(), await store.deeds(), await store.size()], [null, null, [], 1]);
});

test("when the event is over the server says so at the next start, and the pack is deleted; another event's is at once", async () => {
  for (const [device, later] of [[DEVICE, 3 * DAY], [{ ...DEVICE, event: "other" }, 0]]) {
    now = NOON;
    reply = () => ({ bytes: makePack([place(7, "talk")], [TICKET]), tag: "t1" });
    await offline().refresh("practice");
    now += later;
    reply = () => { throw new Unacceptable("not found", "not_found"); };
    const next = offline();
    await next.open(device);
    await rest();
    assert.deepEqual([next.asOf, await store.pack()], [null, null]);
  }
});

test("a clock that is set days ahead ends no event: without a network the door goes on after a reload, and the server's word comes when it can", async () => {
  await offline().refresh("practice");
  const away = () => { throw new Unreached("away"); };
  now += 3 * DAY;
  reply = away;
  const next = offline();
  await next.open(DEVICE);
  await rest();
  assert.deepEqual([next.size, (await next.judge(SCAN)).answer.verdict], [1, "admitted"]);
  reply = () => ({ bytes: makePack([place(7, "talk")], [TICKET]), tag: "t2" });
  await next.askWhetherOver();
  assert.deepEqual([next.size, next.alone.offset, (await store.pack()).tag], [1, -3 * DAY, "t2"]);
  asked = [];
  await next.askWhetherOver();
  assert.deepEqual(asked, []);
});

test("without a network the event is over by a clock that nobody has set since the server was heard, and by no other", async () => {
  globalThis.document = { visibilityState: "visible", documentElement: { dataset: {}, lang: "ja" } };
  let [ahead, passed] = [0, 0];
  const timepiece = new Timepiece({ wall: () => NOON + passed + ahead, ran: () => passed });
  const one = new Offline({ store, server, now: () => NOON + passed + ahead, timepiece });
  await one.refresh("practice");
  reply = () => { throw new Unreached("away"); };
  const look = async () => {
    one.watch({ event: "practice", gate: { code: "hall" }, contact: "unreached" }, async () => 0)();
    await rest();
  };
  ahead = 3 * DAY;
  await look();
  assert.equal(one.size, 1);
  [ahead, passed] = [0, 3 * DAY];
  await look();
  assert.deepEqual([one.size, await store.pack()], [0, null]);
});

test("what this device did stands until a pack that was asked for afterwards holds it", async () => {
  const one = offline();
  await one.refresh("practice");
  const own = await one.judge(SCAN);
  await store.add(SCAN, own.deed);
  one.remember(own);
  await one.refresh("practice");
  assert.equal((await one.judge({ ...SCAN, id: "two" })).answer.verdict, "already_in");
  await one.heard(SCAN, { id: "one", verdict: "admitted" });
  reply = () => ({ bytes: makePack([place(7, "talk")], [{ ...TICKET, lines: [{ n: 7, at: NOON }] }], { since: "1.1", mark: "2.2" }), tag: "t2" });
  await one.refresh("practice");
  assert.deepEqual([one.alone.deeds.size, await store.deeds(), (await one.judge({ ...SCAN, id: "two" })).answer.verdict], [0, [], "already_in"]);
});

test("a reload keeps what this device did", async () => {
  const one = offline();
  await one.refresh("practice");
  await store.add(SCAN, (await one.judge(SCAN)).deed);
  const next = offline();
  await next.open(DEVICE);
  assert.equal((await next.judge({ ...SCAN, id: "two" })).answer.verdict, "already_in");
});

test("a start without a network knows the gates, and what is on now", async () => {
  const one = offline();
  await one.refresh("practice");
  const { gates, timezone } = one.gates("practice");
  assert.deepEqual([gates[0].code, gates[0].places[0].code, gates[0].places[0].now, timezone], ["north", "session:talk", true, "Asia/Tokyo"]);
  assert.equal(one.gates("other"), null);
});

test("figures without a network are the pack's, moved on by what this device did", async () => {
  reply = () => ({ bytes: makePack([place(7, "talk", { space: { ...place(7, "talk").space, capacity: 40, present: 5, anonymous: 5, promised: 3 } })], [TICKET]), tag: "t1" });
  const one = offline();
  assert.equal(one.figures("session:talk"), null);
  await one.refresh("practice");
  const heldUntil = one.figures("session:talk").heldUntil;
  assert.deepEqual(one.figures("session:talk"), { present: 5, roomLeft: 35, capacity: 40, held: 0, heldUntil });
  one.remember(await one.judge(SCAN));
  assert.deepEqual(one.figures("session:talk"), { present: 6, roomLeft: 34, capacity: 40, held: 0, heldUntil });
});

test("seats that are held for bookings are told apart until they are released", async () => {
  const space = { ...place(7, "talk").space, capacity: 40, present: 38, anonymous: 38, promised: 3, held_until: NOON + 1000 };
  reply = () => ({ bytes: makePack([place(7, "talk", { space })], [TICKET]), tag: "t1" });
  const one = offline();
  await one.refresh("practice");
  assert.deepEqual(one.figures("session:talk"), { present: 38, roomLeft: 0, capacity: 40, held: 2, heldUntil: NOON + 1000 });
  now += 2000;
  assert.deepEqual(one.figures("session:talk"), { present: 38, roomLeft: 2, capacity: 40, held: 0, heldUntil: NOON + 1000 });
});

test("a page that is no pack changes nothing", async () => {
  const one = offline();
  await one.refresh("practice");
  reply = () => ({ bytes: new TextEncoder().encode("<!doctype html>"), tag: "x" });
  await assert.rejects(one.refresh("practice"));
  assert.equal(one.size, 1);
});

test("a tap made offline is in the figures once: when the server has it, the next pack holds it", async () => {
  const one = offline();
  reply = () => ({ bytes: makePack([place(7, "talk", { admission: "walk_in" })], []), tag: "t1" });
  await one.refresh("practice");
  const tap = { ...SCAN, id: "tap", act: "walk_in", code: undefined, people: { spectator: 2 } };
  one.remember(await one.judge(tap));
  await one.heard(tap, { id: "tap", verdict: "counted" });
  assert.equal(one.figures("session:talk").present, 2);
  const space = { ...place(7, "talk").space, present: 2, anonymous: 2 };
  reply = () => ({ bytes: makePack([place(7, "talk", { admission: "walk_in", space })], [], { since: "1.1", mark: "2.2" }), tag: "t2" });
  await one.refresh("practice");
  assert.equal(one.figures("session:talk").present, 2);
  await one.heard({ ...tap, id: "online" }, { id: "online", verdict: "counted" });
  assert.equal(one.figures("session:talk").present, 2);
});

test("a tap that the server refused after all is in no figures of this device", async () => {
  reply = () => ({ bytes: makePack([place(7, "talk", { admission: "walk_in" })], []), tag: "t1" });
  const one = offline();
  await one.refresh("practice");
  const tap = { ...SCAN, id: "tap", act: "walk_in", code: undefined, people: { spectator: 2 } };
  one.remember(await one.judge(tap));
  assert.deepEqual([one.figures("session:talk").present, one.unsent("session:talk")], [2, { spectator: 2 }]);
  await one.heard(tap, { id: "tap", verdict: "full" });
  assert.deepEqual([one.figures("session:talk").present, one.unsent("session:talk")], [0, {}]);
});

test("a device that shall forget everything does so once nothing waits on it, also when it is not welcome any more", async () => {
  globalThis.document = { visibilityState: "visible", documentElement: { dataset: {}, lang: "ja" } };
  reply = () => { throw new NotWelcome("revoked"); };
  let [waits, forgot] = [1, 0];
  const stub = { ...server, contact: async () => ({ revoked: true, wipe: true, messages: [] }) };
  const one = new Offline({ store, server: stub, now: () => now, onForget: () => (forgot += 1) });
  const look = async () => {
    one.watch({ event: "practice", gate: { code: "hall" }, contact: "refused" }, async () => waits)();
    await rest();
  };
  await look();
  assert.equal(forgot, 0);
  waits = 0;
  await look();
  assert.equal(forgot, 1);
});

test("what one page of a device lets in, another page of it knows without a network", async () => {
  const pages = [];
  const page = () => {
    const channel = { postMessage: (data) => pages.filter((other) => other !== channel).forEach(({ onmessage }) => onmessage({ data: structuredClone(data) })) };
    pages.push(channel);
    return new Offline({ store, server, now: () => now, others: channel });
  };
  const [one, other] = [page(), page()];
  await one.refresh("practice");
  await other.open(DEVICE);
  one.remember(await one.judge(SCAN));
  const second = { ...SCAN, id: "two", at: new Date(NOON + 1000).toISOString() };
  assert.equal((await other.judge(second)).answer.verdict, "already_in");
  await one.heard(SCAN, { id: "one", verdict: "admitted", at: SCAN.at });
  assert.equal(other.alone.deeds.get("one").answered, true);
});
