import assert from "node:assert/strict";
import { test } from "node:test";

import { NotWelcome, Unacceptable, Unreached } from "../../../checkin/scanner/contact.js";
import { Queue } from "../../../checkin/scanner/queue.js";
import { MemoryStore } from "../../../checkin/scanner/store.js";
import { FakeServer, FakeTime, rest } from "./fakes.js";

function door({ store = new MemoryStore(), server = new FakeServer(), time = new FakeTime() } = {}) {
  const contacts = [];
  const answers = [];
  const queue = new Queue({
    store, send: server.send, later: time.later,
    onContact: (contact) => contacts.push(contact), onAnswer: (answer) => answers.push(answer.id),
  });
  return { queue, store, server, time, contacts, answers };
}

function draft(id, more = {}) {
  return { id, event: "practice", at: "2026-10-03T01:00:00Z", gate: "north", place: "session:A1", act: "scan", code: "A".repeat(26), ...more };
}

function lost() {
  throw new Unreached("no network");
}

test("a scan is kept before it is sent, and forgotten when it is answered", async () => {
  const { queue, store, server } = door();
  server.mood = () => assert.equal(server.flights.length, 1);
  const { scan, answer } = await queue.put(draft("a"));
  assert.equal(await store.size(), 1);
  assert.equal(scan.seq, 1);
  assert.deepEqual(await answer, { id: "a", verdict: "admitted" });
  assert.equal(await store.size(), 0);
});

test("a scan that does not reach the server is sent again with the same id until it does", async () => {
  const { queue, store, server, time, contacts } = door();
  server.mood = (flight) => flight <= 3 && lost();
  const { answer } = await queue.put(draft("a"));
  await rest();
  assert.deepEqual(contacts, ["unreached"]);
  assert.equal(await store.size(), 1);
  for (let i = 0; i < 3; i += 1) await time.ring();
  assert.deepEqual(await answer, { id: "a", verdict: "admitted" });
  assert.deepEqual(server.flights, [["a"], ["a"], ["a"], ["a"]]);
  assert.deepEqual(time.pauses, [1, 2, 4]);
  assert.deepEqual(contacts, ["unreached", "unreached", "unreached", "reached"]);
});

test("a lost answer counts nobody twice: the same id gets the stored answer", async () => {
  const { queue, server, time } = door();
  let judged = 0;
  server.judge = ({ id }) => ({ id, verdict: (judged += 1) === 1 ? "admitted" : "already_in" });
  server.losesAnswer = (flight) => flight === 1;
  const { answer } = await queue.put(draft("a"));
  await rest();
  await time.ring();
  assert.deepEqual(await answer, { id: "a", verdict: "admitted" });
  assert.equal(judged, 1);
});

test("pauses grow to five seconds and start again after a success", async () => {
  const { queue, server, time } = door();
  server.mood = (flight) => flight !== 7 && flight < 9 && lost();
  await queue.put(draft("a"));
  await rest();
  for (let i = 0; i < 6; i += 1) await time.ring();
  await queue.put(draft("b"));
  await rest();
  assert.deepEqual(time.pauses, [1, 2, 4, 5, 5, 5, 1]);
});

test("a server that asks for patience gets it", async () => {
  const { queue, server, time } = door();
  server.mood = () => {
    throw new Unreached("too many", 30);
  };
  await queue.put(draft("a"));
  await rest();
  assert.deepEqual(time.pauses, [30]);
});

test("what waits goes out in order, in batches of fifty, one flight at a time", async () => {
  const { queue, server, time } = door();
  let flying = 0;
  server.mood = (flight) => flight === 1 && lost();
  const send = server.send;
  queue.send = async (scans) => {
    assert.equal((flying += 1), 1);
    return send(scans).finally(() => (flying -= 1));
  };
  await queue.put(draft("0"));
  await rest();
  server.mood = lost;
  for (let i = 1; i < 120; i += 1) await queue.put(draft(String(i)));
  await rest();
  server.mood = () => {};
  server.flights = [];
  await time.ring();
  assert.deepEqual(server.flights.map((ids) => ids.length), [50, 50, 20]);
  assert.deepEqual(server.flights.flat(), Array.from({ length: 120 }, (_, i) => String(i)));
});

test("one poisoned scan among many is set aside with its reason, the others are stored", async () => {
  const { queue, store, server, time, answers } = door();
  server.mood = lost;
  const puts = [];
  for (let i = 0; i < 30; i += 1) puts.push(await queue.put(draft(String(i))));
  await rest();
  server.mood = (_flight, scans) => {
    if (scans.some(({ id }) => id === "13")) throw new Unacceptable("people: expected numbers");
  };
  await time.ring();
  assert.equal(server.stored.size, 29);
  assert.equal(await store.size(), 0);
  assert.equal(await store.aside(), 1);
  assert.deepEqual(answers.sort(), Array.from({ length: 30 }, (_, i) => String(i)).sort());
  assert.deepEqual(await puts[13].answer, { id: "13", verdict: null, error: { code: "unacceptable", message: "people: expected numbers" } });
});

test("a scan that the server answers with a fault of its own is set aside, the rest of its batch is not", async () => {
  const { queue, store, server } = door();
  server.judge = ({ id }) => (id === "bad" ? { id, verdict: null, error: { code: "invalid", message: "seq: missing" } } : { id, verdict: "admitted" });
  const good = await queue.put(draft("good"));
  const bad = await queue.put(draft("bad"));
  assert.equal((await good.answer).verdict, "admitted");
  assert.equal((await bad.answer).error.code, "invalid");
  assert.equal(await store.aside(), 1);
});

test("a refusal in words is an answer like any other and sets nothing aside", async () => {
  const { queue, store, server } = door();
  server.judge = ({ id }) => ({ id, verdict: "refused", error: { code: "more_than_party", message: "More people than the ticket is for." } });
  const { answer } = await queue.put(draft("a"));
  assert.equal((await answer).verdict, "refused");
  assert.equal(await store.aside(), 0);
});

test("a device that is not welcome keeps its scans and stops asking until somebody signs in again", async () => {
  const { queue, store, server, time, contacts } = door();
  server.mood = () => {
    throw new NotWelcome("revoked");
  };
  const { answer } = await queue.put(draft("a"));
  await rest();
  assert.deepEqual([contacts, time.isSet, await store.size()], [["refused"], false, 1]);
  server.mood = () => {};
  await queue.flush();
  assert.equal((await answer).verdict, "admitted");
});

test("an answer that names none of the scans is no answer", async () => {
  const { queue, store, contacts } = door();
  queue.send = async () => [];
  await queue.put(draft("a"));
  await rest();
  assert.deepEqual([contacts, await store.size()], [["unreached"], 1]);
});

test("scans that an answer leaves out stay in the queue", async () => {
  const { queue, store, server, time } = door();
  server.mood = lost;
  await queue.put(draft("a"));
  await queue.put(draft("b"));
  await rest();
  server.mood = () => {};
  const send = server.send;
  let first = true;
  queue.send = async (scans) => {
    const answers = await send(scans);
    if (!first) return answers;
    first = false;
    return answers.slice(0, 1);
  };
  await time.ring();
  assert.deepEqual(server.flights.slice(-2), [["a", "b"], ["b"]]);
  assert.equal(await store.size(), 0);
});

test("an answer that another page of this device received is asked for again", async () => {
  const { queue, store, server, time } = door();
  server.mood = lost;
  const { answer } = await queue.put(draft("a"));
  await rest();
  server.stored.set("a", { id: "a", verdict: "admitted" });
  await store.remove(["a"]);
  assert.equal(await queue.waiting(), 1);
  server.mood = () => {};
  await time.ring();
  assert.equal((await answer).verdict, "admitted");
});

test("what an earlier page left behind is sent when a new one opens the store", async () => {
  const store = new MemoryStore();
  const before = door({ store });
  before.server.mood = lost;
  await before.queue.put(draft("a"));
  await rest();
  const after = door({ store });
  await after.queue.flush();
  assert.deepEqual([after.server.flights, after.answers, await store.size()], [[["a"]], ["a"], 0]);
});

test("a batch is of one event, whatever waits", async () => {
  const { queue, server, time } = door();
  server.mood = lost;
  for (const [id, event] of [["a", "one"], ["b", "two"], ["c", "one"]]) await queue.put(draft(id, { event }));
  await rest();
  server.mood = () => {};
  server.flights = [];
  await time.ring();
  assert.deepEqual(server.flights, [["a", "c"], ["b"]]);
});

test("a store that cannot keep a scan does not stop the door: it is sent from memory until it is answered", async () => {
  const store = new MemoryStore();
  store.add = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const { queue, server, time } = door({ store });
  server.mood = (flight) => flight === 1 && lost();
  const { answer } = await queue.put(draft("a"));
  await rest();
  assert.equal(await queue.waiting(), 1);
  await time.ring();
  assert.equal((await answer).verdict, "admitted");
  assert.equal(await queue.waiting(), 0);
});

test("three hundred scans over a network that loses a third of everything: each stored once, none lost", async () => {
  const { queue, store, server, time } = door();
  let seed = 7;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  server.mood = () => chance() < 0.33 && lost();
  server.losesAnswer = () => chance() < 0.33;
  let judged = 0;
  server.judge = ({ id }) => ({ id, verdict: "admitted", nth: (judged += 1) });
  const puts = [];
  for (let i = 0; i < 300; i += 1) {
    puts.push(await queue.put(draft(String(i))));
    if (i % 7 === 0) await time.ring();
  }
  for (let i = 0; i < 200 && (await store.size()) > 0; i += 1) await time.ring();
  const answers = await Promise.all(puts.map(({ answer }) => answer));
  assert.deepEqual([answers.length, judged, server.stored.size, await store.size()], [300, 300, 300, 0]);
});

test("scans of another event wait for a device of that event: nothing of them is asked, refused or set aside", async () => {
  let event = "practice";
  const [store, server] = [new MemoryStore(), new FakeServer()];
  const queue = new Queue({ store, send: server.send, later: new FakeTime().later, isOurs: (scan) => scan.event === event });
  for (let i = 0; i < 60; i += 1) await store.add(draft(`old-${i}`, { event: "fair" }));
  await (await queue.put(draft("a"))).answer;
  await rest();
  assert.deepEqual(server.flights, [["a"]]);
  assert.deepEqual([await queue.waiting(), await queue.sendable(), await store.aside()], [60, 0, 0]);
  event = "fair";
  await queue.flush();
  assert.deepEqual([await queue.waiting(), server.flights.flat().length], [0, 61]);
});
