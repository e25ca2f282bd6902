/** What the organiser tells this door, kept until somebody has seen it: the server tells it once. */

import { h } from "./element.js";
import { TEXTS } from "./texts.js";

/** @typedef {import("./language.js").Key} Key */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./types.js").Message} Message */

const KEPT = "uketsuke-door-messages";
const MOST = 20;

export class Messages {
  /** @type {readonly Message[]} oldest first */
  unseen = [];

  constructor() {
    try {
      this.unseen = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    } catch {
      this.unseen = [];
    }
  }

  /** @param {readonly Message[]} told */
  add(told) {
    const known = new Set(told.map(({ id }) => id));
    this.#keep(current([...this.unseen.filter(({ id }) => !known.has(id)), ...told]).slice(-MOST));
  }

  /** @param {string} id */
  seen(id) {
    this.#keep(this.unseen.filter((one) => one.id !== id));
  }

  forget() {
    this.#keep([]);
  }

  /** @param {readonly Message[]} messages */
  #keep(messages) {
    this.unseen = messages;
    try {
      localStorage.setItem(KEPT, JSON.stringify(messages));
    } catch {
      // a full browser: they are shown as long as the page lives
    }
  }
}

/** What was settled by itself, by what came in later, is told as it is now. @param {readonly Message[]} all */
function current(all) {
  const settled = new Set(all.filter((one) => one.settled === "linked" || one.settled === "retold").map(about));
  return all.filter((one) => one.settled || !settled.has(about(one)));
}

/** Of which conflict it is. @param {Message} one */
function about({ id }) {
  return id.split(":")[0];
}

/** In the language that the door speaks now; the server's sentence for what this page does not know yet. @param {Voice} voice @param {Message} one */
export function words(voice, one) {
  const key = `told_${one.settled ?? one.conflict}`;
  return Object.hasOwn(TEXTS, key) ? voice.say(/** @type {Key} */ (key)) : one.text;
}

/** When, where and of which ticket. @param {Voice} voice @param {Message} one */
export function whereabouts(voice, one) {
  const place = one.place ?? one.gate;
  const parts = [one.at && voice.clock(one.at), place && voice.local(place), one.number].filter((part) => part);
  return parts.length > 0 && h("span", { class: "told-where" }, parts.map((part) => [part, " "]));
}
