import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Voice } from "../../../checkin/scanner/language.js";
import { unsentNote } from "../../../checkin/scanner/setup-screen.js";
import { drawPlainly } from "./fakes.js";

beforeEach(drawPlainly);

test("before the start the page says how many scans are unsent, and is silent when none are", () => {
  for (const [language, said] of [["ja", /未送信3件/], ["en", /3 unsent/], ["ja-easy", /：3/]]) {
    const note = unsentNote();
    note.tell(new Voice(language), 3);
    assert.match(note.element.textContent, said);
    assert.equal(note.element.attributes.role, "status");
    note.tell(new Voice(language), 0);
    assert.equal(note.element.textContent, "");
  }
});
