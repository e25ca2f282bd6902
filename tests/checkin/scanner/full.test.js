import assert from "node:assert/strict";
import { test } from "node:test";

import { Answers } from "../../../checkin/scanner/answers.js";
import { MOST, queueFiles } from "../../../checkin/scanner/handing-over.js";
import { Unreached } from "../../../checkin/scanner/contact.js";
import { Queue } from "../../../checkin/scanner/queue.js";
import { MemoryStore } from "../../../checkin/scanner/store.js";
import { FakeServer, FakeTime, rest } from "./fakes.js";

/** A disk without room, as IndexedDB says it: what is there stays and can be read, nothing new is taken. */
class FullStore extends MemoryStore {
  isFull = false;

  async add(scan, deed) {
    if (this.isFull) throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    return super.add(scan, deed);
  }

  async showed(id, verdict, deed) {
    if (this.isFull) throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    return super.showed(id, verdict, deed);
  }
}

/** A disk that the browser has taken away for good: a newer program in another page holds it. */
class GoneStore extends MemoryStore {
  isGone = false;

  async oldest(limit) {
    if (this.isGone) throw new DOMException("The database connection is closing.", "InvalidStateError");
    return super.oldest(limit);
  }

  async add(scan, deed) {
    if (this.isGone) throw new DOMException("The database connection is closing.", "InvalidStateError");
    return super.add(scan, deed);
  }

  async remove(ids, after) {
    if (this.isGone) throw new DOMException("The database connection is closing.", "InvalidStateError");
    return super.remove(ids, after);
  }

  async size() {
    if (this.isGone) throw new DOMException("The database connection is closing.", "InvalidStateError");
    return super.size();
  }

  async asideScans() {
    if (this.isGone) throw new DOMException("The database connection is closing.", "InvalidStateError");
    return super.asideScans();
  }
}

function device(store = new FullStore()) {
  const [server, time] = [new FakeServer(), new FakeTime()];
  return { store, server, time, queue: new Queue({ store, send: server.send, later: time.later }) };
}

function draft(id, more = {}) {
  return { id, event: "practice", at: "2026-10-03T01:00:00Z", gate: "north", place: "session:A1", act: "scan", code: "A".repeat(26), ...more };
}

function lost() {
  throw new Unreached("no network");
}

test("a scan that cannot be written is told, kept in memory, and in the file with those on disk", async () => {
  const { queue, store, server } = device();
  server.mood = lost;
  await queue.put(draft("a"));
  store.isFull = true;
  await queue.put(draft("b"));
  await queue.put(draft("c"));
  await rest();
  assert.deepEqual([queue.unwritten, await queue.waiting(), await store.size()], [2, 3, 1]);
  const [{ text }] = queueFiles({ practice: "d" }, await queue.toHandOver(), new Date(0));
  assert.deepEqual(JSON.parse(text).scans.map(({ id }) => id), ["a", "b", "c"]);
});

test("what the server set aside is in the file too, where it was made, and its device is remembered", async () => {
  const { queue, store, server } = device();
  await store.keepDevice({ device: "d", event: "practice", token: "t", expires_at: "", rights: [], gate: "north" });
  server.judge = ({ id }) => (id === "b" ? { id, verdict: null, error: { code: "fault", message: "" } } : { id, verdict: "admitted" });
  for (const id of ["a", "b"]) await (await queue.put(draft(id))).answer;
  server.mood = lost;
  await queue.put(draft("c"));
  await rest();
  const file = async (devices, from = queue) => queueFiles(devices, await from.toHandOver(), new Date(0)).map(({ text }) => JSON.parse(text));
  assert.deepEqual((await file({ practice: "d" }))[0].scans, [{ ...draft("b"), seq: 2 }, { ...draft("c"), seq: 3 }].map(({ event: _, ...claim }) => claim));
  await store.remove(["c"]);
  await store.keepDevice(null);
  const next = new Queue({ store, send: server.send, later: () => () => {} });
  assert.deepEqual((await file(await store.former(), next)).map(({ device: id, scans }) => [id, scans.length]), [["d", 1]]);
});

test("the file says what the queue says: what the door told by itself, and whose answer nobody awaits", () => {
  const scans = [draft("a", { seq: 1, showed: "admitted" }), draft("b", { seq: 2, shown: "refused", withdrawn: true })];
  const [{ text }] = queueFiles({ practice: "d" }, scans, new Date(0));
  assert.deepEqual(JSON.parse(text).scans, scans.map(({ event: _, ...kept }) => kept));
});

test("a day of scans is saved in files that the organiser's page takes, each scan in one of them", () => {
  const scans = Array.from({ length: 2 * MOST + 1 }, (_, number) => ({ ...draft(`${number}`), event: "practice", code: "A".repeat(60), gate: "entrance-of-the-hall" }));
  const files = queueFiles({ practice: "d" }, scans, new Date(0));
  assert.deepEqual(files.map(({ name }) => name.slice(-12)), ["-1-of-3.json", "-2-of-3.json", "-3-of-3.json"]);
  assert.deepEqual(files.flatMap(({ text }) => JSON.parse(text).scans.map(({ id }) => id)), scans.map(({ id }) => id));
  assert.ok(files.every(({ text }) => text.length < 1024 * 1024));
  assert.equal(queueFiles({ practice: "d" }, scans.slice(0, 3), new Date(0)).length, 1);
});

test("scans of two events are two files, each of the device that made them", () => {
  const files = queueFiles({ practice: "d", fair: "e" }, [draft("a"), draft("b", { event: "fair" }), draft("c")], new Date(0)).map(({ text }) => JSON.parse(text));
  assert.deepEqual(files.map(({ event, device, scans }) => [event, device, scans.map(({ id }) => id)]), [["practice", "d", ["a", "c"]], ["fair", "e", ["b"]]]);
});

test("which device made the scans that wait is remembered while they wait, and no longer", async () => {
  const store = new MemoryStore();
  const own = (device, event) => ({ device, event, token: "t", expires_at: "", rights: [], gate: "north" });
  await store.keepDevice(own("d", "practice"));
  await store.keepDevice(own("e", "fair"));
  assert.deepEqual(await store.former(), {});
  await store.add(draft("a", { event: "fair" }));
  await store.keepDevice(null);
  assert.deepEqual(await store.former(), { fair: "e" });
  await store.remove(["a"]);
  await store.keepDevice(own("d", "practice"));
  assert.deepEqual(await store.former(), {});
});

test("as soon as there is room it is written, in its order, and sent once the network is back", async () => {
  const { queue, store, server, time } = device();
  server.mood = lost;
  store.isFull = true;
  const { answer } = await queue.put(draft("a"));
  await queue.put(draft("b"));
  store.isFull = false;
  await queue.put(draft("c"));
  assert.deepEqual([queue.unwritten, (await store.oldest(9)).map(({ id }) => id).sort()], [0, ["a", "b", "c"]]);
  server.mood = () => {};
  await time.ring();
  assert.deepEqual([(await answer).verdict, await queue.waiting()], ["admitted", 0]);
});

test("the network alone empties it: what the server has named needs no room", async () => {
  const { queue, store, server, time } = device();
  server.mood = lost;
  store.isFull = true;
  const { answer } = await queue.put(draft("a"));
  await rest();
  server.mood = () => {};
  await time.ring();
  assert.equal((await answer).verdict, "admitted");
  assert.deepEqual([queue.unwritten, await queue.waiting()], [0, 0]);
});

test("what the door let in by itself without room leaves its trace: the claim with what was shown waits to be sent", async () => {
  const { queue, store, server } = device();
  server.mood = lost;
  store.isFull = true;
  const own = { answer: { id: "a", verdict: "admitted" }, deed: { id: "a", lines: [] } };
  const judge = { judge: async () => own, remember() {}, asOf: 1 };
  const told = [];
  void new Answers({ queue, judge }).ask(draft("a"), false, (answer, by) => told.push([answer.verdict, by]));
  await rest();
  assert.deepEqual(told, [["admitted", "device"]]);
  assert.deepEqual((await queue.toHandOver()).map(({ id, shown }) => [id, shown]), [["a", "admitted"]]);
});

test("a door that had asked already says nothing by itself that it cannot keep", async () => {
  const { queue, store, server } = device();
  server.mood = lost;
  await queue.put(draft("a"));
  store.isFull = true;
  assert.equal(await queue.showed("a", "admitted", null), false);
  assert.deepEqual((await store.oldest(9)).map(({ showed }) => showed), [undefined]);
});

test("a disk that is gone for good keeps no scan from the server, nor from the file", async () => {
  const { queue, store, server, time } = device(new GoneStore());
  server.mood = lost;
  await queue.put(draft("a"));
  store.isGone = true;
  const { answer } = await queue.put(draft("b"));
  await rest();
  assert.deepEqual([await queue.waiting(), await queue.sendable(), queue.unwritten], [2, 2, 1]);
  const [{ text }] = queueFiles({ practice: "d" }, await queue.toHandOver(), new Date(0));
  assert.deepEqual(JSON.parse(text).scans.map(({ id }) => id), ["a", "b"]);
  server.mood = () => {};
  await time.ring();
  assert.equal((await answer).verdict, "admitted");
  assert.deepEqual([await queue.waiting(), queue.unwritten, [...server.stored.keys()]], [0, 0, ["a", "b"]]);
});

test("what the disk does not let go of is told, and asked again later, not over and over", async () => {
  const { queue, store, server } = device(new GoneStore());
  store.remove = async () => { throw new DOMException("The database connection is closing.", "InvalidStateError"); };
  const { answer } = await queue.put(draft("a"));
  assert.equal((await answer).verdict, "admitted");
  await rest();
  assert.equal(server.flights.length, 1);
  assert.equal(await store.size(), 1);
});

test("what a page waits for is written once more where the browser has emptied the disk", async () => {
  const { queue, store, server } = device(new MemoryStore());
  server.mood = lost;
  await queue.put(draft("a", { shown: "admitted" }));
  await queue.put(draft("b"));
  await queue.showed("b", "admitted", null);
  await store.remove(["a", "b"]);
  let isEmptied = true;
  store.takeEmptied = () => isEmptied && !(isEmptied = false);
  await queue.put(draft("c"));
  await rest();
  const kept = await store.oldest(Infinity);
  assert.deepEqual(kept.map(({ id, shown, showed }) => [id, shown ?? showed]).sort(), [["a", "admitted"], ["b", "admitted"], ["c", undefined]]);
  assert.equal(new Set(kept.map(({ seq }) => seq)).size, 3);
  assert.equal(queue.unwritten, 0);
});
