import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Answers, SOON } from "../../../checkin/scanner/answers.js";
import { Unreached } from "../../../checkin/scanner/contact.js";
import { Queue } from "../../../checkin/scanner/queue.js";
import { MemoryStore } from "../../../checkin/scanner/store.js";
import { FakeServer, FakeTime, rest } from "./fakes.js";

const DRAFT = { id: "0a1b2c3d-0000-4000-8000-000000000001", event: "practice", at: "2026-10-03T03:00:00Z", gate: "north", place: "session:talk", act: "scan", code: "A".repeat(26) };
const DEED = { id: DRAFT.id, event: "practice", rid: "00", gate: "north", place: "session:talk", at: 0, lines: [], moves: {}, answered: false };

let server;
let store;
let told;
let remembered;
let time;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  server = new FakeServer();
  store = new MemoryStore();
  told = [];
  remembered = [];
  time = new FakeTime();
});

afterEach(() => mock.timers.reset());

function ask(verdict, isReached) {
  const queue = new Queue({ store, send: server.send, later: time.later });
  const judge = { judge: async () => verdict && { answer: { id: DRAFT.id, verdict }, deed: DEED }, remember: (own) => remembered.push(own), asOf: 1, isOld: false, size: 1 };
  void new Answers({ queue, judge }).ask(DRAFT, isReached, (answer, by) => told.push([answer.verdict, by]));
  return rest();
}

test("the server's word alone is told when it comes soon", async () => {
  await ask("already_in", true);
  mock.timers.tick(SOON);
  await rest();
  assert.deepEqual([told, remembered, server.stored.has(DRAFT.id)], [[["admitted", "server"]], [], true]);
});

test("after a quarter of a second the device speaks, and the server's word follows", async () => {
  let go;
  const wait = new Promise((resolve) => (go = resolve));
  const send = server.send;
  server.send = async (scans) => (await wait, send(scans));
  await ask("admitted", true);
  assert.deepEqual(told, []);
  mock.timers.tick(SOON);
  await rest();
  assert.deepEqual([told, (await store.oldest(9))[0].showed, (await store.deeds()).length], [[["admitted", "device"]], "admitted", 1]);
  go();
  await rest();
  assert.deepEqual([told[1], await store.size()], [["admitted", "server"], 0]);
});

test("who was let in on the device's word and is refused by the server is reported as a fact, once", async () => {
  let lost = true;
  server.losesAnswer = () => lost;
  server.judge = ({ id, shown }) => ({ id, verdict: shown ? "already_in" : "full" });
  await ask("admitted", true);
  mock.timers.tick(SOON);
  await rest();
  lost = false;
  await time.ring();
  assert.deepEqual(told.at(-1), ["full", "server"]);
  const facts = [...server.stored.keys()];
  assert.deepEqual([facts.length, await store.size()], [2, 0]);
  assert.notEqual(facts[0], facts[1]);
  assert.equal(facts[1], "0a1b2c3d-0000-4000-8000-000000000009");
});

test("while the server is away the device speaks at once, and says so in what it sends", async () => {
  server.mood = () => { throw new Unreached("away"); };
  await ask("admitted", false);
  assert.deepEqual(told, [["admitted", "device"]]);
  const [scan] = await store.oldest(9);
  assert.deepEqual([scan.shown, scan.showed, (await store.deeds()).length, remembered.length], ["admitted", undefined, 1, 1]);
});

test("what the device says is on disk before it is told", async () => {
  server.mood = () => { throw new Unreached("away"); };
  const add = store.add.bind(store);
  store.add = async (...given) => {
    await rest();
    assert.deepEqual(told, []);
    return add(...given);
  };
  await ask("admitted", false);
  await rest();
  assert.equal(told.length, 1);
});

test("numbers of a party are asked for before anything is kept", async () => {
  await ask("confirm_party", false);
  assert.deepEqual([told, await store.size()], [[["confirm_party", "device"]], 0]);
});

test("where the device knows nothing, the server is waited for", async () => {
  server.mood = () => { throw new Unreached("away"); };
  await ask(null, false);
  mock.timers.tick(10 * SOON);
  await rest();
  assert.deepEqual([told, (await store.oldest(9))[0].shown], [[], undefined]);
});
