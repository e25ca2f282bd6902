import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, mock, test } from "node:test";

import { alike } from "../../../checkin/scanner/alike.js";
import { HIDDEN_FOR, Names } from "../../../checkin/scanner/names.js";
import { NotWelcome, Unacceptable, Unreached } from "../../../checkin/scanner/contact.js";
import { rest } from "./fakes.js";

const SPELLINGS = JSON.parse(readFileSync(new URL("./spellings.json", import.meta.url), "utf8"));
const ANA = { number: "1234567", name: "見本 髙子", category: "visitor", size: 1, code: "A".repeat(26), sought: alike("見本 髙子") + "\n" + alike("みほん たかこ") };
const BEN = { number: "7654321", name: "Ben Demo", category: "visitor", size: 1, code: "B".repeat(26), sought: alike("Ben Demo") };

/** A server whose answers are given one after the other; an error is thrown. */
function serverOf(...answers) {
  return { names: mock.fn(async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  }) };
}

/** A page that is looked at, or not. */
const page = { visibilityState: "visible", listeners: new Set(), addEventListener: (_, f) => page.listeners.add(f), removeEventListener: (_, f) => page.listeners.delete(f) };

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  globalThis.document = page;
  page.visibilityState = "visible";
  page.listeners.clear();
});
afterEach(() => {
  mock.timers.reset();
  delete globalThis.document;
});

for (const [text, spelled] of SPELLINGS) {
  test(`${JSON.stringify(text)} is spelled as the server spells it`, () => assert.equal(alike(text), spelled));
}

test("who is known here is found by every word, in any spelling, or by the number", async () => {
  const names = new Names(serverOf({ names: [ANA, BEN], tag: "1" }));
  assert.equal(names.seek("demo"), null, "nothing is known yet");
  await names.refresh("fair");
  for (const text of ["高子", "ミホン", "みほん　たか", "子 見本", "1234567", "１２３４５６７"]) assert.deepEqual(names.seek(text), { found: [ANA], more: false }, text);
  assert.deepEqual(names.seek("demo 見本").found, []);
  assert.deepEqual(names.seek("\u200b \u3000").found, []);
});

test("a long list ends", async () => {
  const names = new Names(serverOf({ names: Array.from({ length: 21 }, () => BEN), tag: "1" }));
  await names.refresh("fair");
  assert.deepEqual([names.seek("ben").found.length, names.seek("ben").more], [20, true]);
});

test("what is known stays without news and without a network, and goes when the server says no", async () => {
  for (const no of [new NotWelcome("revoked"), new Unacceptable("over")]) {
    const server = serverOf({ names: [BEN], tag: "1" }, null, new Unreached("away"), no);
    const names = new Names(server);
    for (let i = 0; i < 3; i++) await names.refresh("fair");
    assert.deepEqual(names.seek("ben").found, [BEN]);
    assert.deepEqual(server.names.mock.calls.map(({ arguments: [, tag] }) => tag), ["", "1", "1"]);
    await names.refresh("fair");
    assert.equal(names.seek("ben"), null);
  }
});

test("out of sight for ten minutes it is forgotten, and at the end of the work at once", async () => {
  const names = new Names({ names: async () => ({ names: [BEN], tag: "1" }) });
  const end = names.watch("fair");
  await rest();
  const turn = (state) => ((page.visibilityState = state), page.listeners.forEach((turned) => turned()));
  turn("hidden");
  mock.timers.tick(HIDDEN_FOR - 1);
  assert.ok(names.seek("ben"));
  mock.timers.tick(1);
  assert.equal(names.seek("ben"), null);
  turn("visible");
  await rest();
  assert.ok(names.seek("ben"), "asked for again");
  end();
  assert.equal(names.seek("ben"), null);
  assert.equal(page.listeners.size, 0);
});
