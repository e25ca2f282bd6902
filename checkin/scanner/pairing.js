/** A device becomes a scanner by a code that the organiser shows: typed, read by its camera, or brought by the address. */

import { CameraPanel } from "./camera-panel.js";
import { fill, h, icon } from "./element.js";
import { Unacceptable } from "./contact.js";
import { trouble } from "./setup-screen.js";

/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./types.js").Device} Device */
/** @typedef {import("./types.js").Gates} Gates */

/**
 * @typedef {object} PairingWorld
 * @property {Voice} voice
 * @property {import("./reader.js").Reader} reader
 * @property {string} code what the address brought, or nothing
 * @property {string} defaultName
 * @property {boolean} inATab not opened from the home screen
 * @property {Element | null} languages the page's own links: here they stand first, and lead back with the code
 * @property {HTMLElement} unsent says what still waits on this device
 * @property {(code: string, name: string) => Promise<void>} onPair throws what went wrong
 */

const MARK = "#pair=";
const CODE = /^[A-HJKMNP-Z2-9]{8}$/;

/** The code in an address or in what somebody typed. @param {string} text @returns {string} empty if there is none */
export function codeIn(text) {
  const found = text.normalize("NFKC").slice(text.includes(MARK) ? text.indexOf(MARK) + MARK.length : 0).replace(/[\s\-‐-―−ー]+/g, "").toUpperCase();
  return CODE.test(found) ? found : "";
}

/** The code that this page was opened with; it stands behind the #, which no server sees. @param {string} [hash] */
export function codeInAddress(hash = location.hash) {
  return hash.startsWith(MARK) ? codeIn(hash) : "";
}

/** The code was never shown, is too old, or has made as many devices as it was for. @param {unknown} error @returns {boolean} */
export function isOver(error) {
  return error instanceof Unacceptable && error.code === "no_such_code";
}

/** A device that was paired at a gate stays there; the server keeps it so too. @param {Gates} found @param {Device | null} device @returns {Gates} */
export function onlyItsGate(found, device) {
  return device?.paired ? { ...found, gates: found.gates.filter(({ code }) => code === device.gate) } : found;
}

/** Whoever changes the language comes back with the code that the address brought. @param {Element | null} languages @param {string} code */
function withCode(languages, code) {
  for (const link of languages?.querySelectorAll("a") ?? []) link.hash = code && MARK + code;
  return languages;
}

/** @param {PairingWorld} world @returns {HTMLElement} */
export function pairingPanel(world) {
  const { voice } = world;
  const heard = h("div", { role: "alert", id: "pairing-said" });
  const code = h("input", { class: "input", id: "pairing-code", "aria-describedby": "pairing-support pairing-said", type: "text", maxlength: 200, value: world.code, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", required: true });
  const name = h("input", { class: "input", id: "pairing-name", type: "text", maxlength: 80, value: world.defaultName, autocomplete: "off" });
  const button = h("button", { type: "submit", class: "button is-strong is-tall" }, voice.say("pair"));
  const finder = new CameraPanel(world.reader, (text) => {
    const found = codeIn(text);
    if (!found) return;
    code.value = found;
    look(false);
    button.focus();
  }, () => {});
  const picture = h("div", { class: "setup-finder" });
  const reading = h("button", { type: "button", class: "button", "aria-pressed": "false", onclick: () => look(reading.getAttribute("aria-pressed") !== "true") }, icon("camera"), voice.say("pair_camera"));
  /** @param {boolean} wanted */
  const look = (wanted) => {
    reading.setAttribute("aria-pressed", String(wanted));
    if (!wanted) return finder.close(), fill(picture);
    finder.render(voice);
    fill(picture, finder.element);
    picture.scrollIntoView({ block: "nearest" });
    void finder.open();
  };
  /** At the field, and in view. @param {HTMLElement | null} words */
  const say = (words) => {
    fill(heard, words);
    if (words) code.scrollIntoView({ block: "center" });
  };
  /** @param {Event} event */
  const send = async (event) => {
    event.preventDefault();
    const found = codeIn(code.value);
    mark(null);
    if (!found) return mark("pair_code_wrong");
    look(false);
    button.disabled = true;
    await world.onPair(found, name.value.trim() || world.defaultName).catch((error) => isOver(error) ? mark("pair_code_over") : say(trouble(voice, error)));
    button.disabled = false;
  };
  /** What is wrong with the code, at the field. @param {import("./language.js").Key | null} why */
  const mark = (why) => {
    say(why && h("p", { class: "note" }, voice.say(why)));
    code.setAttribute("aria-invalid", String(why !== null));
    if (why) code.focus();
  };
  return h("section", { class: "setup", "aria-labelledby": "pairing-title" },
    withCode(world.languages, world.code),
    h("h2", { id: "pairing-title" }, voice.say("pair_title")),
    h("p", {}, voice.say("pair_why")),
    world.inATab && h("p", { class: "support", id: "pairing-install" }, voice.say("pair_install_first")),
    world.unsent,
    h("form", { class: "sign-in", novalidate: true, onsubmit: send },
      h("div", { class: "field" }, h("label", { class: "label", for: "pairing-code" }, voice.say("pair_code")), h("p", { class: "support", id: "pairing-support" }, voice.say("pair_code_support")), code, heard),
      globalThis.isSecureContext && h("div", { class: "field" }, reading, picture),
      h("div", { class: "field" }, h("label", { class: "label", for: "pairing-name" }, voice.say("device_name")), name),
      button));
}
