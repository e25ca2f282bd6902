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

function scanInto(target, text = ADDRESS) {
  const document = fakeDocument();
  const readings = [];
  const stop = listen(document, (text) => readings.push(text));
  const list = strokes(text);
  list.forEach((stroke) => document.press(target, stroke));
  const prevented = document.press(target, enterAfter(list));
  stop();
  return { readings, prevented };
}

test("the whole document listens, and the closing Enter presses no button", () => {
  assert.deepEqual(scanInto({ tagName: "BUTTON" }), { readings: [ADDRESS], prevented: true });
});
test("a field keeps what is typed into it, however fast", () => {
  for (const target of [{ tagName: "INPUT", type: "text" }, { tagName: "INPUT" }, { tagName: "TEXTAREA" },
    { tagName: "SELECT" }, { tagName: "DIV", isContentEditable: true }]) {
    assert.deepEqual(scanInto(target, BARE), { readings: [], prevented: false });
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

test("a ticket scanned while a field has the focus is read, and the field keeps nothing of it", () => {
  const field = { tagName: "INPUT", type: "text", value: "ｈっｔｐｓ：・・", blur() {} };
  assert.deepEqual(scanInto(field), { readings: [ADDRESS], prevented: true });
  assert.equal(field.value, "");
});

/** What is read of a scanner that sends neither Enter nor Tab, after its keys have stopped. */
function readWithoutEnd(context, text, target = { tagName: "BODY" }) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const document = fakeDocument();
  const readings = [];
  listen(document, (reading) => readings.push(reading));
  strokes(text).forEach((stroke) => document.press(target, stroke));
  assert.deepEqual(readings, []);
  context.mock.timers.tick(1000);
  return readings;
}

test("a scanner that ends with nothing is read when its keys stop", (context) => {
  assert.deepEqual(readWithoutEnd(context, ADDRESS), [ADDRESS]);
});
test("a ticket that ends with nothing is read out of a field too", (context) => {
  const field = { tagName: "INPUT", type: "search", value: ADDRESS, blur() {} };
  assert.deepEqual(readWithoutEnd(context, ADDRESS, field), [ADDRESS]);
  assert.equal(field.value, "");
});
test("keys that stop without an end and are no ticket are nothing", (context) => {
  assert.deepEqual(readWithoutEnd(context, "123456789012345678901234"), []);
});
test("a scanner's Tab is an end with an input method on", () => {
  const burst = new Burst();
  const list = strokes(ADDRESS, { key: "Process" });
  list.forEach((stroke) => burst.take(stroke));
  assert.equal(burst.take({ key: "Process", code: "Tab", shiftKey: false, timeStamp: list.at(-1).timeStamp + 5 }), ADDRESS);
});
test("with caps lock on the letters come in the other case and are read the same", () => {
  const list = strokes(ADDRESS).map((stroke) => ({ ...stroke, key: stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key }));
  assert.equal(read(list), ADDRESS.toLowerCase());
});

test("an Enter that a busy browser tells late presses no button and is no second reading", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const document = fakeDocument();
  const readings = [];
  listen(document, (reading) => readings.push(reading));
  const list = strokes(ADDRESS);
  list.forEach((stroke) => document.press({ tagName: "BUTTON" }, stroke));
  context.mock.timers.tick(1000);
  assert.equal(document.press({ tagName: "BUTTON" }, enterAfter(list)), true);
  assert.deepEqual(readings, [ADDRESS]);
});
test("keys that a busy browser tells late still end the burst that they belong to", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const document = fakeDocument();
  const readings = [];
  listen(document, (reading) => readings.push(reading));
  const list = strokes(ADDRESS);
  list.slice(0, 50).forEach((stroke) => document.press(null, stroke));
  context.mock.timers.tick(1000);
  list.slice(50).forEach((stroke) => document.press(null, stroke));
  document.press(null, enterAfter(list));
  assert.deepEqual(readings, [ADDRESS]);
});
