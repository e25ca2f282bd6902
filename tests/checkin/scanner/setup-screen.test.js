import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Voice } from "../../../checkin/scanner/language.js";
import { TooOften, Unreached } from "../../../checkin/scanner/contact.js";
import { trouble, unsentNote } from "../../../checkin/scanner/setup-screen.js";
import { drawPlainly } from "./fakes.js";

beforeEach(drawPlainly);

test("before the start the page says how many scans are unsent, and is silent when none are", () => {
  for (const [language, said] of [["ja", /未送信3件。この端末/], ["en", /3 unsent\.They are kept/], ["ja-easy", /：3。この/]]) {
    const note = unsentNote(() => {});
    note.tell(new Voice(language), 3, 3);
    assert.match(note.element.textContent, said);
    assert.equal(note.element.attributes.role, "status");
    assert.equal(note.element.ofClass("button").length, 0);
    note.tell(new Voice(language), 0, 0);
    assert.equal(note.element.textContent, "");
  }
});

test("scans that this device cannot send can be taken away as a file", () => {
  let saved = 0;
  const note = unsentNote(() => (saved += 1));
  note.tell(new Voice("en"), 3, 1);
  assert.match(note.element.textContent, /3 unsent\..*give it to that event's organiser/);
  note.element.ofClass("button")[0].click();
  assert.equal(saved, 1);
});

test("too many tries are not told as a lost network", () => {
  const voice = new Voice("en");
  assert.match(trouble(voice, new TooOften("status 429")).textContent ?? "", /too many tries/);
  assert.match(trouble(voice, new Unreached("status 502")).textContent ?? "", /cannot be reached/);
});
