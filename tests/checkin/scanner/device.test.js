import assert from "node:assert/strict";
import { test } from "node:test";

import { newId } from "../../../checkin/scanner/device.js";

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("an id is a uuid of version 7", () => {
  for (let turn = 0; turn < 500; turn += 1) assert.match(newId(), VERSION_7);
});

test("ids come in the order of time, and no two are equal", () => {
  const ids = Array.from({ length: 300 }, (_, turn) => newId(Date.UTC(2026, 9, 3) + turn));
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(Array.from({ length: 5000 }, () => newId(0))).size, 5000);
});

test("an id says when it was made", () => {
  assert.equal(Number.parseInt(newId(Date.UTC(2026, 9, 3)).replace("-", "").slice(0, 12), 16), Date.UTC(2026, 9, 3));
});
