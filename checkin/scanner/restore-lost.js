/** A ticket was replaced by mistake: on the sheet of the new one, for a reason of the list, the old one becomes good again. */

import { fill, h } from "./element.js";

/** @typedef {import("./language.js").Key} Key */
/** @typedef {import("./language.js").Voice} Voice */

const WHY = /** @type {const} */ (["wrong_person", "found_again", "other"]);
/** Why the server does not: in our words. */
const WHY_NOT = /** @type {Readonly<Record<string, Key>>} */ ({ used: "restore_used", replaced: "restore_over", no_replacement: "restore_over" });

/**
 * @param {Voice} voice
 * @param {(reason: string) => Promise<void>} restore
 * @returns {HTMLElement}
 */
export function restorePanel(voice, restore) {
  const said = h("p", { class: "end-said", id: "restore-said", role: "alert" });
  /** In view: the sheet is longer than a phone is high. @param {Key} key */
  const say = (key) => {
    fill(said, voice.say(key));
    said.scrollIntoView({ block: "nearest" });
  };
  const reasons = WHY.map((why) => ({ why, input: h("input", { type: "radio", name: "restore-why", value: why, "aria-describedby": "restore-said" }) }));
  const sure = h("button", { type: "submit", class: "button is-strong is-tall" }, voice.say("restore_lost"));
  const form = h("form", { class: "restore-form", novalidate: true, onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const chosen = reasons.find(({ input }) => input.checked);
    if (!chosen) {
      say("vouch_reason_missing");
      return reasons[0]?.input.focus();
    }
    sure.disabled = true;
    await restore(chosen.why).catch((error) => (console.error(error), say(whyNot(error))));
    sure.disabled = false;
  } },
    h("p", {}, voice.say("restore_why")),
    h("fieldset", { class: "rows" }, h("legend", { class: "label" }, voice.say("vouch_reason")), said, reasons.map(({ why, input }) =>
      h("label", { class: "row" }, input, h("span", { class: "row-title" }, voice.say(`restore_${why}`))))),
    sure);
  return h("details", { class: "restore", ontoggle: () => form.isConnected && form.scrollIntoView({ block: "end" }) }, h("summary", {}, voice.say("restore_lost")), form);
}

/** @param {unknown} error @returns {Key} */
export function whyNot(error) {
  const code = error && typeof error === "object" && "code" in error ? String(error.code) : "";
  return WHY_NOT[code] ?? "restore_failed";
}
