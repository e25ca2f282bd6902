import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { prepareZXingModule as prepareWriter } from "zxing-wasm/writer";

import { draw } from "../../../checkin/scanner/drawing.js";
import { addressOf, inGroups, isTicket } from "../../../checkin/scanner/given-ticket.js";
import { Unacceptable } from "../../../checkin/scanner/contact.js";
import { lostNumber } from "../../../checkin/scanner/replace-lost.js";
import { whyNot } from "../../../checkin/scanner/restore-lost.js";

const CODE = "ABCDEFGHIJKLMNOPQRSTUVW234";
const one = (verdict, draft, error = null) => ({ stage: "answered", draft: { id: "a", act: "walk_in", ...draft }, answer: { id: "a", verdict, error } });

test("what is drawn is the ticket's address, and our own reader reads it", async () => {
  const wasm = (name) => readFileSync(new URL(`../../../node_modules/zxing-wasm/dist/${name}/zxing_${name}.wasm`, import.meta.url));
  prepareZXingModule({ overrides: { wasmBinary: wasm("reader") } });
  prepareWriter({ overrides: { wasmBinary: wasm("writer") } });
  const text = addressOf(CODE, "https://uketsuke.example.org");
  assert.equal(text, `HTTPS://UKETSUKE.EXAMPLE.ORG/T/${CODE}`);
  const rows = (await draw(text)).split("\n");
  const [scale, quiet] = [4, 4];
  const side = (rows.length + 2 * quiet) * scale;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const isBlack = rows[Math.floor(y / scale) - quiet]?.[Math.floor(x / scale) - quiet] === "#";
      if (isBlack) data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  }
  const found = await readBarcodes({ data, width: side, height: side, colorSpace: "srgb" });
  assert.deepEqual(found.map((code) => code.text), [text]);
});

test("a ticket is shown only where one was given out and stands", () => {
  assert.equal(isTicket(one("counted", { new_code: CODE })), true);
  assert.equal(isTicket(one("full", { new_code: CODE })), false);
  assert.equal(isTicket(one("counted", { new_code: CODE }, { code: "code_taken", message: "" })), false);
  assert.equal(isTicket(one("counted", {})), false);
  assert.equal(inGroups(CODE), "ABCD EFGH IJKL MNOP QRST UVW2 34");
});

test("a lost ticket is replaced by its number alone, with a network, where the device may", () => {
  const door = { onLost: async () => {}, contact: "reached" };
  assert.equal(lostNumber(door, one("admitted", { code: "4821937" })), "4821937");
  assert.equal(lostNumber(door, one("admitted", { code: CODE })), null);
  assert.equal(lostNumber(door, one("replaced", { code: "4821937" })), null);
  assert.equal(lostNumber({ ...door, contact: "unreached" }, one("admitted", { code: "4821937" })), null);
  assert.equal(lostNumber({ ...door, onLost: null }, one("admitted", { code: "4821937" })), null);
});

test("why a replacement is not taken back is said in our words", () => {
  assert.equal(whyNot(new Unacceptable("", "used")), "restore_used");
  assert.equal(whyNot(new Unacceptable("", "replaced")), "restore_over");
  assert.equal(whyNot(new Unacceptable("", "no_replacement")), "restore_over");
  assert.equal(whyNot(new Error("no network")), "restore_failed");
});
