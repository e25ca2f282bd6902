/**
 * Who has no ticket at hand, by name, reading or short number. Needs the right, and the network unless this page holds the
 * names itself; what was found lives in its memory alone, and goes when somebody is picked, after a minute, and with the page.
 */

import { fill, h } from "./element.js";
import { label } from "./verdict-panel.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {{number: string, name: string | null, category: string | null, size: number, code?: string}} Sought */
/** @typedef {{found: readonly Sought[], more: boolean}} Found */

/** Milliseconds that names stay on the screen. */
export const NAMES_STAY = 60_000;

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {object} world
 * @param {(text: string) => Promise<Found>} world.seek
 * @param {(text: string) => Found | null} [world.seekHere] without a network; null: nothing is known here
 * @param {() => void} [world.onOpen] the last answer would take its room
 * @param {(text: string) => void} world.onPick the code where this page knows it, else the short number
 * @returns {HTMLElement}
 */
export function searchPanel(voice, door, { seek, seekHere = () => null, onOpen = () => {}, onPick }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const rows = h("div", { class: "rows" });
  const said = h("p", { class: "search-said", role: "status" });
  const input = h("input", { id: "sought", class: "input", type: "search", autocomplete: "off", autocorrect: "off", spellcheck: "false", enterkeyhint: "search", maxlength: 100, "aria-describedby": "sought-support" });
  const forget = () => {
    clearTimeout(timer);
    fill(rows);
    fill(said);
  };
  /** In view, below a phone's keyboard or not. @param {HTMLElement} words */
  const say = (words) => {
    fill(said, words);
    form.scrollIntoView({ block: "start" });
  };
  /** @param {string} text */
  const pick = (text) => {
    forget();
    input.value = "";
    element.open = false;
    onPick(text);
  };
  /** @param {string} text */
  const lookHere = (text) => {
    const here = seekHere(text);
    if (here) show(here);
    else say(voice.say("search_offline"));
  };
  /** @param {Found} answer */
  const show = ({ found, more }) => {
    fill(rows, found.map((one) => row(voice, door, one, pick)));
    say(found.length === 0 ? voice.say("search_none") : more ? voice.say("search_more", { n: found.length }) : voice.say("search_found", { n: found.length }));
    timer = setTimeout(forget, NAMES_STAY);
    if (found.length === 0) return;
    input.blur(); // names must not hide behind a phone's keyboard
  };
  const look = async (/** @type {Event} */ event) => {
    event.preventDefault();
    forget();
    const text = input.value.trim();
    if ([...text].length < 2) {
      say(voice.say("search_longer"));
      return input.focus();
    }
    if (door.contact === "unreached") return lookHere(text);
    fill(said, voice.say("checking"));
    await seek(text).then(show, () => lookHere(text));
  };
  const form = h("form", { class: "type-form", role: "search", onsubmit: look },
    h("label", { class: "label", for: "sought" }, voice.say("search_words")),
    h("div", { class: "type-row search-row" }, input, h("button", { type: "submit", class: "button" }, voice.say("search"))),
    said, rows, h("p", { class: "support", id: "sought-support" }, voice.say("search_support")));
  const element = h("details", { class: "search", ontoggle: () => (element.open ? onOpen() : forget()) }, h("summary", {}, voice.say("search_label")), form);
  return element;
}

/** What was typed elsewhere is looked for here. @param {HTMLElement | undefined} around @param {string} text */
export function lookFor(around, text) {
  const [panel, input] = [around?.querySelector("details.search"), around?.querySelector("#sought")];
  if (!(panel instanceof HTMLDetailsElement) || !(input instanceof HTMLInputElement)) return;
  panel.open = true;
  input.value = text;
  input.form?.requestSubmit();
}

/** @param {Voice} voice @param {Door} door @param {Sought} one @param {(text: string) => void} pick */
function row(voice, door, { number, name, category, size, code }, pick) {
  return h("button", { type: "button", class: "row", onclick: () => pick(code ?? number) },
    h("span", { class: "row-title" }, name ? h("bdi", {}, name) : number),
    h("span", { class: "row-more" }, size > 1 ? voice.say("party_of", { n: size }) : category && label(voice, door, category), " ", name && h("span", { class: "times" }, number)));
}
