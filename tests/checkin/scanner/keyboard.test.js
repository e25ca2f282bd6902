import assert from "node:assert/strict";
import { test } from "node:test";

import { Burst, listen } from "../../../checkin/scanner/keyboard.js";

const ADDRESS = "HTTPS://EXAMPLE.ORG/T/ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BARE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const US_CODES = { ":": "Semicolon", "/": "Slash", ".": "Period", "-": "Minus" };
const GERMAN = { Y: "Z", Z: "Y", ":": "Ö", "/": "-", "-": "ß" };
const JAPANESE = { ":": "+" };

/** The strokes of a scanner set to a US keyboard, as a computer with another layout names them. */
function strokes(text, { layout = {}, gap = 5, start = 1000, key = null } = {}) {
  let at = start;
  return [...text].flatMap((character) => {
    const shifted = /[A-Z:]/.test(character);
    const code = /[A-Z]/.test(character) ? `Key${character}` : /[0-9]/.test(character) ? `Digit${character}` : US_CODES[character];
    const name = key ?? layout[character] ?? character;
    const shift = shifted ? [{ key: "Shift", code: "ShiftLeft", shiftKey: true, timeStamp: (at += gap) }] : [];
    return [...shift, { key: name, code, shiftKey: shifted, timeStamp: (at += gap) }];
  });
}

function enterAfter(list) {
  return { key: "Enter", code: "Enter", shiftKey: false, timeStamp: list.at(-1).timeStamp + 5 };
}

function read(list, end = "Enter") {
  const burst = new Burst();
  list.forEach((stroke) => assert.equal(burst.take(stroke), null));
  const last = list.at(-1).timeStamp;
  return burst.take({ key: end, code: end, shiftKey: false, timeStamp: last + 5 });
}

test("a burst that ends with Enter is a reading", () => assert.equal(read(strokes(ADDRESS)), ADDRESS));
test("a burst that ends with Tab is a reading", () => assert.equal(read(strokes(ADDRESS), "Tab"), ADDRESS));
test("a US scanner on a German computer is read by its physical keys", () => {
  assert.equal(read(strokes(ADDRESS, { layout: GERMAN })), ADDRESS);
});
test("a US scanner on a Japanese computer is read by its physical keys", () => {
  assert.equal(read(strokes(ADDRESS, { layout: JAPANESE })), ADDRESS);
});
test("a Japanese input method that hides the keys does not hide the reading", () => {
  assert.equal(read(strokes(ADDRESS, { key: "Process" })), ADDRESS);
});
test("a scanner set to the computer's own layout is read by its keys", () => {
  const german = strokes(ADDRESS).map((stroke) => ({ ...stroke, code: stroke.key === "Z" ? "KeyY" : stroke.code }));
  assert.equal(read(german), ADDRESS);
});
test("the bare code is a reading", () => assert.equal(read(strokes(BARE)), BARE));
test("a code of something else is a reading too, so that the door can say so", () => {
  assert.equal(read(strokes("123456789012345678901234")), "123456789012345678901234");
});
test("a person's typing is no reading: the pauses are too long", () => {
  assert.equal(read(strokes(ADDRESS, { gap: 90 })), null);
});
test("a short burst is no reading", () => assert.equal(read(strokes("1234567890")), null));
test("Enter alone is no reading", () => {
  assert.equal(new Burst().take({ key: "Enter", code: "Enter", shiftKey: false, timeStamp: 5 }), null);
});
test("keys typed before a pause do not join the burst", () => {
  const slow = strokes("XYZ", { start: 0 });
  assert.equal(read([...slow, ...strokes(ADDRESS, { start: 2000 })]), ADDRESS);
});
test("two readings in a row are two readings", () => {
  const burst = new Burst();
  const readings = [0, 5000].map((start) => {
    const list = strokes(ADDRESS, { start });
    list.forEach((stroke) => burst.take(stroke));
    return burst.take({ key: "Enter", code: "Enter", shiftKey: false, timeStamp: list.at(-1).timeStamp + 5 });
  });
  assert.deepEqual(readings, [ADDRESS, ADDRESS]);
});
test("a shortcut is never part of a reading", () => {
  const burst = new Burst();
  const list = strokes(ADDRESS);
  const last = list.at(-1).timeStamp;
  list.forEach((stroke) => burst.take(stroke));
  burst.take({ key: "r", code: "KeyR", shiftKey: false, ctrlKey: true, timeStamp: last + 5 });
  assert.equal(burst.take({ key: "Enter", code: "Enter", shiftKey: false, timeStamp: last + 10 }), null);
});

/** A document that only knows keydown. */
function fakeDocument() {
  const listeners = new Set();
  return {
    addEventListener: (_name, listener) => listeners.add(listener),
    removeEventListener: (_name, listener) => listeners.delete(listener),
    press(target, stroke) {
      let prevented = false;
      const event = { ...stroke, target, preventDefault: () => (prevented = true), stopPropagation() {} };
      listeners.forEach((listener) => listener(event));
      return prevented;
    },
  };
}

function scanInto(target) {
  const document = fakeDocument();
  const readings = [];
  const stop = listen(document, (text) => readings.push(text));
  const list = strokes(ADDRESS);
  list.forEach((stroke) => document.press(target, stroke));
  const prevented = document.press(target, enterAfter(list));
  stop();
  return { readings, prevented };
}

test("the whole document listens, and the closing Enter presses no button", () => {
  assert.deepEqual(scanInto({ tagName: "BUTTON" }), { readings: [ADDRESS], prevented: true });
});
test("a field keeps what is typed into it", () => {
  for (const target of [{ tagName: "INPUT", type: "text" }, { tagName: "INPUT" }, { tagName: "TEXTAREA" },
    { tagName: "SELECT" }, { tagName: "DIV", isContentEditable: true }]) {
    assert.deepEqual(scanInto(target), { readings: [], prevented: false });
  }
});
test("a check box or a radio button is no field", () => {
  assert.deepEqual(scanInto({ tagName: "INPUT", type: "radio" }), { readings: [ADDRESS], prevented: true });
});
test("nothing is read after the listener stops", () => {
  const document = fakeDocument();
  const readings = [];
  listen(document, (text) => readings.push(text))();
  const list = strokes(ADDRESS);
  list.forEach((stroke) => document.press(null, stroke));
  document.press(null, enterAfter(list));
  assert.deepEqual(readings, []);
});
