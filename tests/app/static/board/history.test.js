import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../../../app/static/js/board/history.js";

const AT = (start) => ({ start: `2026-10-03T${start}`, minutes: 60, room: "" });

function storage(held = {}) {
  return { held, getItem: (key) => held[key] ?? null, setItem: (key, text) => { held[key] = text; } };
}

test("moves are taken back in turn, each naming the version that stands when its turn comes", () => {
  const history = new History(storage(), "board");
  history.made({ code: "a", title: "A", before: AT("10:00"), after: AT("11:00"), from: 4 });
  history.made({ code: "b", title: "B", before: AT("10:00"), after: AT("12:00"), from: 1 });
  history.made({ code: "a", title: "A", before: AT("11:00"), after: AT("13:00"), from: 5 });
  assert.deepEqual([history.last.code, history.last.before.start, history.last.version], ["a", "2026-10-03T11:00", 6]);
  history.takenBack();
  assert.deepEqual([history.last.code, history.last.version], ["b", 2]);
  history.takenBack();
  assert.deepEqual([history.last.code, history.last.before.start, history.last.version], ["a", "2026-10-03T10:00", 7]);
});

test("a move with a change of somebody else between it and the next keeps its old version, and is refused in time", () => {
  const history = new History(storage(), "board");
  history.made({ code: "a", title: "A", before: AT("10:00"), after: AT("11:00"), from: 4 });
  history.made({ code: "a", title: "A", before: AT("11:30"), after: AT("13:00"), from: 9 });
  history.takenBack();
  assert.equal(history.last.version, 5);
  history.forget("a");
  assert.equal(history.last, undefined);
});

test("they outlive the page, at most twenty of them, and a broken memory is an empty one", () => {
  const kept = storage();
  const history = new History(kept, "board");
  for (let from = 1; from <= 25; from += 1) history.made({ code: "a", title: "A", before: AT("10:00"), after: AT("11:00"), from });
  assert.deepEqual([new History(kept, "board").moves.length, new History(kept, "other").moves.length], [20, 0]);
  assert.deepEqual(new History(storage({ board: "{" }), "board").moves, []);
  assert.deepEqual(new History(null, "board").moves, []);
});

test("what a form or keys asked for is known after the page came anew, if it was made and by nobody else", () => {
  const kept = storage();
  const asked = { code: "a", title: "A", before: AT("10:00"), after: AT("11:00"), from: 4 };
  const settled = (now) => new History(kept, "board").settle(() => now);
  assert.equal(settled({ version: 5, stands: AT("11:00") }), false);
  for (const now of [{ version: 4, stands: AT("10:00") }, { version: 6, stands: AT("11:00") }, { version: 5, stands: AT("12:00") }, undefined]) {
    new History(kept, "board").asked(asked);
    assert.equal(settled(now), false);
  }
  new History(kept, "board").asked(asked);
  assert.equal(settled({ version: 5, stands: AT("11:00") }), true);
  assert.equal(settled({ version: 5, stands: AT("11:00") }), false);
  assert.deepEqual(new History(kept, "board").last, { ...asked, version: 5 });
});
