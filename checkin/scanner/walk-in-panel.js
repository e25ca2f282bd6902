/** People without a ticket: one large button per category, one tap a person, the last tap can be taken back. */

import { fill, h, icon } from "./element.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {import("./feedback.js").Feedback} feedback
 * @returns {{element: HTMLElement, render: () => void}}
 */
export function walkInPanel(voice, door, feedback) {
  const heard = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  const undo = h("button", { type: "button", class: "button undo", onclick: () => takeBack() });
  const counts = door.categories.map((category) => {
    const number = h("span", { class: "tap-count" });
    const about = h("span", { class: "tap-about" }, voice.local(category.belongs));
    const button = h("button", { type: "button", class: "tap", onclick: () => tap(category.key) },
      h("span", { class: "tap-name" }, voice.local(category.label)), about, number);
    return { category, number, button };
  });

  /**
   * Said when it is known what came of it. A refusal is said by the verdict.
   *
   * @param {Promise<import("./door.js").Outcome>} coming
   * @param {"good" | "leave"} tone
   * @param {"tapped" | "tap_undone"} words
   * @param {string} key
   */
  const announce = async (coming, tone, words, key) => {
    fill(heard);
    const outcome = await coming;
    if (outcome === "refused") return fill(heard);
    feedback.give(tone);
    fill(heard, voice.say(words, { label: nameOf(key) }), outcome === "kept" && [" ", voice.say("not_sent_yet")]);
  };
  /** @param {string} key */
  const tap = (key) => void announce(door.tap(key), "good", "tapped", key);
  const takeBack = () => {
    const last = door.tally.last(door.place.code);
    if (last) void announce(door.undoTap(), "leave", "tap_undone", last.category);
  };
  /** @param {string} key */
  const nameOf = (key) => voice.localPlainly(door.categories.find((category) => category.key === key)?.label ?? key);

  const render = () => {
    const leaving = door.direction === "out";
    for (const { category, number, button } of counts) {
      fill(number, door.tally.count(door.place.code, category.key));
      button.disabled = leaving;
    }
    const last = door.tally.last(door.place.code);
    undo.disabled = last === null;
    fill(undo, icon("undo"), last ? voice.say("undo_tap", { label: nameOf(last.category) }) : voice.say("nothing_to_undo"));
  };
  const element = h("section", { class: "walk-in", "aria-label": voice.plainly("tab_walk_in") },
    h("p", { class: "walk-in-why" }, voice.say(door.direction === "out" ? "no_walk_in_when_leaving" : "walk_in_label")),
    newTodaySwitch(voice, door),
    h("div", { class: "taps" }, counts.map(({ button }) => button)),
    undo, heard);
  return { element, render };
}

/** @param {Voice} voice @param {Door} door */
function newTodaySwitch(voice, door) {
  /** @param {boolean} isNew @param {"new_today" | "not_new_today"} words @param {string | null} why id of what this counts */
  const choice = (isNew, words, why) => h("label", { class: "switch-choice" },
    h("input", { type: "radio", name: "new-today", checked: door.newToday === isNew, "aria-describedby": why, onchange: () => (door.newToday = isNew) }),
    h("span", {}, voice.say(words)));
  return h("fieldset", { class: "switch" }, h("legend", {}, voice.say("new_today_label")),
    choice(true, "new_today", null), choice(false, "not_new_today", "not-new-today-why"),
    h("p", { class: "switch-why", id: "not-new-today-why" }, voice.say("not_new_today_why")));
}
