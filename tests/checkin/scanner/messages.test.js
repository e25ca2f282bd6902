import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Messages } from "../../../checkin/scanner/messages.js";

const [FOUND, SETTLED] = [{ id: "1:found", text: "found" }, { id: "1:stands", text: "stands" }];

beforeEach(() => {
  const kept = new Map();
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
});

test("what the organiser tells a door stays until somebody has seen it, over a reload too", () => {
  const messages = new Messages();
  messages.add([FOUND]);
  messages.add([SETTLED, FOUND]);
  assert.deepEqual(new Messages().unseen, [SETTLED, FOUND]);
  messages.seen("1:stands");
  assert.deepEqual(new Messages().unseen, [FOUND]);
  messages.forget();
  assert.deepEqual(new Messages().unseen, []);
});

test("without a place to keep them they are there as long as the page", () => {
  delete globalThis.localStorage;
  const messages = new Messages();
  messages.add([FOUND]);
  assert.deepEqual(messages.unseen, [FOUND]);
});
