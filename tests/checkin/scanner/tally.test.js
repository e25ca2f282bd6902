import assert from "node:assert/strict";
import { test } from "node:test";

import { Tally } from "../../../checkin/scanner/tally.js";

const PLACE = "session:A1";

test("a tap counts at once", () => {
  const tally = new Tally();
  tally.tap("1", PLACE, "visitor");
  tally.tap("2", PLACE, "visitor");
  assert.deepEqual([tally.count(PLACE, "visitor"), tally.count(PLACE, "pupil"), tally.count("session:B1", "visitor")], [2, 0, 0]);
});

test("a tap that the server refuses is counted no longer", () => {
  const tally = new Tally();
  tally.tap("1", PLACE, "visitor");
  tally.drop("1");
  assert.equal(tally.count(PLACE, "visitor"), 0);
  assert.equal(tally.last(PLACE), null);
});

test("undo takes back the newest tap of this place, then the one before", () => {
  const tally = new Tally();
  tally.tap("1", PLACE, "visitor");
  tally.tap("2", PLACE, "pupil");
  tally.tap("3", "session:B1", "pupil");
  assert.equal(tally.last(PLACE).id, "2");
  tally.undo("2");
  assert.deepEqual([tally.count(PLACE, "pupil"), tally.last(PLACE).id], [0, "1"]);
  tally.drop("2");
  assert.equal(tally.count(PLACE, "pupil"), 0);
});

test("an undo that the server refuses counts again", () => {
  const tally = new Tally();
  tally.tap("1", PLACE, "visitor");
  tally.stored("1");
  tally.undo("1");
  tally.restore("1");
  assert.deepEqual([tally.count(PLACE, "visitor"), tally.last(PLACE).id], [1, "1"]);
});

test("a second undo of the same tap changes nothing", () => {
  const tally = new Tally();
  tally.tap("1", PLACE, "visitor");
  tally.undo("1");
  tally.undo("1");
  assert.equal(tally.count(PLACE, "visitor"), 0);
});

test("a tap that is refused while its undo is on its way is taken off once", () => {
  const tally = new Tally();
  tally.tap("1", PLACE, "visitor");
  tally.undo("1");
  tally.drop("1");
  tally.restore("1");
  assert.equal(tally.count(PLACE, "visitor"), 0);
});

test("the server's numbers replace ours when nothing is on its way", () => {
  const tally = new Tally();
  tally.tap("1", PLACE, "visitor");
  tally.stored("1");
  tally.look(PLACE, { visitor: 5, pupil: 2 }, tally.mark());
  assert.deepEqual([tally.count(PLACE, "visitor"), tally.count(PLACE, "pupil")], [5, 2]);
});

test("numbers that were asked for before a tap came in do not make it disappear", () => {
  const tally = new Tally();
  const mark = tally.mark();
  tally.tap("1", PLACE, "visitor");
  tally.look(PLACE, { visitor: 0 }, mark);
  assert.equal(tally.count(PLACE, "visitor"), 1);
  const during = tally.mark();
  tally.stored("1");
  tally.look(PLACE, { visitor: 0 }, during);
  assert.equal(tally.count(PLACE, "visitor"), 1);
});
