import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { followingId } from "../../../checkin/scanner/following.js";
import { Unreached } from "../../../checkin/scanner/contact.js";
import { Queue } from "../../../checkin/scanner/queue.js";
import { MemoryStore } from "../../../checkin/scanner/store.js";
import { FakeServer, FakeTime, rest } from "./fakes.js";

const TAP = { id: "0a1b2c3d-0000-4000-8000-000000000001", event: "practice", at: "2026-10-03T01:00:00Z", gate: "north", place: "session:A1", act: "walk_in", people: { visitor: 1 } };
const FACT = "0a1b2c3d-0000-4000-8000-000000000009";
const UNDO = { id: "0a1b2c3d-0000-4000-8000-000000000002", event: "practice", at: "2026-10-03T01:01:00Z", gate: "north", place: "session:A1", act: "undo", undoes: TAP.id };

/** Who stands in the ledger, as ours keeps it: full for all but facts, and an undo reaches what says that its scan's people are in. */
let inside;
let server;
let store;

beforeEach(() => {
  inside = [];
  server = new FakeServer();
  store = new MemoryStore();
  server.judge = (scan) => {
    if (scan.act !== "undo") return scan.shown ? (inside.push(scan.id), { id: scan.id, verdict: "counted" }) : { id: scan.id, verdict: "full" };
    const reached = [scan.undoes, followingId(scan.undoes)].find((id) => inside.includes(id));
    inside = inside.filter((id) => id !== reached);
    return { id: scan.id, verdict: reached ? "undone" : "refused" };
  };
});

const makeQueue = () => new Queue({ store, send: server.send, later: new FakeTime().later });

const away = () => { throw new Unreached("away"); };

/** Shown as counted before anybody answered. */
async function waitingTap(queue) {
  server.mood = away;
  await queue.put(TAP);
  await rest();
  await queue.showed(TAP.id, "counted", null);
}

/** The network is back. */
async function back(queue, mood = () => {}) {
  server.mood = mood;
  await queue.flush();
  await rest();
}

test("what says that somebody is in has an id that follows from the refused scan's, and takes its place", async () => {
  const queue = makeQueue();
  await waitingTap(queue);
  await back(queue, (flight, scans) => scans[0].id === FACT && away());
  await store.add({ ...TAP, id: "later", shown: "counted" });
  assert.deepEqual((await store.oldest(9)).map(({ id, shown, showed }) => [id, shown, showed]), [[FACT, "counted", undefined], ["later", "counted", undefined]]);
  assert.equal(followingId(FACT), TAP.id);
});

test("an undo of what was shown as counted goes out after what says so, and takes it back once", async () => {
  const queue = makeQueue();
  await waitingTap(queue);
  const { answer } = await queue.put(UNDO);
  await rest();
  await back(queue);
  assert.deepEqual(server.flights.slice(-2), [[TAP.id], [FACT, UNDO.id]]);
  assert.deepEqual([(await answer).verdict, inside, await store.size()], ["undone", [], 0]);
});

test("so does one that is made when the refusal is known, with a network or without", async () => {
  const queue = makeQueue();
  await waitingTap(queue);
  await back(queue);
  assert.deepEqual(inside, [FACT]);
  server.mood = away;
  const { answer } = await queue.put(UNDO);
  await rest();
  await back(queue);
  assert.deepEqual([(await answer).verdict, inside], ["undone", []]);
});

test("of anything else an undo goes out with it", async () => {
  const queue = makeQueue();
  server.mood = away;
  await queue.put({ ...TAP, shown: "counted" });
  const { answer } = await queue.put(UNDO);
  await rest();
  await back(queue);
  assert.deepEqual([server.flights.at(-1), (await answer).verdict, inside], [[TAP.id, UNDO.id], "undone", []]);
});

test("what is kept apart is a fact by itself if it is accepted: nothing follows", async () => {
  const queue = makeQueue();
  await waitingTap(queue);
  server.judge = ({ id }) => ({ id, verdict: "refused", conflict: "quarantined" });
  await back(queue);
  assert.deepEqual([[...server.stored.keys()], await store.size()], [[TAP.id], 0]);
});
