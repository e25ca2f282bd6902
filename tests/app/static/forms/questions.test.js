import assert from "node:assert/strict";
import { test } from "node:test";

import { isAsked } from "../../../../app/static/js/forms/questions.js";

const field = (name, value = null) => ({ name, value });

test("a question follows the answer that calls for it", () => {
  assert.equal(isAsked("q-1=c2 q-1=c3", [field("q-1"), field("q-1", "c3")]), true);
  assert.equal(isAsked("q-1=c2", [field("q-1", "c1"), field("q-1")]), false);
});

test("a session may be ticked or waited for", () => {
  const when = "sessions=talk waiting=talk";
  assert.equal(isAsked(when, [field("sessions"), field("waiting", "talk")]), true);
  assert.equal(isAsked(when, [field("sessions", "tour")]), false);
});

test("children are a category or a number", () => {
  const when = "category=child with-child>0";
  assert.equal(isAsked(when, [field("category", "adult"), field("with-child", "0")]), false);
  assert.equal(isAsked(when, [field("category", "adult"), field("with-child", "2")]), true);
});

test("every part has to hold, and one about fields that the page does not have does", () => {
  assert.equal(isAsked("sessions=talk;q-1=yes", [field("q-1", "yes")]), true);
  assert.equal(isAsked("sessions=talk;q-1=yes", [field("q-1", "no")]), false);
});
