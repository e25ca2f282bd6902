import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { isAddress, isName, isSlip, parseCode, typedLength } from "../../../checkin/scanner/code.js";

const cases = JSON.parse(readFileSync(new URL("codes.json", import.meta.url), "utf8"));

for (const { name, text, ticket, number } of cases) {
  const expected = ticket ? { kind: "ticket", code: ticket } : number ? { kind: "number", number } : { kind: "none" };
  test(`${name} is ${ticket ? "a ticket" : number ? "a short number" : "not ours"}`, () => {
    assert.deepEqual(parseCode(text), expected);
  });
}

test("each digit that base32 lacks is read as its lookalike, in every position", () => {
  for (const [digit, letter] of [["0", "O"], ["1", "I"], ["8", "B"]]) {
    for (let i = 0; i < 26; i += 1) {
      const typed = `${"A".repeat(i)}${digit}${"A".repeat(25 - i)}`;
      assert.deepEqual(parseCode(typed), { kind: "ticket", code: typed.replace(digit, letter) });
    }
  }
});

test("an endless text is refused without being searched", () => {
  assert.deepEqual(parseCode(`https://example.org/${"t/".repeat(100_000)}`), { kind: "none" });
});

test("an address is told from bare characters", () => {
  assert.equal(isAddress("HTTPS://EXAMPLE.ORG/T/ABCDEFGHIJKLMNOPQRSTUVW234"), true);
  assert.equal(isAddress("ABCDEFGHIJKLMNOPQRSTUVW234"), false);
});

test("separators are not counted while somebody types", () => {
  assert.equal(typedLength(" ＡＢＣＤ-ef　g"), 7);
});

test("too few or too many characters are a slip of who types; what is ours, and what was read, is none", () => {
  for (const text of ["abc", "ABCD EFGH", "123456", "12345678", "ＡＢＣ", "A".repeat(25), "A".repeat(27)]) assert.ok(isSlip(text), text);
  for (const text of ["", "1234567", "A".repeat(26), "https://example.com/", "BEGIN:VCARD", "山田"]) assert.ok(!isSlip(text), text);
});

test("a name is told from a code, however either is written", () => {
  for (const text of ["山田", "やまだ　はな", "𠮷田", "Ольга"]) assert.ok(isName(text), text);
  for (const text of ["", "  ", "ＡＢＣ", "１２３４５６７", "Ana", "HTTPS://EXAMPLE.ORG/T/会", "会".repeat(41)]) assert.ok(!isName(text), text);
});
