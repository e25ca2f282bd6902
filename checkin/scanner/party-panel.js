/** How many of a party come in: everybody who is not in yet, unless the door says otherwise. One tap confirms. */

import { fill, h, icon } from "./element.js";
import { label, sum } from "./verdict-panel.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./types.js").Answer} Answer */

/**
 * The people that may still come in (or go out), per category.
 *
 * @param {Answer} answer
 * @param {import("./types.js").Direction} direction
 * @returns {Record<string, number>}
 */
export function outstanding(answer, direction) {
  const came = answer.admitted ?? {};
  const rest = Object.entries(answer.party ?? {}).map(([key, n]) => [key, direction === "out" ? (came[key] ?? 0) : Math.max(0, n - (came[key] ?? 0))]);
  return Object.fromEntries(rest);
}

/** @param {Voice} voice @param {Door} door @returns {HTMLElement} */
export function partyPanel(voice, door) {
  const answer = /** @type {Answer} */ (door.shown?.answer);
  const direction = door.shown?.draft?.direction ?? "in";
  const most = outstanding(answer, direction);
  const people = { ...most };
  const confirm = h("button", { type: "button", class: "button is-strong is-tall", onclick: () => door.confirm(positive(people)) });
  const say = () => {
    fill(confirm, icon(direction === "out" ? "leave" : "check"), voice.say(direction === "out" ? "leave_people" : "admit_people", { n: sum(people) }));
    confirm.disabled = sum(people) === 0;
  };
  say();
  const rows = Object.keys(most).map((key) => row(voice, door, key, most[key] ?? 0, answer, (n) => {
    people[key] = n;
    say();
  }));
  return h("div", { class: "party" },
    h("ul", { class: "party-rows" }, rows),
    h("div", { class: "party-acts" }, h("button", { type: "button", class: "button", onclick: () => door.show() }, voice.say("cancel")), confirm));
}

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {string} key
 * @param {number} most
 * @param {Answer} answer
 * @param {(n: number) => void} onChange
 */
function row(voice, door, key, most, answer, onChange) {
  let n = most;
  const name = label(voice, door, key);
  const number = h("output", { class: "party-number" }, n);
  /** @param {number} step */
  const turn = (step) => () => {
    n = Math.min(most, Math.max(0, n + step));
    fill(number, n);
    fewer.disabled = n === 0;
    more.disabled = n === most;
    onChange(n);
  };
  const plain = name.textContent ?? key;
  const fewer = h("button", { type: "button", class: "step", "aria-label": voice.plainly("fewer", { label: plain }), onclick: turn(-1), disabled: most === 0 }, icon("minus"));
  const more = h("button", { type: "button", class: "step", "aria-label": voice.plainly("more", { label: plain }), onclick: turn(1), disabled: true }, icon("plus"));
  const came = answer.admitted?.[key] ?? 0;
  return h("li", { class: "party-row" },
    h("span", { class: "party-label" }, name, h("small", {}, voice.say("of_party", { n: answer.party?.[key] ?? most }), " ", came > 0 && voice.say("already_there", { n: came }))),
    h("span", { class: "party-steps" }, fewer, number, more));
}

/** @param {Record<string, number>} people */
function positive(people) {
  return Object.fromEntries(Object.entries(people).filter(([, n]) => n > 0));
}
