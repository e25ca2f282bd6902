/** Who gets a ticket for later: numbers by category, one ticket for all of them. */

import { fill, h, icon, refill } from "./element.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Key} Key */
/** @typedef {import("./language.js").Voice} Voice */

/** The most on one ticket, as the server takes them. */
export const MOST = 50;

/**
 * The button, which opens the question.
 *
 * @param {Voice} voice
 * @param {Door} door
 */
export function giveButton(voice, door) {
  const why = h("p", { class: "support", id: "give-why" });
  const button = h("button", {
    type: "button", class: "button give", "aria-haspopup": "dialog", "aria-describedby": "give-why",
    onclick: (/** @type {Event} */ event) => open(voice, door, /** @type {Element} */ (event.currentTarget)),
  }, icon("walk-in"), voice.say("give_ticket"));
  const render = () => {
    const isReady = (door.judge?.asOf ?? null) !== null;
    button.disabled = !isReady || door.direction === "out";
    fill(why, isReady ? null : voice.say("give_needs_list"));
  };
  return { element: h("div", { class: "give-part" }, button, why), render };
}

/** @param {Voice} voice @param {Door} door @param {Element} from */
function open(voice, door, from) {
  const sheet = giveDialog(voice, door);
  (from.closest(".door") ?? document.body).append(sheet);
  sheet.showModal();
}

/** For who was tapped a moment ago, and is not to be counted twice. @param {Voice} voice @param {Door} door @param {() => void} close */
function giveLast(voice, door, close) {
  const last = door.tally.last(door.place.code);
  const n = last?.by ?? 1;
  const label = last && door.categories.find(({ key }) => key === last.category)?.label;
  return label && n > 0 && n <= MOST && h("button", { type: "button", class: "button is-tall", onclick: () => (close(), void door.tapping.giveLast()) },
    voice.say("give_tapped", { label: voice.localPlainly(label), n }));
}

/** @param {Voice} voice @param {Door} door @returns {HTMLDialogElement} */
export function giveDialog(voice, door) {
  const sheet = numbersDialog(voice, door, {
    title: "give_ticket", why: "give_why", words: "give_people", before: giveLast(voice, door, () => sheet.close()), onPeople: (people) => void door.give(people),
  });
  return sheet;
}

/**
 * How many people, by category. words: the button's, with their number; before: what stands above the numbers.
 *
 * @param {Voice} voice
 * @param {Door} door
 * @param {{title: Key, why: Key, words: Key, before: import("./element.js").Child, onPeople: (people: import("./types.js").Numbers) => void}} world
 * @returns {HTMLDialogElement}
 */
export function numbersDialog(voice, door, { title, why, words, before, onPeople }) {
  /** @type {Record<string, number>} */
  const people = {};
  const all = () => Object.values(people).reduce((sum, n) => sum + n, 0);
  const give = h("button", { type: "button", class: "button is-strong is-tall", onclick: () => (element.close(), onPeople(Object.fromEntries(Object.entries(people).filter(([, n]) => n > 0)))) });
  const rows = door.categories.map(({ key, label }) => {
    const number = h("output", { class: "party-number" });
    const plain = voice.localPlainly(label);
    /** @param {number} by */
    const turn = (by) => () => {
      people[key] = Math.max(0, (people[key] ?? 0) + by);
      say();
    };
    const fewer = h("button", { type: "button", class: "step", "aria-label": voice.plainly("fewer", { label: plain }), onclick: turn(-1) }, icon("minus"));
    const more = h("button", { type: "button", class: "step", "aria-label": voice.plainly("more", { label: plain }), onclick: turn(1) }, icon("plus"));
    return { key, number, fewer, more, element: h("li", { class: "party-row" }, h("span", { class: "party-label" }, voice.local(label)), h("span", { class: "party-steps" }, fewer, number, more)) };
  });
  const say = () => {
    for (const { key, number, fewer, more } of rows) {
      refill(number, people[key] ?? 0);
      fewer.disabled = !people[key];
      more.disabled = all() >= MOST;
    }
    fill(give, voice.say(words, { n: all() }));
    give.disabled = all() === 0;
  };
  const element = h("dialog", { class: "sheet give-sheet", "aria-labelledby": "give-title", onclose: () => element.remove() },
    h("div", { class: "sheet-head" }, h("h2", { id: "give-title" }, voice.say(title)),
      h("button", { type: "button", class: "sheet-close", onclick: () => element.close() }, icon("close"), voice.say("close"))),
    h("div", { class: "sheet-body" }, h("p", { class: "soft" }, voice.say(why)), before, h("ul", { class: "party-rows" }, rows.map((row) => row.element)), give));
  say();
  return element;
}
