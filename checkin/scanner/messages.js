/** What the organiser tells this door, kept until somebody has seen it: the server tells it once. */

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
    this.#keep([...this.unseen.filter(({ id }) => !known.has(id)), ...told].slice(-MOST));
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
