/** Room counts that this device made, as far as one may take them back: the newest of each place. */

/** @typedef {import("./types.js").Numbers} Numbers */
/** @typedef {{id: string, place: string, at: string, people: Numbers, state: "sent" | "stored"}} RoomCount */

const FEW = 5;

export class RoomCounts {
  /** @type {RoomCount[]} newest last */
  #counts = [];
  /** @type {Map<string, RoomCount>} taken back here; the server has not said so yet */
  #undoing = new Map();

  /** As it was before a reload. @param {readonly RoomCount[]} [counts] */
  recall(counts = []) {
    this.#counts = [...counts];
  }

  /** @param {{id: string, place: string, at: string, people?: Numbers}} draft */
  add({ id, place, at, people = {} }) {
    this.#counts = [...this.#counts, /** @type {RoomCount} */ ({ id, place, at, people, state: "sent" })].slice(-FEW);
  }

  /** The server has taken it, or not. @param {string} id @param {boolean} isFine */
  settled(id, isFine) {
    const one = this.#counts.find((count) => count.id === id);
    if (one && isFine) one.state = "stored";
    else this.#counts = this.#counts.filter((count) => count.id !== id);
  }

  /** @param {string} id */
  undo(id) {
    const one = this.#counts.find((count) => count.id === id);
    if (one) this.#undoing.set(id, one);
    this.#counts = this.#counts.filter((count) => count.id !== id);
  }

  /** @param {string} id @param {boolean} isFine whether the server has taken it back */
  undone(id, isFine) {
    const one = this.#undoing.get(id);
    this.#undoing.delete(id);
    if (one && !isFine) this.#counts = [...this.#counts, one].sort((first, second) => first.at.localeCompare(second.at));
  }

  /** @param {string} place @returns {RoomCount | null} */
  last(place) {
    return this.#counts.filter((count) => count.place === place).at(-1) ?? null;
  }

  /** What is to be kept over a reload. */
  standing() {
    return this.#counts;
  }

  /** Ids of what waits for the server. */
  get sent() {
    return this.#counts.filter(({ state }) => state === "sent").map(({ id }) => id);
  }
}
