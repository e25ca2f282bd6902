import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Voice } from "../../../checkin/scanner/language.js";
import { makeWay } from "../../../checkin/scanner/making-way.js";
import { drawPlainly, FakeNode } from "./fakes.js";

let closed;
let sounds;
let said;

beforeEach(() => {
  drawPlainly();
  [closed, sounds, said] = [0, [], Object.assign(new FakeNode("p"), { scrollIntoView() {} })];
});

const root = (where) => ({ querySelectorAll: () => [{ close: () => (closed += 1) }], querySelector: (selector) => (selector.includes(where) ? said : null) });
const way = (door, where, language = "en") => makeWay(root(where), door, new Voice(language), { give: (tone) => sounds.push(tone) });

test("a scan closes what is open and is taken", () => {
  assert.equal(way({ isVouching: false, isBusy: false }, ""), true);
  assert.deepEqual([closed, sounds, said.textContent], [1, [], ""]);
});

test("while a supervisor is asked a scan is told as not taken, in words on the dialog and in sound, and the dialog stays", () => {
  assert.equal(way({ isVouching: true, isBusy: true }, "dialog[open]"), false);
  assert.deepEqual([closed, sounds], [0, ["caution"]]);
  assert.match(said.textContent, /Nobody was counted by that scan/);
});

test("while a party is asked about it is told so beside the question, and nothing lies over it", () => {
  assert.equal(way({ isVouching: false, isBusy: true }, ".party"), false);
  assert.deepEqual([closed, sounds], [1, ["caution"]]);
  assert.match(said.textContent, /scan it again/);
});
