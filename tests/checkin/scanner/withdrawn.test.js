import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { afterPage, livesAs } from "../../../checkin/scanner/device.js";
import { Unreached } from "../../../checkin/scanner/contact.js";
import { Queue } from "../../../checkin/scanner/queue.js";
import { MemoryStore } from "../../../checkin/scanner/store.js";
import { FakeLocks, FakeServer, FakeTime, rest } from "./fakes.js";

const NUMBER = { id: "0a1b2c3d-0000-4000-8000-000000000001", event: "practice", at: "2026-10-03T01:00:00Z", gate: "north", place: "session:A1", act: "scan", code: "1234567" };
const UNDO_ID = "0a1b2c3d-0000-4000-8000-000000000009";

let server;
let store;

beforeEach(() => {
  server = new FakeServer();
  const { judge } = server;
  server.judge = (scan) => (scan.shown === "refused" ? { id: scan.id, verdict: "refused" } : judge(scan));
  store = new MemoryStore();
});

const makeQueue = () => new Queue({ store, send: server.send, later: new FakeTime().later });

/** A server that takes an id once, as ours does: with another body it is not answered but refused. */
function strictly(server) {
  const bodies = new Map();
  const send = server.send;
  const sent = [];
  server.send = async (scans) => {
    sent.push(...scans);
    const answers = await send(scans);
    return answers.map((answer, i) => {
      const body = JSON.stringify({ ...scans[i], seq: 0, showed: 0, withdrawn: 0 });
      if (!bodies.has(answer.id)) bodies.set(answer.id, body);
      return bodies.get(answer.id) === body ? answer : { id: answer.id, verdict: null, error: { code: "id_reused", message: "" } };
    });
  };
  return sent;
}

test("a number that is withdrawn before the server heard of it goes out as one by which nobody was let in", async () => {
  const sent = strictly(server);
  server.mood = (flight) => { if (flight === 1) throw new Unreached("away"); };
  const queue = makeQueue();
  const { answer } = await queue.put(NUMBER);
  await rest();
  await queue.withdraw(NUMBER.id);
  await rest();
  assert.equal((await answer).error.code, "number_dropped");
  assert.deepEqual(sent.map(({ id, shown }) => [id, shown]), [[NUMBER.id, undefined], [NUMBER.id, "refused"]]);
  assert.deepEqual([await store.size(), await store.aside()], [0, 0]);
});

test("a number that the server counted while nobody waited any more is taken back", async () => {
  const sent = strictly(server);
  server.losesAnswer = (flight) => flight === 1;
  const queue = makeQueue();
  const { answer } = await queue.put(NUMBER);
  await rest();
  await queue.withdraw(NUMBER.id);
  await rest();
  assert.equal((await answer).error.code, "number_dropped");
  assert.deepEqual(sent.at(-1), { id: UNDO_ID, event: NUMBER.event, at: NUMBER.at, gate: NUMBER.gate, place: NUMBER.place, act: "undo", undoes: NUMBER.id, seq: 1 });
  assert.deepEqual([await store.size(), await store.aside()], [0, 0]);
});

test("a number whose answer comes after it was withdrawn is taken back and not shown", async () => {
  const sent = strictly(server);
  let comes;
  const send = server.send;
  server.send = async (scans) => (sent.length === 0 && (await new Promise((resolve) => (comes = resolve))), send(scans));
  const queue = makeQueue();
  const { answer } = await queue.put(NUMBER);
  await rest();
  await queue.withdraw(NUMBER.id);
  comes();
  await rest();
  assert.equal((await answer).error.code, "number_dropped");
  assert.deepEqual([sent.at(-1).act, sent.at(-1).undoes], ["undo", NUMBER.id]);
});

test("numbers that an earlier page asked about and saw no answer of are withdrawn; codes and what the door let in are not", async () => {
  await store.add(NUMBER);
  await store.add({ ...NUMBER, id: "two", shown: "admitted" });
  await store.add({ ...NUMBER, id: "three", code: "A".repeat(26) });
  await makeQueue().takeUp();
  assert.deepEqual((await store.oldest(9)).map(({ withdrawn }) => withdrawn ?? false), [true, false, false]);
});

test("a number that another page of this device is asking about is left to it, and withdrawn when that page is gone without the answer", async () => {
  const locks = new FakeLocks();
  const ended = livesAs("first", locks);
  await store.add({ ...NUMBER, clock: { run: "first", ran: 9 } });
  await store.add({ ...NUMBER, id: "gone", clock: { run: "earlier", ran: 9 } });
  await store.add({ ...NUMBER, id: "unclocked" });
  await makeQueue().takeUp((run, work) => afterPage(run, work, locks));
  const isWithdrawn = async () => (await store.oldest(9)).map(({ withdrawn }) => withdrawn ?? false);
  assert.deepEqual(await isWithdrawn(), [false, true, true]);
  ended();
  await rest();
  assert.deepEqual(await isWithdrawn(), [true, true, true]);
});

test("where a browser cannot say which pages live, what is unanswered is withdrawn", async () => {
  livesAs("first", null);
  await store.add({ ...NUMBER, clock: { run: "first", ran: 9 } });
  await makeQueue().takeUp((run, work) => afterPage(run, work, null));
  assert.equal((await store.oldest(9))[0].withdrawn, true);
});
