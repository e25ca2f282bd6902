/** Codes that pair a device, as they are typed, read and brought by an address. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { codeIn, codeInAddress, isOver, onlyItsGate } from "../../../checkin/scanner/pairing.js";
import { Unacceptable, Unreached } from "../../../checkin/scanner/contact.js";

test("a code is read in any case and width, in groups, and out of the address that the QR code holds", () => {
  assert.deepEqual(["abcd-2345", " ＡＢＣＤ２３４５ ", "https://example.jp/scan/#pair=ABCD2345"].map(codeIn), ["ABCD2345", "ABCD2345", "ABCD2345"]);
  assert.deepEqual(["", "ABCD234", "ABCD2340", "ABCDI345", "HTTPS://EXAMPLE.JP/T/ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map(codeIn), ["", "", "", "", ""]);
});

test("the page's own address brings a code only behind its mark", () => {
  assert.deepEqual(["#pair=ABCD2345", "#ABCD2345", "", "#pair="].map((hash) => codeInAddress(hash)), ["ABCD2345", "", "", ""]);
});

test("a paired device is offered its own gate and no other, even where that is not used any more; one of a signed-in person every gate", () => {
  /** @type {import("../../../checkin/scanner/types.js").Gate[]} */
  const gates = ["a", "b"].map((code) => ({ code, name: {}, kind: "entrance", new_today: true, places: [] }));
  const device = { device: "", token: "", expires_at: "", rights: [], event: "fair", gate: "b" };
  const offered = [{ ...device, paired: true }, device, null, { ...device, paired: true, gate: "gone" }].map((one) => onlyItsGate({ gates, categories: [] }, one).gates.length);
  assert.deepEqual(offered, [1, 2, 2, 0]);
});

test("a code that is wrong, over or used up is told as such, any other trouble by its own words", () => {
  assert.deepEqual([new Unacceptable("", "no_such_code"), new Unacceptable("", "invalid"), new Unreached(""), null].map(isOver), [true, false, false, false]);
});
