/**
 * Keyboard scanners (USB, Bluetooth): a burst of keys that ends with Enter or Tab is a reading, typing is not. A scanner
 * that sends no end is read too, when what it sent is a ticket and nothing follows.
 *
 * A scanner sends key strokes of the layout that it was set to, mostly US. On a computer with another layout `key` comes
 * out wrong (Y and Z swapped, no colon, no slash); with a Japanese input method on it is "Process". So both are kept:
 * `key`, and the physical `code` read as a US keyboard. Whichever is a ticket wins.
 */

import { isAddress, parseCode } from "./code.js";

/**
 * @typedef {object} Stroke
 * @property {string} key
 * @property {string} code
 * @property {boolean} shiftKey
 * @property {boolean} [ctrlKey]
 * @property {boolean} [altKey]
 * @property {boolean} [metaKey]
 * @property {number} timeStamp milliseconds
 */

/** Longest pause between two keys of one burst, in milliseconds. */
const PAUSE = 80;
/** Silence after which a burst without Enter or Tab is over, in milliseconds. */
const END = 150;
const SHORTEST = 20;

/** Physical keys of a US keyboard: plain, with Shift. */
const US = /** @type {Readonly<Record<string, readonly [string, string]>>} */ ({
  Minus: ["-", "_"], Equal: ["=", "+"], BracketLeft: ["[", "{"], BracketRight: ["]", "}"], Backslash: ["\\", "|"],
  Semicolon: [";", ":"], Quote: ["'", '"'], Comma: [",", "<"], Period: [".", ">"], Slash: ["/", "?"],
  Backquote: ["`", "~"], Space: [" ", " "],
});
const US_SHIFTED_DIGITS = ")!@#$%^&*(";

export class Burst {
  #byKey = "";
  #byCode = "";
  #last = -Infinity;

  /**
   * @param {Stroke} stroke
   * @returns {string | null} the whole reading when this stroke ends a burst, otherwise null
   */
  take(stroke) {
    if (stroke.ctrlKey || stroke.altKey || stroke.metaKey) return this.#forget();
    if (stroke.timeStamp - this.#last > PAUSE) this.#forget();
    this.#last = stroke.timeStamp;
    if (isEnd(stroke)) return this.#end();
    if (stroke.key.length === 1) this.#byKey += stroke.key;
    this.#byCode += usCharacter(stroke.code, stroke.shiftKey);
    return null;
  }

  /** @returns {string | null} a ticket that came without an end, once its keys have stopped; anything else may go on */
  rest() {
    const reading = this.#read();
    if (reading === null || parseCode(reading).kind !== "ticket") return null;
    this.#forget();
    return reading;
  }

  /** @returns {string | null} */
  #end() {
    const reading = this.#read();
    this.#forget();
    return reading;
  }

  /** @returns {string | null} */
  #read() {
    const readings = [this.#byKey, this.#byCode].filter((text) => text.length >= SHORTEST);
    return readings.find(isAddress) ?? readings.find((text) => parseCode(text).kind === "ticket") ?? readings[0] ?? null;
  }

  /** @returns {null} */
  #forget() {
    this.#byKey = this.#byCode = "";
    this.#last = -Infinity;
    return null;
  }
}

/**
 * Listen on the whole document. Keys typed into a field belong to the field, but a ticket that a scanner sent into it is
 * a reading: with a Japanese input method on, the field itself would hold something else.
 *
 * @param {Document} document
 * @param {(text: string) => void} onReading
 * @returns {() => void} stops listening
 */
export function listen(document, onReading) {
  const burst = new Burst();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let readUntil = -Infinity;
  /** @param {KeyboardEvent} event */
  const rest = (event) => {
    const reading = burst.rest();
    if (reading !== null) readUntil = event.timeStamp + PAUSE;
    deliver(reading, event.target);
  };
  /** @param {KeyboardEvent} event */
  const take = (event) => {
    clearTimeout(waiting);
    const reading = burst.take(event);
    if (reading === null && isEnd(event) && event.timeStamp <= readUntil) {
      event.preventDefault(); // the end of what was read already, held up by a busy browser
      event.stopPropagation();
    } else if (reading === null) {
      waiting = setTimeout(rest, END, event);
    } else if (!isField(event.target) || isAddress(reading)) {
      event.preventDefault(); // the closing Enter must not press the button that has the focus
      event.stopPropagation();
      deliver(reading, event.target);
    }
  };
  /** @param {string | null} reading @param {EventTarget | null} target */
  const deliver = (reading, target) => {
    if (reading === null || (isField(target) && !isAddress(reading))) return;
    if (isField(target)) empty(target);
    onReading(reading);
  };
  document.addEventListener("keydown", take, true);
  return () => {
    clearTimeout(waiting);
    document.removeEventListener("keydown", take, true);
  };
}

/** @param {EventTarget | null} target a field that a scanner wrote an address into */
function empty(target) {
  const field = /** @type {HTMLInputElement} */ (target);
  field.blur?.(); // an input method gives up what it composes
  if (field.tagName === "INPUT" || field.tagName === "TEXTAREA") field.value = "";
}

/** @param {string} code @param {boolean} shifted @returns {string} "" for keys that write nothing */
function usCharacter(code, shifted) {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shifted ? letter : letter.toLowerCase();
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1];
  if (digit) return shifted ? US_SHIFTED_DIGITS.charAt(Number(digit)) : digit;
  return US[code]?.[shifted ? 1 : 0] ?? "";
}

/** @param {Stroke} stroke @returns {boolean} */
function isEnd(stroke) {
  return ["Enter", "Tab"].includes(stroke.key) || ["Enter", "NumpadEnter", "Tab"].includes(stroke.code);
}

/** @param {EventTarget | null} target @returns {boolean} */
function isField(target) {
  const element = /** @type {{tagName?: string, type?: string, isContentEditable?: boolean} | null} */ (target);
  if (!element?.tagName) return false;
  if (element.isContentEditable || element.tagName === "TEXTAREA" || element.tagName === "SELECT") return true;
  return element.tagName === "INPUT" && !["button", "checkbox", "file", "radio", "submit"].includes(element.type ?? "text");
}
