/**
 * Keyboard scanners (USB, Bluetooth): a burst of keys that ends with Enter or Tab is a reading, typing is not.
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

  /** @returns {string | null} */
  #end() {
    const readings = [this.#byKey, this.#byCode].filter((text) => text.length >= SHORTEST);
    this.#forget();
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
 * Listen on the whole document; keys typed into a field belong to the field.
 *
 * @param {Document} document
 * @param {(text: string) => void} onReading
 * @returns {() => void} stops listening
 */
export function listen(document, onReading) {
  const burst = new Burst();
  /** @param {KeyboardEvent} event */
  const take = (event) => {
    if (isField(event.target)) return;
    const reading = burst.take(event);
    if (reading === null) return;
    event.preventDefault(); // the closing Enter must not press the button that has the focus
    event.stopPropagation();
    onReading(reading);
  };
  document.addEventListener("keydown", take, true);
  return () => document.removeEventListener("keydown", take, true);
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
  return stroke.key === "Enter" || stroke.key === "Tab" || stroke.code === "Enter" || stroke.code === "NumpadEnter";
}

/** @param {EventTarget | null} target @returns {boolean} */
function isField(target) {
  const element = /** @type {{tagName?: string, type?: string, isContentEditable?: boolean} | null} */ (target);
  if (!element?.tagName) return false;
  if (element.isContentEditable || element.tagName === "TEXTAREA" || element.tagName === "SELECT") return true;
  return element.tagName === "INPUT" && !["button", "checkbox", "file", "radio", "submit"].includes(element.type ?? "text");
}
