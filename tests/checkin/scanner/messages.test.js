import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";

import { Voice } from "../../../checkin/scanner/language.js";
import { Messages, whereabouts, words } from "../../../checkin/scanner/messages.js";
import { TOLD } from "../../../checkin/scanner/texts-told.js";
import { drawPlainly } from "./fakes.js";

const [FOUND, SETTLED] = [{ id: "1:found", text: "found" }, { id: "1:stands", text: "stands" }];

beforeEach(() => {
  const kept = new Map();
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
});

test("what the organiser tells a door stays until somebody has seen it, over a reload too", () => {
  const messages = new Messages();
  messages.add([FOUND]);
  messages.add([SETTLED, FOUND]);
  assert.deepEqual(new Messages().unseen, [SETTLED, FOUND]);
  messages.seen("1:stands");
  assert.deepEqual(new Messages().unseen, [FOUND]);
  messages.forget();
  assert.deepEqual(new Messages().unseen, []);
});

test("of a ticket whose upload has come meanwhile nobody is told any more that it was none of ours", () => {
  const messages = new Messages();
  const unknown = { id: "2:found", conflict: "unknown_ticket", settled: null, text: "" };
  const linked = { ...unknown, id: "2:linked", settled: "linked" };
  messages.add([FOUND, unknown]);
  messages.add([linked]);
  assert.deepEqual(messages.unseen, [FOUND, linked]);
  messages.add([unknown]);
  assert.deepEqual(messages.unseen, [FOUND, linked]);
});

test("a double admission that later uploads explain is told as it is now", () => {
  const messages = new Messages();
  const retold = { ...FOUND, id: FOUND.id.replace("found", "retold"), settled: "retold" };
  messages.add([FOUND]);
  messages.add([retold]);
  assert.deepEqual(messages.unseen, [retold]);
});

test("without a place to keep them they are there as long as the page", () => {
  delete globalThis.localStorage;
  const messages = new Messages();
  messages.add([FOUND]);
  assert.deepEqual(messages.unseen, [FOUND]);
});

test("a message says when, where and what in the door's language, and what nobody here knows as the server has it", () => {
  drawPlainly();
  const one = { id: "1", conflict: "double_admission", settled: null, at: "2026-10-03T01:30:00Z", gate: null, place: { ja: "体験室", en: "Lab" }, number: "123-4567", text: "…" };
  const said = (language, more = {}) => [whereabouts(new Voice(language, "Asia/Tokyo"), { ...one, ...more }), words(new Voice(language), { ...one, ...more })].map((part) => part?.textContent ?? part);
  assert.match(said("en")[0], /10:30 Lab 123-4567/);
  assert.equal(said("en")[1], TOLD.told_double_admission.en);
  assert.equal(said("en", { settled: "stands" })[1], TOLD.told_stands.en);
  assert.match(said("ja-easy")[1], /^同/);
  assert.deepEqual(said("en", { conflict: "of_next_year", at: null, place: null, number: null }), [false, "…"]);
});

test("whatever the server tells doors has words here", () => {
  const source = readFileSync(new URL("../../../checkin/api/messages.py", import.meta.url), "utf8");
  const told = [...source.matchAll(/(?:ConflictKind|Settlement)\.([A-Z_]+): _l\(/g)].map((match) => `told_${match[1].toLowerCase()}`);
  assert.deepEqual(told.sort(), Object.keys(TOLD).sort());
});
