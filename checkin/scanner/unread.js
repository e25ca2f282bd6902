/**
 * Tickets that nobody can read, by a door that cannot look their number up: without a network, or without the right. Whoever
 * has one is counted all the same, and the number noted with it, for somebody to tie the two later.
 */

import { h } from "./element.js";
import { numbersDialog } from "./give-panel.js";
import { isNumber } from "./numbers.js";

/** @typedef {import("./cases.js").Case} Case */
/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */

const DAMM = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];

/** Whether these digits belong together, as those of every ticket do: one wrong digit, or two that changed places, do not. @param {string} number */
export function belongsTogether(number) {
  return [...number].reduce((state, digit) => Number(DAMM[state]?.[Number(digit)]), 0) === 0;
}

/** The number that was typed and that this door cannot look up now. @param {Case | null} one @returns {string | null} */
export function notLookedUp(one) {
  const typed = isNumber(one?.draft ?? null) ? one?.draft?.code : one?.number;
  const isOpen = one?.stage === "waiting" || one?.answer?.error?.code === "search_right_needed";
  return (isOpen && typed) || null;
}

/** @param {Voice} voice @param {Door} door @param {Case} one */
export function noteButton(voice, door, one) {
  const number = notLookedUp(one);
  if (!number || !belongsTogether(number) || door.direction === "out") return null;
  return h("button", {
    type: "button", class: "button", "aria-haspopup": "dialog",
    onclick: (/** @type {Event} */ { currentTarget }) => open(voice, door, { one, number }, /** @type {Element} */ (currentTarget)),
  }, voice.say("note_number"));
}

/** An answer that came meanwhile, or somebody else at the door, comes first. @param {Voice} voice @param {Door} door @param {{one: Case, number: string}} typed @param {Element} from */
function open(voice, door, { one, number }, from) {
  const sheet = numbersDialog(voice, door, {
    title: "note_number", why: "note_why", words: "note_people", before: h("p", { class: "given-number" }, voice.say("ticket_number", { number: grouped(number) })),
    onPeople: (people) => void (door.shown === one && notLookedUp(one) && door.unasked.note(number, people)),
  });
  (from.closest(".door") ?? document.body).append(sheet);
  door.isVouching = true;
  sheet.addEventListener("close", () => (door.isVouching = false));
  sheet.showModal();
}

/** A short number as it stands on a ticket. @param {string} number */
export function grouped(number) {
  return number.replace(/^(...)(....)$/, "$1-$2");
}
