/** A ticket that this door has given out, large, to be photographed or printed: its code as a drawing and in letters. */

import { fill, h, icon } from "./element.js";
import { LANGUAGES, Voice } from "./language.js";
import { restorePanel } from "./restore-lost.js";
import { isCounted } from "./verdicts.js";

/** @typedef {import("./door.js").Case} Case */

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4;

/** Whether a ticket was given out by this, and stands. @param {Case} one */
export function isTicket({ stage, draft, answer }) {
  return Boolean(draft?.new_code) && stage === "answered" && isCounted(answer?.verdict) && !answer?.error;
}

/** What the code says, as our tickets say it. @param {string} code @param {string} [origin] */
export function addressOf(code, origin = location.origin) {
  return `${origin}/t/${code}`.toUpperCase();
}

/** As people read it from paper. @param {string} code */
export function inGroups(code) {
  return (code.match(/.{1,4}/g) ?? []).join(" ");
}

/**
 * @param {Voice} voice
 * @param {Case} one
 * @param {{draw: (text: string) => Promise<string>, title: import("./element.js").Child, kind: import("./element.js").Child, restore?: ((reason: string) => Promise<void>) | null}} world draw: rows of # and blanks; restore: takes a replacement back
 * @returns {HTMLDialogElement}
 */
export function ticketSheet(voice, one, { draw, title, kind, restore = null }) {
  const code = one.draft?.new_code ?? "";
  const picture = h("div", { class: "given-picture" });
  const number = one.answer?.given;
  const shown = number ? `${number.slice(0, 3)}-${number.slice(3)}` : "";
  void draw(addressOf(code)).then((rows) => fill(picture, drawing(rows, voice.plainly("qr_of_ticket"))))
    .catch((error) => (console.error(error), fill(picture, h("p", { class: "note" }, voice.say("qr_failed")))));
  const element = h("dialog", { class: "sheet given", "aria-labelledby": "given-title", onclose: () => element.remove() },
    h("div", { class: "sheet-head" }, h("h2", { id: "given-title" }, voice.say("ticket_for_later")),
      h("button", { type: "button", class: "sheet-close", onclick: () => element.close() }, icon("close"), voice.say("close"))),
    h("div", { class: "sheet-body given-ticket" },
      h("p", { class: "given-event" }, title),
      h("p", { class: "given-people" }, kind),
      picture,
      h("p", { class: "given-code" }, inGroups(code)),
      h("p", { class: "given-number" }, shown ? voice.say("ticket_number", { number: shown }) : voice.say("number_later")),
      LANGUAGES.map((language) => h("p", { class: "given-words", lang: language === "en" ? "en" : "ja" }, new Voice(language).say("photograph_this"))),
      h("button", { type: "button", class: "button given-print", onclick: () => globalThis.print() }, voice.say("print_ticket"))),
    restore && restorePanel(voice, restore));
  return element;
}

/** One path on white, with a quiet zone. @param {string} rows @param {string} label */
function drawing(rows, label) {
  const lines = rows.split("\n");
  const size = lines.length + 2 * QUIET;
  const path = lines.flatMap((line, y) => [...line.matchAll(/#+/g)].map(({ 0: run, index }) => `M${index + QUIET} ${y + QUIET}h${run.length}v1h-${run.length}z`)).join("");
  const svg = made("svg", { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" });
  svg.append(made("path", { fill: "#fff", d: `M0 0h${size}v${size}H0z` }), made("path", { d: path }));
  return svg;
}

/** @param {string} name @param {Record<string, string>} attributes */
function made(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
