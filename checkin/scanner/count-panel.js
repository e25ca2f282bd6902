/** Two ways to count heads: those who pass, one by one, or a whole room. An entrance has no room. */

import { Counting } from "./counting.js";
import { fill, h } from "./element.js";
import { headCountPanel } from "./head-count-panel.js";
import { roomCountPanel } from "./room-count-panel.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {import("./feedback.js").Feedback} feedback
 * @returns {{element: HTMLElement, render: () => void}}
 */
export function countPanel(voice, door, feedback) {
  const counting = new Counting(door);
  const heads = headCountPanel(voice, door, counting, feedback);
  const room = roomCountPanel(voice, door, counting, feedback);
  const shown = h("div", { class: "count-shown" });
  let isRoom = false;
  /** @param {boolean} chosen */
  const choose = (chosen) => {
    isRoom = chosen;
    fill(shown, isRoom ? room.element : heads.element);
  };
  /** @param {boolean} chosen @param {"count_heads" | "count_room"} words */
  const choice = (chosen, words) => h("label", { class: "switch-choice" },
    h("input", { type: "radio", name: "count-manner", checked: chosen === isRoom, onchange: () => choose(chosen) }), h("span", {}, voice.say(words)));
  const manner = h("fieldset", { class: "switch count-manner" }, h("legend", { class: "visually-hidden" }, voice.say("count_manner")),
    choice(false, "count_heads"), choice(true, "count_room"));
  const render = () => {
    const hasRoom = door.place.code.startsWith("session:");
    manner.hidden = !hasRoom;
    if (isRoom && !hasRoom) choose(false);
    heads.render();
    room.render();
  };
  choose(false);
  return { element: h("section", { class: "count", "aria-label": voice.plainly("tab_count") }, manner, shown), render };
}
