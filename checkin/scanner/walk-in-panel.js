/** People without a ticket: one large button per category, one tap a person, the last tap can be taken back. */

import { fill, h, icon } from "./element.js";
import { giveButton } from "./give-panel.js";

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
  const undo = undoButton(voice, door, feedback, heard);
  const give = giveButton(voice, door);
  const counts = door.categories.map((category) => {
    const number = h("span", { class: "tap-count" });
    const about = h("span", { class: "tap-about" }, voice.local(category.belongs));
    const button = h("button", { type: "button", class: "tap", onclick: () => tap(category.key) },
      h("span", { class: "tap-name" }, voice.local(category.label)), about, number);
    return { category, number, button };
  });

  /** @param {string} key */
  const tap = (key) => void announce(voice, feedback, heard, door.tap(key), "good", "tapped", nameOf(voice, door, key));

  const render = () => {
    const leaving = door.direction === "out";
    for (const { category, number, button } of counts) {
      fill(number, door.tally.count(door.place.code, category.key));
      button.disabled = leaving;
    }
    undo.render();
    give.render();
  };
  const element = h("section", { class: "walk-in", "aria-label": voice.plainly("tab_walk_in") },
    h("p", { class: "walk-in-why" }, voice.say(door.direction === "out" ? "no_walk_in_when_leaving" : "walk_in_label")),
    newTodaySwitch(voice, door, "new-today"),
    h("div", { class: "taps" }, counts.map(({ button }) => button)),
    h("div", { class: "walk-in-acts" }, undo.element, give.element), heard);
  return { element, render };
}

/**
 * Takes back what was tapped or counted last at this place.
 *
 * @param {Voice} voice
 * @param {Door} door
 * @param {import("./feedback.js").Feedback} feedback
 * @param {HTMLElement} heard
 */
export function undoButton(voice, door, feedback, heard) {
  const takeBack = () => {
    const last = door.tally.last(door.place.code);
    if (last) void announce(voice, feedback, heard, door.undoTap(), "leave", (last.by ?? 1) < 0 ? "less_undone" : "tap_undone", nameOf(voice, door, last.category));
  };
  const element = h("button", { type: "button", class: "button undo", onclick: takeBack });
  const render = () => {
    const last = door.tally.last(door.place.code);
    element.disabled = last === null;
    const label = last && `${nameOf(voice, door, last.category)}${(last.by ?? 1) < 0 ? " −1" : ""}`;
    fill(element, icon("undo"), label ? voice.say("undo_tap", { label }) : voice.say("nothing_to_undo"));
  };
  return { element, render };
}

/**
 * Said when it is known what came of it. A refusal is said by the verdict.
 *
 * @param {Voice} voice
 * @param {import("./feedback.js").Feedback} feedback
 * @param {HTMLElement} heard
 * @param {Promise<import("./door.js").Outcome>} coming
 * @param {"good" | "leave"} tone
 * @param {"tapped" | "tap_undone" | "less_undone"} words
 * @param {string} label
 */
async function announce(voice, feedback, heard, coming, tone, words, label) {
  fill(heard);
  const outcome = await coming;
  if (outcome === "refused") return fill(heard);
  feedback.give(tone);
  fill(heard, voice.say(words, { label }), outcome === "kept" && [" ", voice.say("not_sent_yet")]);
}

/** @param {Voice} voice @param {Door} door @param {string} key */
function nameOf(voice, door, key) {
  return voice.localPlainly(door.categories.find((category) => category.key === key)?.label ?? key);
}

/** @param {Voice} voice @param {Door} door @param {string} name of its choices */
export function newTodaySwitch(voice, door, name) {
  /** @param {boolean} isNew @param {"new_today" | "not_new_today"} words @param {string | null} why id of what this counts */
  const choice = (isNew, words, why) => h("label", { class: "switch-choice" },
    h("input", { type: "radio", name, checked: door.newToday === isNew, "aria-describedby": why, onchange: () => (door.newToday = isNew) }),
    h("span", {}, voice.say(words)));
  return h("fieldset", { class: "switch" }, h("legend", {}, voice.say("new_today_label")),
    choice(true, "new_today", null), choice(false, "not_new_today", `not-${name}-why`),
    h("p", { class: "switch-why", id: `not-${name}-why` }, voice.say("not_new_today_why")));
}
