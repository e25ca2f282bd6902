/** What a supervisor decides against a verdict: admit anyway, or take back what is too old, for a reason of the list. */

import { fill, h, icon } from "./element.js";

/** @typedef {import("./door.js").Case} Case */
/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Key} Key */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Reason} Reason */
/** @typedef {import("./types.js").Verdict} Verdict */

/**
 * @typedef {object} Supervision
 * @property {boolean} asksPin
 * @property {(id: string, pin: string) => void} keep the PIN, until the server has the scan
 */

/** Verdicts against which a supervisor may decide; never a ticket that is blocked, strange or none of ours. */
export const OVERRIDABLE = /** @type {readonly Verdict[]} */ ([
  "already_in", "not_booked", "waitlisted", "pending", "full", "too_early", "too_late", "cancelled", "replaced",
]);
/** Of people without a ticket: it is full, closed, does not take place, or takes nobody without a booking. */
const OVERRIDABLE_TAPS = /** @type {readonly Verdict[]} */ (["full", "too_early", "too_late", "cancelled", "refused"]);
const NOT_MINE = ["too_late_to_undo", "not_your_scan"];
/** @type {readonly Reason[]} */
export const WHY = ["identity_checked", "proof_shown", "organiser_allowed", "system_wrong", "other"];
/** Nobody is taken back because of who they are. @type {readonly Reason[]} */
const WHY_BACK = ["organiser_allowed", "system_wrong", "other"];

/** @param {import("./types.js").Device} device @param {import("./pins.js").Pins} pins @returns {Supervision | null} */
export function supervisionOf(device, pins) {
  if (!device.rights.includes("supervisor")) return null;
  return { asksPin: device.asks_pin ?? false, keep: (id, pin) => pins.keep(id, pin) };
}

/** The server did not take a supervisor's word from a device whose supervisor has a PIN. @param {Door} door @param {Answer} answer */
export function needsPin(door, answer) {
  return Boolean(door.supervision?.asksPin) && answer.error?.code === "supervisor_right_needed";
}

/** @param {Door} door @param {Case} one @returns {"admit_anyway" | "undo_anyway" | null} what a supervisor may do about it */
export function mayVouch(door, { stage, draft, answer }) {
  if (!door.supervision || stage !== "answered" || !draft || !answer?.verdict) return null;
  if (draft.act === "undo") return draft.undoes && (NOT_MINE.includes(answer.error?.code ?? "") || needsPin(door, answer)) ? "undo_anyway" : null;
  if (draft.direction === "out" || (answer.verdict === "full" && door.overFull === false)) return null;
  if (draft.code) return OVERRIDABLE.includes(answer.verdict) ? "admit_anyway" : null;
  return draft.act === "walk_in" && OVERRIDABLE_TAPS.includes(answer.verdict) ? "admit_anyway" : null;
}

/** @param {Voice} voice @param {Door} door @param {Case} one */
export function vouchButton(voice, door, one) {
  const words = mayVouch(door, one);
  return words && h("button", {
    type: "button", class: "button", "aria-haspopup": "dialog", onclick: (/** @type {Event} */ event) => open(voice, door, one, words, /** @type {Element} */ (event.currentTarget)),
  }, voice.say(words));
}

/** @param {Voice} voice @param {Door} door @param {Case} one @param {"admit_anyway" | "undo_anyway"} words @param {Element} from */
function open(voice, door, one, words, from) {
  const sheet = vouchDialog(voice, door, one, words);
  (from.closest(".door") ?? document.body).append(sheet);
  door.isVouching = true;
  sheet.showModal();
}

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {Case} one
 * @param {"admit_anyway" | "undo_anyway"} words
 * @returns {HTMLDialogElement}
 */
export function vouchDialog(voice, door, one, words) {
  const asksPin = door.supervision?.asksPin ?? false;
  const pin = h("input", { class: "input", id: "pin", type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 12, "aria-describedby": "pin-support pin-said" });
  const reasons = (words === "undo_anyway" ? WHY_BACK : WHY).map((why) => ({ why, input: h("input", { type: "radio", name: "vouch-why", value: why, "aria-describedby": "vouch-said" }) }));
  const [said, pinSaid] = ["vouch-said", "pin-said"].map((id) => h("p", { class: "end-said", id, role: "alert" }));
  /** Said beside the field, as a dialog may be longer than a phone is high. @param {Key} key @param {HTMLElement | undefined} field */
  const miss = (key, field) => {
    for (const [place, isIt] of /** @type {[HTMLElement, boolean][]} */ ([[said, field !== pin], [pinSaid, field === pin]])) fill(place, isIt && voice.say(key));
    for (const one of [pin, ...reasons.map(({ input }) => input)]) one.setAttribute("aria-invalid", String(one === field));
    field?.focus();
  };
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const chosen = reasons.find(({ input }) => input.checked);
    const typed = pin.value.trim();
    if (!chosen) return miss("vouch_reason_missing", reasons[0]?.input);
    if (asksPin && !/^[0-9]{4,6}$/.test(typed.normalize("NFKC"))) return miss("pin_missing", pin);
    close();
    if (door.shown === one) void door.vouch(chosen.why, asksPin ? typed.normalize("NFKC") : undefined);
  };
  const close = () => {
    door.isVouching = false;
    pin.value = "";
    element.close();
  };
  const element = h("dialog", { class: "sheet", "aria-labelledby": "vouch-title", onclose: () => ((door.isVouching = false), element.remove()) },
    h("div", { class: "sheet-head" }, h("h2", { id: "vouch-title" }, voice.say(words)),
      h("button", { type: "button", class: "sheet-close", onclick: close }, icon("close"), voice.say("close"))),
    h("form", { class: "sheet-body", novalidate: true, onsubmit: send },
      h("p", { class: "soft" }, voice.say("vouch_is_kept")),
      h("fieldset", { class: "rows" }, h("legend", { class: "label" }, voice.say("vouch_reason")), said, reasons.map(({ why, input }) =>
        h("label", { class: "row" }, input, h("span", { class: "row-title" }, voice.say(`why_${why}`))))),
      asksPin && h("div", { class: "field" }, h("label", { class: "label", for: "pin" }, voice.say("pin")), pinSaid, pin, h("p", { class: "support", id: "pin-support" }, voice.say("pin_support"))),
      h("button", { type: "submit", class: "button is-strong is-tall" }, voice.say(words))));
  return element;
}
