/** Every row of the table of cases, through the scanner's own decision: the same file drives the server's. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Memory, TABLE } from "./memory.js";

/** What only the server can tell: how somebody or something is called today. */
const NAMES = ["person", "booked", "event"];
const LINE = { kind: "kind", people: "people", booked: "booked", reentry: "reentry", place: "place" };

for (const row of TABLE.cases) {
  test(`${row.case}: ${row.name}`, () => {
    const world = new Memory(row);
    row.steps.forEach((step, number) => play(world, step, number));
    const outcome = world.outcome();
    for (const [key, expected] of Object.entries(row.finally)) {
      const seen = key === "inside" ? Object.fromEntries(Object.keys(expected).map((name) => [name, outcome.inside[name] ?? 0])) : outcome[key];
      assert.deepEqual(seen, expected, key);
    }
  });
}

test("whatever a device is to decide alone stands in the table, or is run by a test of the scanner", () => {
  for (const [number, { offline, by = [] }] of Object.entries(TABLE.rows)) {
    const isHere = TABLE.cases.some((row) => row.case === Number(number));
    assert.ok(!offline || isHere || by.some((one) => /^(scanner|journeys)\//.test(one)), `nothing runs case ${number} here`);
  }
});

function play(world, step, number) {
  if ("change" in step) return world.change(step.change);
  const observed = "again" in step ? world.again(step.again) : world.scan(step);
  const then = typeof step.then === "string" ? { verdict: step.then } : step.then;
  for (const [key, expected] of Object.entries(then)) {
    if (NAMES.includes(key)) continue;
    if (key !== "lines") {
      assert.deepEqual(observed[key] ?? null, told(world, key, expected), `step ${number}: ${key}`);
      continue;
    }
    assert.equal(observed.lines.length, expected.length, `step ${number}: lines`);
    expected.forEach((wanted, i) => assert.deepEqual(
      Object.fromEntries(Object.keys(wanted).map((name) => [name, observed.lines[i][LINE[name]]])), wanted, `step ${number}: line ${i}`));
  }
}

function told(world, key, expected) {
  if (["at", "first"].includes(key) && expected !== null) return world.moment(expected);
  return key === "window" && expected ? expected.map((one) => world.moment(one)) : expected;
}
