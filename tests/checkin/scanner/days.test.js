import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { dayWithReadings } from "../../../checkin/scanner/days.js";

/** The server's pages are held to the same table. */
const table = JSON.parse(readFileSync(new URL("../../app/web/days.json", import.meta.url), "utf8"));

for (const [i, shown] of table.days.entries()) {
  test(`day ${i + 1} of a month has its own reading`, () => {
    assert.equal(dayWithReadings(10, i + 1), `10月《がつ》 ${shown}`);
  });
}

for (const [i, shown] of table.months.entries()) {
  test(`month ${i + 1} is read whole where it is read in its own way`, () => {
    assert.equal(dayWithReadings(i + 1, 1), `${shown} ｜1日《ついたち》`);
  });
}
