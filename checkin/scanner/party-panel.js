/** How many of a party come in: everybody who is not in yet, unless the door says otherwise. One tap confirms. */

import { fill, h, icon } from "./element.js";
import { label, sum } from "./verdict-panel.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./types.js").Answer} Answer */

/**
 * Per category of the party: whom the server expects now, and how many the door may say. More than the party, where
 * there is room: they are taken as walk-ins. Not of a category of which some are in: those may be the same people.
 *
 * @param {Answer} answer
 * @returns {Record<string, {now: number, most: number}>}
 */
export function asked(answer) {
  const party = answer.party ?? {};
  const came = answer.admitted ?? {};
  const keys = [...new Set([...Object.keys(party), ...Object.keys(answer.expected ?? {})])];
  return Object.fromEntries(keys.map((key) => {
    const now = answer.expected ? (answer.expected[key] ?? 0) : Math.max(0, (party[key] ?? 0) - (came[key] ?? 0));
    return [key, { now, most: Math.max(now, party[key] ?? 0) + (came[key] ? 0 : (answer.walk_in_left ?? 0)) }];
  }));
}

/**
 * How many of one category the door may say, once it has said the others: all that are more than the party share the room.
 *
 * @param {Answer} answer
 * @param {Readonly<Record<string, number>>} people that are said now
 * @param {string} key
 */
export function mostOf(answer, people, key) {
  const question = asked(answer);
  /** @param {string} one */
  const own = (one) => Math.max(question[one]?.now ?? 0, answer.party?.[one] ?? 0);
  const others = Object.keys(question).filter((one) => one !== key).reduce((all, one) => all + Math.max(0, (people[one] ?? 0) - own(one)), 0);
  return Math.max(own(key), (question[key]?.most ?? 0) - others);
}

/** More came than there is room for beside the party: why it is asked about again. @param {Voice} voice @param {Answer} answer @param {import("./types.js").Draft | null} draft */
export function whyAgain(voice, { verdict, party, walk_in_left }, draft) {
  const beyond = Object.entries(draft?.people ?? {}).some(([key, n]) => n > (party?.[key] ?? 0));
  if (verdict !== "confirm_party" || !beyond) return null;
  return walk_in_left ? voice.say("room_besides", { n: walk_in_left }) : voice.say("no_room_besides");
}

/** @param {Voice} voice @param {Door} door @returns {HTMLElement} */
export function partyPanel(voice, door) {
  const answer = /** @type {Answer} */ (door.shown?.answer);
  const question = asked(answer);
  /** @type {Record<string, number>} */
  const people = Object.fromEntries(Object.entries(question).map(([key, { now }]) => [key, now]));
  const confirm = h("button", { type: "button", class: "button is-strong is-tall", onclick: () => door.confirm(positive(people)) });
  const say = () => {
    fill(confirm, icon("check"), voice.say("admit_people", { n: sum(people) }));
    confirm.disabled = sum(people) === 0;
  };
  say();
  const order = door.categories.map(({ key }) => key);
  const rows = Object.keys(question).sort((one, other) => order.indexOf(one) - order.indexOf(other)).map((key) =>
    row(voice, door, key, answer, { people, most: () => mostOf(answer, people, key), onChange: () => {
      rows.forEach(({ show }) => show());
      say();
    } }));
  return h("div", { class: "party" },
    h("ul", { class: "party-rows" }, rows.map(({ element }) => element)),
    h("p", { class: "party-said", role: "alert" }),
    h("div", { class: "party-acts" }, h("button", { type: "button", class: "button", onclick: () => door.show() }, voice.say("cancel")), confirm));
}

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {string} key
 * @param {Answer} answer
 * @param {{people: Record<string, number>, most: () => number, onChange: () => void}} said
 * @returns {{element: HTMLElement, show: () => void}}
 */
function row(voice, door, key, answer, { people, most, onChange }) {
  const said = () => people[key] ?? 0;
  const name = label(voice, door, key);
  const plain = voice.localPlainly(door.categories.find((category) => category.key === key)?.label ?? key);
  const number = h("output", { class: "party-number" });
  /** @param {number} step */
  const turn = (step) => () => {
    people[key] = Math.min(most(), Math.max(0, said() + step));
    onChange();
  };
  const fewer = h("button", { type: "button", class: "step", "aria-label": voice.plainly("fewer", { label: plain }), onclick: turn(-1) }, icon("minus"));
  const more = h("button", { type: "button", class: "step", "aria-label": voice.plainly("more", { label: plain }), onclick: turn(1) }, icon("plus"));
  const came = answer.admitted?.[key] ?? 0;
  const party = answer.party?.[key] ?? 0;
  const over = h("small", { class: "party-over", role: "status" });
  const show = () => {
    const n = said();
    if (number.textContent !== String(n)) fill(number, n);
    if (n > party || over.childNodes.length > 0) fill(over, n > party && voice.say("as_walk_ins", { n: n - party }));
    fewer.disabled = n === 0;
    more.disabled = n >= most();
  };
  show();
  const element = h("li", { class: "party-row" },
    h("span", { class: "party-label" }, name, h("small", {}, voice.say("of_party", { n: party }), " ", came > 0 && voice.say("already_there", { n: came })), over),
    h("span", { class: "party-steps" }, fewer, number, more));
  return { element, show };
}

/** @param {Record<string, number>} people */
function positive(people) {
  return Object.fromEntries(Object.entries(people).filter(([, n]) => n > 0));
}
