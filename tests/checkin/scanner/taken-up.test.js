import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { afterPage, livesAs } from "../../../checkin/scanner/device.js";
import { recall, withAnswer } from "../../../checkin/scanner/latest.js";
import { Queue } from "../../../checkin/scanner/queue.js";
import { MemoryStore } from "../../../checkin/scanner/store.js";
import { FakeLocks, FakeServer, FakeTime, rest } from "./fakes.js";

const TAP = { id: "0a1b2c3d-0000-4000-8000-000000000001", event: "practice", at: "2026-10-03T01:00:00Z", gate: "north", place: "session:A1", act: "walk_in", people: { visitor: 1 }, new_today: true };
const FACT = "0a1b2c3d-0000-4000-8000-000000000009";
const KEPT = { event: "practice", gate: "north", cases: [], taps: [{ id: TAP.id, place: TAP.place, category: "visitor", state: "sent" }], sums: { [TAP.place]: { visitor: 1 } }, at: "2026-10-03T01:00:01Z" };

let server;
let store;
let told;

beforeEach(() => {
  server = new FakeServer();
  server.judge = ({ id, shown }) => ({ id, verdict: shown ? "counted" : "full" });
  store = new MemoryStore();
  told = [];
});

const makeQueue = () => new Queue({ store, send: server.send, later: new FakeTime().later, onAnswer: (answer, scan) => told.push([answer, scan]) });
const showed = async () => (await store.oldest(9)).map(({ showed: word }) => word ?? null);

test("a tap that an earlier page showed as counted, and saw no answer of, is a fact", async () => {
  await store.add(TAP);
  const queue = makeQueue();
  await queue.takeUp();
  assert.deepEqual(await showed(), ["counted"]);
  assert.equal(recall(KEPT, await store.oldest(9), KEPT).taps.length, 1);
  await queue.flush();
  await rest();
  assert.deepEqual(told.map(([{ id, verdict }]) => [id, verdict]), [[TAP.id, "full"], [FACT, "counted"]]);
  assert.deepEqual(withAnswer(KEPT, ...told[0]).taps.length, 1);
});

test("one that was taken back is none, nor what that page did not show as counted", async () => {
  await store.add(TAP);
  await store.add({ ...TAP, id: "undo", act: "undo", undoes: TAP.id });
  await store.add({ ...TAP, id: "vouched", force: "other" });
  await store.add({ ...TAP, id: "given", rid: "r", new_code: "A".repeat(26) });
  await store.add({ ...TAP, id: "noted", number: "1234567" });
  await store.add({ ...TAP, id: "ticket", code: "A".repeat(26) });
  await store.add({ ...TAP, id: "refused here", shown: "full" });
  await store.add({ ...TAP, id: "minus", act: "head_count", people: { visitor: -1 } });
  await makeQueue().takeUp();
  assert.deepEqual(await showed(), Array(8).fill(null));
});

test("one of a page that still waits for its answer is left to that page until it goes", async () => {
  const locks = new FakeLocks();
  const ended = livesAs("first", locks);
  await store.add({ ...TAP, clock: { run: "first", ran: 9 } });
  await makeQueue().takeUp((run, work) => afterPage(run, work, locks));
  assert.deepEqual(await showed(), [null]);
  ended();
  await rest();
  assert.deepEqual(await showed(), ["counted"]);
});

test("whoever hears the answer is told what was written beside the scan while it was on its way", async () => {
  let comes;
  const send = server.send;
  server.send = async (scans) => (await new Promise((resolve) => (comes ??= resolve)), send(scans));
  await store.add(TAP);
  const queue = makeQueue();
  void queue.flush();
  await rest();
  await queue.takeUp();
  server.send = send;
  comes();
  await rest();
  assert.equal(told[0][1].showed, "counted");
});
