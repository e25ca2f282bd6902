/** People without a ticket: one large button per category, one tap a person, pressed long for several; the last is taken back. */

import { fill, h, icon } from "./element.js";
import { giveButton } from "./give-panel.js";
import { holding, severalDialog } from "./several.js";

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
    const button = h("button", { type: "button", class: "tap", ...holding({ click: () => tap(category.key), hold: () => ask(category.key) }) },
      h("span", { class: "tap-name" }, voice.local(category.label)), about, number);
    return { category, number, button };
  });

  /** @param {string} key @param {number} [n] */
  const tap = (key, n = 1) => void announce(voice, feedback, heard, door.tapping.tap(key, n), "good", "tapped", { label: nameOf(voice, door, key), n });
  /** @param {string} key */
  const ask = (key) => {
    if (door.direction === "out") return;
    const sheet = severalDialog(voice, nameOf(voice, door, key), (n) => tap(key, n));
    (element.closest(".door") ?? document.body).append(sheet);
    sheet.showModal();
  };

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
    if (!last) return;
    const said = { label: nameOf(voice, door, last.category), n: last.by ?? 1 };
    void announce(voice, feedback, heard, door.tapping.undo(), "leave", said.n < 0 ? "less_undone" : "tap_undone", said);
  };
  const element = h("button", { type: "button", class: "button undo", onclick: takeBack });
  /** @type {string | null | undefined} */
  let said;
  const render = () => {
    const last = door.tally.last(door.place.code);
    element.disabled = last === null;
    const label = last && `${nameOf(voice, door, last.category)}${sign(last.by ?? 1)}`;
    if (label === said) return; // drawn anew under a finger, a button would not hear it
    said = label;
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
 * @param {Promise<import("./tapping.js").Outcome>} coming
 * @param {"good" | "leave"} tone
 * @param {"tapped" | "tap_undone" | "less_undone"} words
 * @param {{label: string, n: number}} what
 */
async function announce(voice, feedback, heard, coming, tone, words, what) {
  fill(heard);
  const outcome = await coming;
  if (outcome === "refused") return fill(heard);
  feedback.give(tone);
  fill(heard, voice.say(words, what), outcome === "kept" && [" ", voice.say("not_sent_yet")]);
}

/** @param {number} by @returns {string} nothing for one person */
function sign(by) {
  if (by === 1) return "";
  return by > 0 ? ` +${by}` : ` −${-by}`;
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
