/** What is not needed for every person: where people enter, language, camera, sound, the latest scans, the end. */

import { cameras, rememberCamera } from "./camera.js";
import { fill, h, icon, refill } from "./element.js";
import { LANGUAGE_NAMES, LANGUAGES } from "./language.js";
import { isOn, lastsAllDay, placesByUse } from "./places.js";
import { label, mannerOfCase } from "./verdict-panel.js";

/** @typedef {import("./door.js").Case} Case */
/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Key} Key */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./element.js").Child} Child */
/** @typedef {import("./types.js").Direction} Direction */
/** @typedef {import("./types.js").Language} Language */
/** @typedef {import("./types.js").Place} Place */

/**
 * @param {Voice} voice
 * @param {Key} title
 * @param {readonly Child[]} content
 * @returns {HTMLDialogElement}
 */
function dialog(voice, title, ...content) {
  const element = h("dialog", { class: "sheet", "aria-labelledby": "sheet-title", onclose: () => element.remove() },
    h("div", { class: "sheet-head" }, h("h2", { id: "sheet-title" }, voice.say(title)),
      h("button", { type: "button", class: "sheet-close", onclick: () => element.close() }, icon("close"), voice.say("close"))),
    h("div", { class: "sheet-body" }, content));
  return element;
}

/** @param {Voice} voice @param {Place} place @returns {Child} 13:30–15:00, in words what lasts all day; an entrance is open all day and says so by its name */
export function times(voice, place) {
  if (!place.starts_at || place.code.startsWith("entrance:")) return null;
  if (lastsAllDay(place)) return h("span", { class: "times" }, !place.now && voice.day(place.starts_at) && [voice.dayOf(place.starts_at), " "], voice.say("all_day"));
  const until = place.ends_at ? `–${voice.timeUntil(place.starts_at, place.ends_at)}` : "";
  return h("span", { class: "times" }, voice.clock(place.starts_at), until);
}

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {{onPlace: (place: Place) => void, onDirection: (direction: Direction) => void}} world
 */
export function placeDialog(voice, door, { onPlace, onDirection }) {
  /** @param {Direction} way @param {"going_in" | "going_out"} words */
  const way = (way, words) => h("label", { class: "switch-choice" },
    h("input", { type: "radio", name: "direction", checked: door.direction === way, onchange: () => onDirection(way) }), h("span", {}, voice.say(words)));
  const now = door.now().getTime(), named = door.gate.places.find((place) => place.now);
  const places = placesByUse(door.gate.places, now).map((place) => h("button", {
    type: "button", class: "row", "aria-current": place.code === door.place.code ? "true" : null,
    onclick: () => (sheet.close(), onPlace(place)),
  }, h("span", { class: "row-title" }, voice.local(place.name)), h("span", { class: "row-more" }, place.room && voice.local(place.room), times(voice, place), (place.now || isOn(place, named, now)) && h("span", { class: "badge" }, voice.say("now_on")))));
  const sheet = dialog(voice, "place",
    h("fieldset", { class: "switch" }, h("legend", {}, voice.say("direction")), way("in", "going_in"), way("out", "going_out")),
    h("div", { class: "rows" }, places));
  return sheet;
}

/**
 * @typedef {object} MenuWorld
 * @property {import("./feedback.js").Feedback} feedback
 * @property {import("./camera-panel.js").CameraPanel} finder
 * @property {import("./types.js").Texts | string} title of the event
 * @property {number} aside scans that the server did not take
 * @property {import("./shell.js").Persistence} persistence
 * @property {() => Promise<void>} onSave
 * @property {(language: Language) => void} onLanguage
 * @property {() => void} onTryNow
 * @property {() => void} onChangeGate
 * @property {() => Promise<number>} onEnd resolves with how many scans still wait
 */

/** @param {Voice} voice @param {Door} door @param {MenuWorld} world */
export function menuDialog(voice, door, world) {
  const said = h("p", { class: "end-said", role: "alert" });
  const end = async () => {
    const waiting = await world.onEnd();
    if (waiting > 0) fill(said, voice.say("end_refused", { n: waiting })), said.scrollIntoView({ block: "end" });
  };
  const sheet = dialog(voice, "menu",
    h("p", { class: "soft" }, voice.local(world.title), h("br"), voice.local(door.gate.name)),
    languageChoice(voice, world.onLanguage),
    h("label", { class: "tick" }, h("input", { type: "checkbox", checked: !world.feedback.silent, onchange: (/** @type {Event} */ event) => {
      world.feedback.silent = !(/** @type {HTMLInputElement} */ (event.target).checked);
    } }), voice.say("sound")),
    cameraChoice(voice, world.finder),
    h("div", { class: "menu-state" }, state(voice, door, world)),
    past(voice, door, () => sheet.close()),
    h("div", { class: "sheet-end" },
      h("button", { type: "button", class: "button", onclick: world.onChangeGate }, voice.say("change_gate")),
      h("button", { type: "button", class: "button is-quiet", onclick: () => void end() }, voice.say("end_work")), said));
  return sheet;
}

/** @param {Voice} voice @param {(language: Language) => void} onLanguage */
export function languageChoice(voice, onLanguage) {
  return h("fieldset", { class: "switch language-switch" }, h("legend", {}, voice.say("language")), LANGUAGES.map((language) =>
    h("label", { class: "switch-choice", lang: language === "en" ? "en" : "ja" },
      h("input", { type: "radio", name: "language", value: language, checked: voice.language === language, onchange: () => onLanguage(language) }),
      h("span", {}, LANGUAGE_NAMES[language]))));
}

/** @param {Voice} voice @param {import("./camera-panel.js").CameraPanel} finder */
function cameraChoice(voice, finder) {
  const select = h("select", { class: "input", id: "camera", onchange: () => {
    rememberCamera(select.value);
    void finder.open();
  } });
  const field = h("div", { class: "field", hidden: true }, h("label", { class: "label", for: "camera" }, voice.say("camera")), select);
  void cameras().then((found) => {
    select.append(...found.map((one, i) => h("option", { value: one.deviceId, selected: one.deviceId === finder.camera.id }, one.label || voice.plainly("camera_number", { n: i + 1 }))));
    field.hidden = found.length < 2;
  });
  return field;
}

/** What changes while the menu is open is told anew; who is on a button of it stays on it, or comes to the way out. @param {HTMLDialogElement | null} sheet @param {Voice} voice @param {Door} door @param {MenuWorld} world */
export function renewMenu(sheet, voice, door, world) {
  const stated = sheet?.querySelector(".menu-state");
  if (!sheet || !stated) return;
  const here = stated.contains(document.activeElement) ? document.activeElement : null;
  refill(stated, state(voice, door, world));
  const said = sheet.querySelector(".end-said");
  if (said && door.waiting === 0) fill(said);
  if (!here || stated.contains(here)) return;
  const same = [...stated.querySelectorAll("button")].find(({ textContent }) => textContent === here.textContent);
  (same ?? /** @type {HTMLElement | null} */ (sheet.querySelector(".sheet-close")))?.focus();
}

/** @param {Voice} voice @param {Door} door @param {MenuWorld} world */
function state(voice, door, { aside, persistence, onTryNow, onSave }) {
  const { asOf = null, size = 0 } = door.judge ?? {};
  const isRefused = door.contact === "refused";
  const saving = () => [
    h("button", { type: "button", class: "button is-quiet", onclick: () => void onSave() }, voice.say("save_unsent")),
    h("p", { class: "support" }, voice.say("save_unsent_why"))];
  return [
    isRefused && h("p", { class: "note" }, voice.say(door.isPaired ? "stopped_device_next" : "refused_device_next")),
    door.waiting > 0 && h("div", { class: "note" }, h("p", {}, voice.say("unsent", { n: door.waiting })),
      h("button", { type: "button", class: "button", onclick: onTryNow }, voice.say("try_now")), saving()),
    door.judge && !isRefused && h("p", { class: "soft" }, asOf === null ? voice.say("not_ready_offline") : voice.say("ready_offline", { time: voice.clock(asOf), n: size })),
    persistence === "not_kept" && h("p", { class: "soft" }, voice.say("not_persisted")),
    aside > 0 && h("div", { class: "note" }, h("p", {}, voice.say("set_aside", { n: aside })), door.waiting === 0 && saving()),
  ];
}

/** @param {Voice} voice @param {Door} door @param {() => void} onChosen */
function past(voice, door, onChosen) {
  const rows = door.past.map((one) => h("li", {}, h("button", {
    type: "button", class: "row past", "data-tone": mannerOfCase(one).tone, onclick: () => (onChosen(), door.show(one)),
  }, summary(voice, door, one))));
  return h("div", { class: "history" }, h("h3", {}, voice.say("history")),
    rows.length > 0 ? h("ol", { class: "rows" }, rows) : h("p", { class: "soft" }, voice.say("history_empty")));
}

/** One line about a reading. @param {Voice} voice @param {Door} door @param {Case} one */
export function summary(voice, door, one) {
  const manner = mannerOfCase(one);
  const who = one.answer?.person;
  return [
    icon(manner.icon), h("span", { class: "times" }, voice.clock(one.at)),
    h("span", { class: "past-words" }, voice.say(manner.words)),
    who?.name ? h("bdi", { class: "past-who" }, who.name) : who?.category && h("span", { class: "past-who" }, label(voice, door, who.category)),
    one.late && h("span", { class: "badge" }, voice.say("sent_later")),
  ];
}
