/** Everybody in the room at once: one number, or one for each category, with the time at which it is kept. */

import { fill, h, icon } from "./element.js";
import { total } from "./rules/people.js";

/** @typedef {import("./counting.js").Counting} Counting */
/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./types.js").Numbers} Numbers */

const MOST = 9999;

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {Counting} counting
 * @param {import("./feedback.js").Feedback} feedback
 * @returns {{element: HTMLElement, render: () => void}}
 */
export function roomCountPanel(voice, door, counting, feedback) {
  let isWhole = true;
  const heard = h("p", { class: "count-heard", role: "status", "aria-live": "polite" });
  const whole = field(voice.say("room_total"), "room-total");
  const each = door.categories.filter(({ unknown }) => !unknown).map(({ key, label }) => ({ key, ...field(voice.local(label), `room-${key}`) }));
  const fields = h("div", { class: "room-fields" });
  const keep = h("button", { type: "submit", class: "button is-strong is-tall" });
  const undo = h("button", { type: "button", class: "button undo", onclick: () => void takeBack() });
  const form = h("form", { class: "room-form", oninput: () => say(), onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void count();
  } });
  const unknown = door.categories.find((category) => category.unknown)?.key ?? "unknown";

  /** @returns {Numbers | null} null: something in it is no number of people */
  const people = () => {
    const typed = (isWhole ? [{ key: unknown, ...whole }] : each).map(({ key, input }) => /** @type {const} */ ([key, numberIn(input.value)]));
    const isWrong = typed.some(([, number]) => number === null);
    return isWrong ? null : Object.fromEntries(typed.flatMap(([key, number]) => (number ? [[key, number]] : [])));
  };
  const count = async () => {
    const counted = people();
    if (counted === null || total(counted) === 0) {
      fill(heard, voice.say("room_needs_number"));
      return (isWhole ? whole : each[0])?.input.focus();
    }
    const outcome = await counting.room(counted);
    if (outcome === "refused") return fill(heard);
    feedback.give("good");
    for (const { input } of [whole, ...each]) input.value = "";
    const last = door.rooms.last(door.place.code);
    fill(heard, last && voice.say("room_kept", { time: voice.time(last.at), n: total(counted) }), outcome === "kept" && [" ", voice.say("not_sent_yet")]);
    render();
  };
  const takeBack = async () => {
    const outcome = await counting.undoRoom();
    if (outcome === "refused") return;
    feedback.give("leave");
    fill(heard, voice.say("undone"), outcome === "kept" && [" ", voice.say("not_sent_yet")]);
  };
  const say = () => {
    const [n, time] = [total(people() ?? {}), voice.time(door.now().getTime())];
    fill(keep, icon("check"), n > 0 ? voice.say("room_keep", { time, n }) : voice.say("room_keep_none", { time }));
  };
  const render = () => {
    const last = door.rooms.last(door.place.code);
    say();
    undo.disabled = last === null;
    fill(undo, icon("undo"), last ? voice.say("room_undo", { time: voice.time(last.at), n: total(last.people) }) : voice.say("nothing_to_undo"));
  };
  /** @param {boolean} chosen */
  const choose = (chosen) => {
    isWhole = chosen;
    fill(fields, (isWhole ? [whole] : each).map(({ element }) => element));
    say();
  };
  fill(form, manner(voice, choose), fields, keep);
  choose(true);
  const element = h("section", { class: "counting is-room", "aria-label": voice.plainly("count_room") },
    h("p", { class: "walk-in-why" }, voice.say("room_why")), form, heard, undo);
  return { element, render };
}

/** A number as people type it, in full width too; null: it is none. @param {string} text */
export function numberIn(text) {
  const plain = text.normalize("NFKC").trim();
  if (plain === "") return 0;
  return /^\d{1,4}$/.test(plain) && Number(plain) <= MOST ? Number(plain) : null;
}

/** @param {import("./element.js").Child} label @param {string} id */
function field(label, id) {
  const input = h("input", { id, class: "input room-input", type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 5, enterkeyhint: "done" });
  input.value = "";
  return { input, element: h("div", { class: "room-field" }, h("label", { class: "label", for: id }, label), input) };
}

/** @param {Voice} voice @param {(isWhole: boolean) => void} onChoice */
function manner(voice, onChoice) {
  /** @param {boolean} isWhole @param {"room_undivided" | "room_by_category"} words */
  const choice = (isWhole, words) => h("label", { class: "switch-choice" },
    h("input", { type: "radio", name: "room-manner", checked: isWhole, onchange: () => onChoice(isWhole) }), h("span", {}, voice.say(words)));
  return h("fieldset", { class: "switch" }, h("legend", { class: "visually-hidden" }, voice.say("room_manner")),
    choice(true, "room_undivided"), choice(false, "room_by_category"));
}
