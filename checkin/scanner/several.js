/** Several people without a ticket at once: a tap that is pressed for long asks how many, and counts them as one line. */

import { fill, h, icon } from "./element.js";

/** @typedef {import("./language.js").Voice} Voice */

/** Milliseconds, as phones have it; and by how many pixels a finger that rests may slip. */
const LONG = 500;
const SLIPS = 12;
/** The most at once: whoever types more has made a mistake. */
export const MOST = 200;
const FEW = [2, 3, 4, 5, 6, 7, 8, 9, 10];

/**
 * Listeners for a button: pressed for long, by a finger or a mouse, or with the key for a context menu, it does
 * another thing, and the click that follows is not one.
 *
 * @param {{click: () => void, hold: () => void}} does
 */
export function holding({ click, hold }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let isHeld = false;
  let start = { x: 0, y: 0 };
  const stop = () => clearTimeout(timer);
  return {
    onpointerdown: (/** @type {PointerEvent} */ { button, clientX, clientY }) => {
      stop();
      isHeld = false;
      start = { x: clientX, y: clientY };
      if (button === 0) timer = setTimeout(() => ((isHeld = true), hold()), LONG);
    },
    onpointermove: (/** @type {PointerEvent} */ { clientX, clientY }) => {
      if (Math.hypot(clientX - start.x, clientY - start.y) > SLIPS) stop();
    },
    onpointerup: stop,
    onpointerleave: stop,
    onpointercancel: stop,
    oncontextmenu: (/** @type {Event} */ event) => {
      event.preventDefault();
      stop();
      if (!isHeld) hold();
    },
    onkeydown: () => (isHeld = false),
    onclick: () => {
      if (!isHeld) click();
      isHeld = false;
    },
  };
}

/** @param {string} typed @returns {number | null} in any width; null: that is no number of people */
export function numberIn(typed) {
  const text = typed.trim().normalize("NFKC");
  const number = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= MOST ? number : null;
}

/**
 * @param {Voice} voice
 * @param {string} label of the category
 * @param {(number: number) => void} onMany
 * @returns {HTMLDialogElement}
 */
export function severalDialog(voice, label, onMany) {
  /** @param {number} number */
  const count = (number) => (element.close(), onMany(number));
  const said = h("p", { class: "end-said", id: "several-said", role: "alert" });
  const typed = h("input", { class: "input", id: "several", type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 8, "aria-describedby": "several-said" });
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const number = numberIn(typed.value);
    if (number !== null) return count(number);
    fill(said, voice.say("several_wrong", { n: MOST }));
    typed.focus();
  };
  const element = h("dialog", { class: "sheet", "aria-labelledby": "several-title", onclose: () => element.remove() },
    h("div", { class: "sheet-head" }, h("h2", { id: "several-title" }, voice.say("several_how", { label })),
      h("button", { type: "button", class: "sheet-close", onclick: () => element.close() }, icon("close"), voice.say("close"))),
    h("form", { class: "sheet-body", novalidate: true, onsubmit: send },
      h("div", { class: "several" }, FEW.map((number) => h("button", { type: "button", class: "button is-tall", onclick: () => count(number) }, voice.say("people", { n: number })))),
      h("div", { class: "field" }, h("label", { class: "label", for: "several" }, voice.say("several_more")), said,
        h("div", { class: "type-row" }, typed, h("button", { type: "submit", class: "button" }, voice.say("several_count"))))));
  return element;
}
