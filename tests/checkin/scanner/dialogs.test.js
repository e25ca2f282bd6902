import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { placeDialog, renewMenu, times } from "../../../checkin/scanner/dialogs.js";
import { Voice } from "../../../checkin/scanner/language.js";
import { drawPlainly, fakeDocument, FakeNode } from "./fakes.js";

beforeEach(drawPlainly);

test("a session of a whole day says so in words instead of 00:00–24:00", () => {
  const [starts_at, ends_at] = ["2026-10-02T15:00:00Z", "2026-10-03T15:00:00Z"];
  const shown = times(new Voice("ja", "Asia/Tokyo"), { code: "session:A1", name: {}, starts_at, ends_at, now: true });
  assert.equal(shown.textContent, "終日");
});

test("one of another day names the day: exhibitions of several days have one name", () => {
  const [starts_at, ends_at] = ["2026-10-02T15:00:00Z", "2026-10-03T15:00:00Z"];
  const shown = times(new Voice("ja", "Asia/Tokyo"), { code: "session:A1", name: {}, starts_at, ends_at, now: false });
  assert.equal(shown.textContent, "10月3日 終日");
});

test("an entrance names no times", () => {
  assert.equal(times(new Voice("ja"), { code: "entrance:hall:2026-10-03", name: {}, starts_at: "2026-10-02T15:00:00Z", ends_at: null, now: true }), null);
});

test("what the server set aside can be saved as a file whether or not anything waits, and is told once", () => {
  for (const waiting of [0, 2]) {
    let saved = 0;
    const stated = Object.assign(new FakeNode("div"), { contains: () => false });
    renewMenu(opened(stated), new Voice("en"), { waiting, contact: "reached", judge: null }, { aside: 1, persistence: "kept", onTryNow() {}, onSave: async () => void (saved += 1) });
    assert.match(stated.textContent, /Scans not accepted by the server: 1/);
    const buttons = stated.all(({ tag, textContent }) => tag === "button" && textContent === "Save unsent scans as a file");
    assert.equal(buttons.length, 1);
    buttons[0].click();
    assert.equal(saved, 1);
  }
});

test("what was sent is told in an open menu to who stands on a button there too, and the end is not refused any more", () => {
  const [stated, said, close] = [new FakeNode("div"), new FakeNode("p"), new FakeNode("button")];
  const save = () => stated.all(({ tag, textContent }) => tag === "button" && textContent === "Save unsent scans as a file")[0];
  Object.assign(stated, { contains: (node) => stated.all((one) => one === node).length > 0, querySelectorAll: () => stated.all(({ tag }) => tag === "button") });
  const focused = (one) => Object.assign(one, { focus: () => (fakeDocument.activeElement = one) });
  const tell = (waiting) => renewMenu(opened(stated, said, focused(close)), new Voice("en"), { waiting, contact: "reached", judge: null }, { aside: 0, persistence: "kept", onTryNow() {}, onSave: async () => {} });
  tell(2);
  said.append("Scans still unsent: 2.");
  fakeDocument.activeElement = save();
  tell(2);
  assert.equal(fakeDocument.activeElement, save());
  tell(0);
  assert.equal(stated.textContent + said.textContent, "");
  assert.equal(fakeDocument.activeElement, close);
  delete fakeDocument.activeElement;
});

/** A menu that is open. */
function opened(stated, said = null, close = null) {
  return { querySelector: (name) => ({ ".menu-state": stated, ".end-said": said, ".sheet-close": close })[name] };
}

test("of several rooms each place says which it is, and every one that is on says so", () => {
  const at = { starts_at: "2026-10-03T00:30:00Z", ends_at: "2026-10-03T02:00:00Z" };
  const places = [1, 6].map((n) => ({ code: `session:R${n}`, name: { ja: `分科会${n}` }, room: { ja: `30${n}会議室` }, ...at, now: n === 1 }));
  const door = { direction: "in", gate: { places }, place: places[0], now: () => new Date("2026-10-03T01:00:00Z") };
  const rows = placeDialog(new Voice("ja", "Asia/Tokyo", door.now), door, { onPlace() {}, onDirection() {} }).ofClass("row");
  assert.deepEqual(rows.map(({ textContent }) => textContent), ["分科会1301会議室09:30–11:00いま", "分科会6306会議室09:30–11:00いま"]);
});
