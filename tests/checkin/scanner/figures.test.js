/** The figures of a place at the edge of the door's screen. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { figures } from "../../../checkin/scanner/figures.js";
import { Voice } from "../../../checkin/scanner/language.js";
import { drawPlainly } from "./fakes.js";

const UNTIL = Date.now(), HOUR = 3_600_000;

beforeEach(() => {
  drawPlainly();
  globalThis.matchMedia = () => ({ matches: true });
});

/** @param {object} more of the door @param {string} [part] @returns {string} what stands there */
function shown(more, part = "figures-main") {
  const place = { held: 12, heldUntil: UNTIL, present: 28, roomLeft: 0, capacity: 40 };
  const door = { contact: "reached", place: { code: "session:talk" }, categories: [], judge: { figures: () => place, asOf: UNTIL - HOUR }, ...more };
  const { element, render } = figures(new Voice("ja", "Asia/Tokyo"), door);
  render();
  return element.ofClass(part)[0].textContent;
}

test("where nobody may follow without a booking, it says how many seats are held and until when", () => {
  const counts = { present: { spectator: 27, student: 1 }, room_left: 0, capacity: 40, at: UNTIL };
  assert.match(shown({ counts }), /^入場28人空き0人予約の席12人 \d+:\d\dまで$/);
  assert.match(shown({ contact: "unreached", counts: null }), /^入場28人空き0人予約の席12人 \d+:\d\dまで$/);
});

test("nothing is said of held seats where there is room, where nobody's are held, and where nobody knows until when", () => {
  const counts = { present: { spectator: 20 }, room_left: 8, capacity: 40, at: UNTIL };
  assert.equal(shown({ counts }), "入場20人空き8人");
  assert.equal(shown({ counts: { ...counts, present: { spectator: 40 }, room_left: 0 } }), "入場40人空き0人");
  assert.equal(shown({ judge: null, counts: { ...counts, room_left: 0 } }), "入場20人空き0人");
});

test("figures say of what time they are: the server's, or without a network those of the list", () => {
  const voice = new Voice("ja", "Asia/Tokyo");
  const counts = { present: { spectator: 20 }, room_left: 8, capacity: 40, at: UNTIL };
  assert.equal(shown({ counts }, "figures-age"), `${voice.clock(UNTIL).textContent}現在`);
  assert.equal(shown({ counts, contact: "unreached" }, "figures-age"), `${voice.clock(UNTIL - HOUR).textContent}現在`);
  assert.equal(shown({ counts: null, judge: null }, "figures-age"), "");
});
