import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Voice } from "../../../checkin/scanner/language.js";
import { TooOften, Unreached } from "../../../checkin/scanner/queue.js";
import { trouble, unsentNote } from "../../../checkin/scanner/setup-screen.js";
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

test("too many tries are not told as a lost network", () => {
  const voice = new Voice("en");
  assert.match(trouble(voice, new TooOften("status 429")).textContent ?? "", /too many tries/);
  assert.match(trouble(voice, new Unreached("status 502")).textContent ?? "", /cannot be reached/);
});
