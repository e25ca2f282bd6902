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
  const door = { contact: "reached", place: { code: "session:talk" }, categories: [], judge: { figures: () => place, unsent: () => ({}), asOf: UNTIL - HOUR }, waiting: 0, ...more };
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

const VISITORS = [{ key: "spectator", label: { ja: "観覧者" } }, { key: "student", label: { ja: "学生" } }];

test("where the list has no figures, as of an entrance, the server's last ones are moved on by what is unsent", () => {
  const counts = { present: { spectator: 20 }, room_left: null, capacity: null, at: UNTIL };
  const judge = { figures: () => null, unsent: () => ({ spectator: 3, student: 1 }), asOf: UNTIL - HOUR };
  const alone = { counts, judge, contact: "unreached", waiting: 4, categories: VISITORS };
  assert.equal(shown(alone), "入場24人空き制限なし");
  assert.equal(shown(alone, "figures-more"), "観覧者23人学生1人");
  assert.equal(shown(alone, "figures-age"), `${new Voice("ja", "Asia/Tokyo").clock(UNTIL).textContent}現在`);
  assert.equal(shown({ ...alone, contact: "reached" }), "入場20人空き制限なし", "what is sent in a moment is the server's to tell");
  assert.equal(shown({ ...alone, counts: null }), "入場–空き–", "nobody knows who came before");
});

test("the lines by category follow what is unsent, and are left out once nobody knows of whom a counted room is", () => {
  const counts = { present: { spectator: 20 }, room_left: 8, capacity: 40, at: UNTIL };
  const place = { held: 0, heldUntil: UNTIL, present: 19, roomLeft: 21, capacity: 40 };
  const alone = { counts, contact: "unreached", waiting: 1, categories: VISITORS };
  assert.equal(shown({ ...alone, judge: { figures: () => place, unsent: () => ({ spectator: -1 }), asOf: UNTIL } }, "figures-more"), "観覧者19人");
  assert.equal(shown({ ...alone, judge: { figures: () => place, unsent: () => null, asOf: UNTIL } }, "figures-more"), "");
});

test("a device without a list says that what is unsent is not in its figures", () => {
  const counts = { present: { spectator: 20 }, room_left: null, capacity: null, at: UNTIL };
  const bare = { counts, contact: "unreached", waiting: 4, judge: { figures: () => null, unsent: () => ({}), asOf: null } };
  const at = new Voice("ja", "Asia/Tokyo").clock(UNTIL).textContent;
  assert.equal(shown(bare, "figures-age"), `${at}現在、未送信を除く`);
  assert.equal(shown({ ...bare, waiting: 0 }, "figures-age"), `${at}現在`);
});
