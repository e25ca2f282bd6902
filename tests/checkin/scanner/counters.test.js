/** The figures follow a verdict within a second, and the server is not asked for each of many. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { watchCounters } from "../../../checkin/scanner/counters.js";
import { NotWelcome, Unreached } from "../../../checkin/scanner/contact.js";

/** @param {import("node:test").TestContext} t */
function watched(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  Object.assign(globalThis, { document: page });
  const seen = { asked: 0, heard: [] };
  const door = {
    event: "fair", contact: "reached", place: { code: "session:a" }, tally: { mark: () => 0 },
    look() {},
  };
  const server = { counts: async () => { seen.asked += 1; if (seen.fails) throw seen.fails; return {}; } };
  const counters = watchCounters(/** @type {any} */ (door), /** @type {any} */ (server), (contact) => seen.heard.push(contact), () => {});
  const pass = async (/** @type {number} */ milliseconds) => {
    t.mock.timers.tick(milliseconds);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { seen, counters, pass };
}

test("without a verdict the figures are asked for every four seconds", async (t) => {
  const { seen, counters, pass } = watched(t);
  await pass(0);
  assert.equal(seen.asked, 1);
  await pass(3999);
  assert.equal(seen.asked, 1);
  await pass(1);
  assert.equal(seen.asked, 2);
  counters.stop();
});

test("they follow a verdict within a second, once for many", async (t) => {
  const { seen, counters, pass } = watched(t);
  await pass(0);
  for (let scan = 0; scan < 30; scan += 1) counters.lookSoon();
  await pass(999);
  assert.equal(seen.asked, 1);
  await pass(1);
  assert.equal(seen.asked, 2);
  await pass(1000);
  assert.equal(seen.asked, 2);
  counters.stop();
});

test("a verdict while they are on their way is followed by a second look", async (t) => {
  const { seen, counters, pass } = watched(t);
  counters.lookSoon();
  await pass(0);
  assert.equal(seen.asked, 1);
  await pass(1000);
  assert.equal(seen.asked, 2);
  counters.stop();
});

test("who stopped looking is not asked back by a late verdict", async (t) => {
  const { seen, counters, pass } = watched(t);
  await pass(0);
  counters.stop();
  counters.lookSoon();
  await pass(5000);
  assert.equal(seen.asked, 1);
});

test("what came of asking is told to the page alone, which knows what follows: a device that was stopped forgets once", async (t) => {
  const { seen, counters, pass } = watched(t);
  await pass(0);
  seen.fails = new Unreached("away");
  await pass(4000);
  seen.fails = new NotWelcome("stopped");
  await pass(6000);
  assert.deepEqual(seen.heard, ["reached", "unreached", "refused"]);
  counters.stop();
});
