/** The bar at the top: where people enter, whether the server is there, and the way to the menu. */

import { times } from "./dialogs.js";
import { h, icon, refill } from "./element.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {{onPlace: () => void, onMenu: () => void}} world
 * @returns {{element: HTMLElement, render: () => void}}
 */
export function barPart(voice, door, { onPlace, onMenu }) {
  const element = h("header", { class: "bar" });
  const contact = h("p", { class: "contact" });
  const said = h("span", { role: "status" });
  const render = () => {
    renderContact(voice, door, contact, said);
    refill(element,
      h("button", { type: "button", class: "where", "aria-haspopup": "dialog", title: voice.plainly("change_place"), onclick: onPlace },
        h("span", { class: "where-place" }, voice.local(door.place.name)),
        h("span", { class: "where-gate" }, voice.local(door.place.room ?? door.gate.name), times(voice, door.place))),
      contact,
      h("button", { type: "button", class: "menu", "aria-haspopup": "dialog", onclick: onMenu },
        icon("menu"), voice.say("menu"), door.unseen > 0 && h("span", { class: "dot", title: voice.plainly("unseen", { n: door.unseen }) }, door.unseen)));
  };
  return { element, render };
}

/**
 * Whether the server is there is told when that changes; how many scans wait is there to be read, and told by nobody.
 *
 * @param {Voice} voice
 * @param {Door} door
 * @param {HTMLElement} element
 * @param {HTMLElement} said
 */
function renderContact(voice, { contact, waiting, isPaired }, element, said) {
  const words = contact === "reached" ? "reached" : contact !== "refused" ? "unreached" : isPaired ? "stopped_device" : "refused_device";
  element.dataset.contact = contact;
  refill(said, voice.say(words));
  refill(element, icon(contact === "reached" ? "reached" : "unreached"), said,
    waiting > 0 && contact !== "reached" && h("span", { class: "unsent" }, voice.say("unsent_short", { n: waiting })));
}
