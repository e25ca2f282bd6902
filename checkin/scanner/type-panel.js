/** For tickets that no camera reads: the code typed by hand, or a photograph of it. */

import { fill, h, icon } from "./element.js";
import { CODE_LENGTH, typedLength } from "./code.js";

/** @typedef {import("./language.js").Voice} Voice */

/**
 * @param {Voice} voice
 * @param {object} world
 * @param {boolean} world.takesNumbers whether the short number may be looked up here
 * @param {(text: string) => void} world.onCode
 * @param {(file: File) => Promise<string | null>} world.readPhoto
 * @returns {HTMLElement}
 */
export function typePanel(voice, { takesNumbers, onCode, readPhoto }) {
  const typed = h("span", { class: "typed", "aria-hidden": "true" });
  const count = () => fill(typed, voice.say("code_typed", { n: Math.min(typedLength(input.value), CODE_LENGTH) }));
  const input = h("input", {
    id: "code", class: "input", type: "text", autocomplete: "off", autocapitalize: "characters", autocorrect: "off",
    spellcheck: "false", inputmode: "text", enterkeyhint: "done", maxlength: 200, "aria-describedby": "code-support", oninput: () => count(),
  });
  const check = h("form", { class: "type-form", onsubmit: (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (input.value.trim() === "") return input.focus();
    onCode(input.value);
    input.value = "";
    count();
    input.blur(); // the answer must not hide behind a phone's keyboard
  } },
  h("label", { class: "label", for: "code" }, voice.say("code_label")),
  h("div", { class: "type-row" }, input, h("button", { type: "submit", class: "button is-strong" }, voice.say("check_code"))),
  h("p", { class: "support", id: "code-support" }, voice.say(takesNumbers ? "code_support_number" : "code_support")), typed);
  count();
  return h("section", { class: "type", "aria-label": voice.plainly("tab_type") }, check, photoButton(voice, readPhoto, onCode));
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
  return h("div", { class: "photo" }, input, h("label", { class: "button", for: "photo" }, icon("photo"), voice.say("photo")), heard);
}
