import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { holding, numberIn } from "../../../checkin/scanner/several.js";

let done;
let on;
const at = (clientX, clientY = 0, button = 0) => ({ button, clientX, clientY });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  done = [];
  on = holding({ click: () => done.push("one"), hold: () => done.push("several") });
});

test("a short press is a click", () => {
  on.onpointerdown(at(0));
  mock.timers.tick(300);
  on.onpointerup();
  on.onclick();
  mock.timers.tick(1000);
  assert.deepEqual(done, ["one"]);
});

test("a long one asks how many, and the click at its end and the menu of a phone are not heard; the next one is", () => {
  on.onpointerdown(at(0));
  mock.timers.tick(600);
  on.oncontextmenu({ preventDefault: () => {} });
  on.onpointerup();
  on.onclick();
  assert.deepEqual(done, ["several"]);
  on.onpointerdown(at(0));
  on.onpointerup();
  on.onclick();
  assert.deepEqual(done, ["several", "one"]);
});

test("a finger that scrolls asks nothing", () => {
  for (const ends of ["onpointercancel", "onpointerleave"]) {
    on.onpointerdown(at(0));
    on[ends]();
    mock.timers.tick(1000);
  }
  on.onpointerdown(at(0));
  on.onpointermove(at(5));
  on.onpointermove(at(5, 30));
  mock.timers.tick(1000);
  assert.deepEqual(done, []);
});

test("the other button of a mouse and the key for a menu ask too, and the key for a click still clicks", () => {
  on.onpointerdown(at(0, 0, 2));
  mock.timers.tick(1000);
  assert.deepEqual(done, []);
  let prevented = 0;
  on.oncontextmenu({ preventDefault: () => (prevented += 1) });
  on.onkeydown();
  on.onclick();
  assert.deepEqual([done, prevented], [["several", "one"], 1]);
});

test("numbers of people are read in any width, and nothing else is one", () => {
  assert.deepEqual(["12", " ２００ ", "1"].map(numberIn), [12, 200, 1]);
  assert.deepEqual(["", "0", "201", "-3", "1.5", "二", "1e2"].map(numberIn), Array(7).fill(null));
});
