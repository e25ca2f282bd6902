import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { parseCode } from "../../../checkin/scanner/code.js";
import { givenCode, isGiven, markOf } from "../../../checkin/scanner/given-code.js";

const SHARED = JSON.parse(readFileSync(new URL("./given.json", import.meta.url), "utf8"));

test("the mark of a code is the server's", async () => {
  for (const { salt, code } of SHARED) {
    assert.equal(await markOf({ salt }, code.slice(0, 18)), code.slice(18));
    assert.equal(await isGiven({ salt }, code), true);
  }
});

test("a new code is a ticket's, never the same twice, and has the event's mark alone", async () => {
  const [{ salt }] = SHARED;
  const other = btoa("another event's salt, 32 bytes !");
  const codes = await Promise.all(Array.from({ length: 200 }, () => givenCode({ salt })));
  assert.equal(new Set(codes).size, 200);
  for (const code of codes) {
    assert.deepEqual(parseCode(code), { kind: "ticket", code });
    assert.deepEqual([await isGiven({ salt }, code), await isGiven({ salt: other }, code)], [true, false]);
  }
});
