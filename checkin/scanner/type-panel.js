/** For tickets that no camera reads: the code typed by hand, or a photograph of it. */

import { fill, h, icon } from "./element.js";
import { CODE_LENGTH, isName, isSlip, typedLength } from "./code.js";

/** @typedef {import("./language.js").Voice} Voice */

/**
 * @param {Voice} voice
 * @param {object} world
 * @param {boolean} world.takesNumbers whether the short number may be looked up here
 * @param {(text: string) => boolean} world.onCode whether it was taken; else it stays where it was typed
 * @param {((text: string) => void) | null} world.onName somebody typed a name, and this device may look for it
 * @param {() => void} world.onSlip it has too few characters or too many, and stays to be mended
 * @param {(file: File) => Promise<string | null>} world.readPhoto
 * @returns {HTMLElement}
 */
export function typePanel(voice, { takesNumbers, onCode, onName, onSlip, readPhoto }) {
  const said = h("p", { class: "end-said", id: "code-said", role: "alert" });
  const typed = h("span", { class: "typed", "aria-hidden": "true" });
  const count = () => fill(typed, voice.say("code_typed", { n: Math.min(typedLength(input.value), CODE_LENGTH) }));
  const input = h("input", {
    id: "code", class: "input", type: "text", autocomplete: "off", autocapitalize: "characters", autocorrect: "off",
    spellcheck: "false", inputmode: "text", enterkeyhint: "done", maxlength: 200, "aria-describedby": "code-said code-support", oninput: () => (count(), mark(false)),
  });
  /** @param {boolean} wrong */
  const mark = (wrong) => {
    fill(said, wrong && voice.say(takesNumbers ? "code_slip_number" : "code_slip", { n: typedLength(input.value) }));
    input.setAttribute("aria-invalid", String(wrong));
    if (wrong) input.select();
  };
  const check = h("form", { class: "type-form", onsubmit: (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (input.value.trim() === "") return input.focus();
    if (isSlip(input.value)) return mark(true), onSlip();
    if (onName && isName(input.value)) onName(input.value);
    else if (!onCode(input.value)) return;
    input.value = "";
    count();
  } },
  h("label", { class: "label", for: "code" }, voice.say("code_label")),
  h("div", { class: "type-row" }, input, h("button", { type: "submit", class: "button is-strong" }, voice.say("check_code"))), said,
  h("p", { class: "support", id: "code-support" }, voice.say(takesNumbers ? "code_support_number" : "code_support")), typed);
  count();
  return h("section", { class: "type", tabindex: "-1", "aria-label": voice.plainly("tab_type") }, check, photoButton(voice, readPhoto, (text) => void onCode(text)));
}

/**
 * One at a time on a page.
 * @param {Voice} voice @param {(file: File) => Promise<string | null>} readPhoto @param {(text: string) => void} onCode
 */
export function photoButton(voice, readPhoto, onCode) {
  const heard = h("p", { class: "support", role: "status" });
  const input = h("input", { id: "photo", class: "visually-hidden", type: "file", accept: "image/*", onchange: async () => {
    const file = input.files?.[0];
    if (!file) return;
    fill(heard, voice.say("photo_reading"));
    const text = await readPhoto(file).catch((error) => (console.error(error), undefined));
    input.value = "";
    fill(heard, text === undefined ? voice.say("photo_failed") : text === null ? voice.say("photo_none") : "");
    if (text) onCode(text);
  } });
  return h("div", { class: "photo" }, input, h("label", { class: "button", for: "photo" }, icon("photo"),
    h("span", { class: "photo-words" }, voice.say("photo")), h("span", { class: "photo-short", "aria-hidden": "true" }, voice.say("photo_short"))), heard);
}
