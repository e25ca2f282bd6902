/** A lost ticket is replaced: only with a network, because a door that cannot tell the others would leave two good ones. */

import { parseCode } from "./code.js";
import { fill, h, icon } from "./element.js";

/** @typedef {import("./door.js").Case} Case */
/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */

const NEVER = ["blocked", "cancelled", "replaced", "unknown", "other_event", "unreadable", "refused", "undone"];

/** The short number of a ticket that could be replaced; null: none is shown, or there is no network. @param {Door} door @param {Case} one */
export function lostNumber(door, { stage, draft, answer }) {
  if (!door.onLost || door.contact !== "reached" || stage !== "answered" || !draft?.code) return null;
  const reading = parseCode(draft.code);
  return reading.kind === "number" && answer?.verdict && !NEVER.includes(answer.verdict) ? reading.number : null;
}

/** @param {Voice} voice @param {Door} door @param {Case} one */
export function lostButton(voice, door, one) {
  const number = lostNumber(door, one);
  if (number && door.replaced.has(number)) {
    return h("button", { type: "button", class: "button is-quiet", "aria-haspopup": "dialog", onclick: () => void door.onLost?.(number) }, voice.say("show_new_ticket"));
  }
  return number && h("button", {
    type: "button", class: "button is-quiet", "aria-haspopup": "dialog", onclick: (/** @type {Event} */ event) => open(voice, door, number, /** @type {Element} */ (event.currentTarget)),
  }, voice.say("replace_lost"));
}

/** @param {Voice} voice @param {Door} door @param {string} number @param {Element} from */
function open(voice, door, number, from) {
  const said = h("p", { class: "end-said", role: "alert" });
  const sure = h("button", { type: "button", class: "button is-strong is-tall", onclick: async () => {
    sure.disabled = true;
    await door.onLost?.(number).then(() => element.close(), (error) => (console.error(error), fill(said, voice.say("replace_failed"))));
    sure.disabled = false;
  } }, voice.say("replace_lost"));
  const element = h("dialog", { class: "sheet", "aria-labelledby": "replace-title", onclose: () => element.remove() },
    h("div", { class: "sheet-head" }, h("h2", { id: "replace-title" }, voice.say("replace_lost")),
      h("button", { type: "button", class: "sheet-close", onclick: () => element.close() }, icon("close"), voice.say("close"))),
    h("div", { class: "sheet-body" }, h("p", {}, voice.say("replace_why")), said, sure));
  (from.closest(".door") ?? document.body).append(element);
  element.showModal();
}

/**
 * What the new ticket looks like at the door: asked for once, and shown again as often as somebody wants.
 *
 * @param {Door} door
 * @param {string} lost number of the old one
 * @param {(number: string) => Promise<{code: string, number: string}>} replace
 * @returns {Promise<Case>}
 */
export async function newTicket(door, lost, replace) {
  const { code, number } = door.replaced.get(lost) ?? await replace(lost);
  door.replaced.set(lost, { code, number });
  const draft = /** @type {import("./types.js").Draft} */ ({ ...door.shown?.draft, new_code: code, people: door.shown?.answer?.party ?? {} });
  return { draft, answer: { id: draft.id, verdict: "counted", given: number }, stage: "answered", at: door.now().getTime(), late: false };
}
