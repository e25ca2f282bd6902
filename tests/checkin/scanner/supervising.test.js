import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Pins } from "../../../checkin/scanner/pins.js";
import { mayVouch, OVERRIDABLE, supervisionOf, WHY } from "../../../checkin/scanner/supervising.js";
import { MANNERS } from "../../../checkin/scanner/verdicts.js";

const DRAFT = { id: "a", act: "scan", code: "A".repeat(26), direction: "in" };
const scan = (id, more = {}) => ({ ...DRAFT, id, ...more });
const supervised = (asks_pin) => ({ supervision: supervisionOf({ rights: ["scan", "supervisor"], asks_pin }, new Pins()) });
const shown = (verdict, draft = DRAFT, error = null) => ({ stage: "answered", draft, answer: { id: draft.id, verdict, error: error && { code: error, message: "" } } });

test("reasons are those of the server", () => {
  const rules = readFileSync(new URL("../../../checkin/rules/__init__.py", import.meta.url), "utf8");
  const body = rules.slice(rules.indexOf("class Reason(StrEnum)")).split(/\nclass (?!Reason)/)[0];
  assert.deepEqual(WHY, [...body.matchAll(/^ {4}[A-Z_]+ = "([a-z_]+)"$/gm)].map((match) => match[1]));
});

test("a supervisor may decide against what is refused, never against a blocked or strange ticket", () => {
  const allowed = Object.keys(MANNERS).filter((verdict) => mayVouch(supervised(true), shown(verdict)) === "admit_anyway");
  assert.deepEqual(allowed.sort(), ["already_in", "cancelled", "full", "not_booked", "pending", "replaced", "too_early", "too_late", "waitlisted"]);
  assert.deepEqual(allowed, [...OVERRIDABLE].sort());
  const never = { supervision: supervisionOf({ rights: ["scan", "search"] }, new Pins()) };
  assert.equal(mayVouch(never, shown("full")), null);
  assert.equal(mayVouch(supervised(true), shown("too_late", { ...DRAFT, direction: "out" })), null);
  assert.equal(mayVouch(supervised(true), shown("full", { ...DRAFT, code: undefined })), null);
});

test("who has no ticket is let in on a supervisor's word where it is full, closed or by booking only; full is final where the event says so", () => {
  const tap = { id: "t", act: "walk_in", people: { spectator: 1 } };
  const allowed = (door) => Object.keys(MANNERS).filter((verdict) => mayVouch(door, shown(verdict, tap)) === "admit_anyway").sort();
  assert.deepEqual(allowed(supervised(true)), ["cancelled", "full", "refused", "too_early", "too_late"]);
  const strict = { ...supervised(true), overFull: false };
  assert.deepEqual(allowed(strict), ["cancelled", "refused", "too_early", "too_late"]);
  assert.equal(mayVouch(strict, shown("full")), null);
  assert.equal(mayVouch(strict, shown("not_booked")), "admit_anyway");
});

test("an undo that is refused can be asked for again by a supervisor", () => {
  const undo = { id: "b", act: "undo", undoes: "a" };
  for (const error of ["too_late_to_undo", "not_your_scan", "supervisor_right_needed"]) assert.equal(mayVouch(supervised(true), shown("refused", undo, error)), "undo_anyway");
  assert.equal(mayVouch(supervised(true), shown("refused", undo, "nothing_to_undo")), null);
  assert.equal(mayVouch(supervised(true), shown("undone", undo)), null);
});

test("a PIN goes with the scan that it was typed for, one to a batch, and is forgotten when that is answered", () => {
  const pins = new Pins();
  pins.keep("b", "1111");
  pins.keep("d", "2222");
  const all = [scan("a"), scan("b", { force: "other" }), scan("c"), scan("d", { force: "other" }), scan("e")];
  const first = pins.alike(all);
  assert.deepEqual([first.together.map(({ id }) => id), first.headers], [["a", "b", "c"], { Pin: "1111" }]);
  pins.forget(first.together);
  assert.equal(pins.of("b"), undefined);
  assert.deepEqual(pins.alike(all.slice(3)).headers, { Pin: "2222" });
});

test("what lost its PIN to a reload, and an ordinary undo, never borrow another one's", () => {
  const pins = new Pins();
  pins.keep("c", "1111");
  const { together, headers } = pins.alike([scan("a", { force: "other" }), scan("b", { act: "undo" }), scan("c", { force: "other" })]);
  assert.deepEqual([together.map(({ id }) => id), headers], [["a", "b"], {}]);
  assert.deepEqual(pins.alike([scan("a")]).headers, {});
});
