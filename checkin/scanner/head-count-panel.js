/** Heads in an open space: plus and minus for each category, in reach of the thumb, with what this device has counted. */

import { fill, h, icon } from "./element.js";
import { newTodaySwitch, undoButton } from "./walk-in-panel.js";

/** @typedef {import("./counting.js").Counting} Counting */
/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {Counting} counting
 * @param {import("./feedback.js").Feedback} feedback
 * @returns {{element: HTMLElement, render: () => void}}
 */
export function headCountPanel(voice, door, counting, feedback) {
  const heard = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  const sum = h("p", { class: "count-sum" });
  /** @param {string} key @param {string} label @param {number} by */
  const press = async (key, label, by) => {
    fill(heard);
    const outcome = await counting.add(key, by);
    if (outcome === "refused") return;
    feedback.give(by > 0 ? "good" : "leave");
    fill(heard, voice.say(by > 0 ? "tapped" : "count_less", { label, n: 1 }), outcome === "kept" && [" ", voice.say("not_sent_yet")]);
  };
  const rows = door.categories.map(({ key, label, belongs }) => {
    const name = voice.localPlainly(label);
    const number = h("span", { class: "count-number" }); // what is pressed is told in words, below
    const less = h("button", { type: "button", class: "step count-less", "aria-label": voice.plainly("fewer", { label: name }), onclick: () => void press(key, name, -1) }, icon("minus"));
    const more = h("button", { type: "button", class: "step count-more", "aria-label": voice.plainly("more", { label: name }), onclick: () => void press(key, name, 1) }, icon("plus"));
    const row = h("li", { class: "count-row" },
      h("span", { class: "count-label" }, h("span", { class: "tap-name" }, voice.local(label)), h("span", { class: "tap-about" }, voice.local(belongs))), less, number, more);
    return { key, number, less, more, row };
  });
  const undo = undoButton(voice, door, feedback, heard);
  const render = () => {
    const leaving = door.direction === "out";
    for (const { key, number, less, more } of rows) {
      const counted = door.tally.count(door.place.code, key);
      fill(number, counted);
      less.disabled = leaving || counted === 0;
      more.disabled = leaving;
    }
    fill(sum, voice.say("count_sum", { n: rows.reduce((all, { key }) => all + door.tally.count(door.place.code, key), 0) }));
    undo.render();
  };
  const element = h("section", { class: "counting", "aria-label": voice.plainly("count_heads") },
    h("p", { class: "walk-in-why" }, voice.say(door.direction === "out" ? "no_walk_in_when_leaving" : "count_why")),
    newTodaySwitch(voice, door, "count-new-today"),
    h("ul", { class: "count-rows" }, rows.map(({ row }) => row)), sum, undo.element, heard);
  return { element, render };
}
