/**
 * How many this device has counted by taps, now: the server's number at the last look, and the taps since.
 *
 * A tap counts on the screen at once. A number from the server replaces the sum only if no tap was on its way when it
 * was asked for, otherwise the screen would jump back and forth.
 */

/** @typedef {import("./types.js").Numbers} Numbers */
/** @typedef {{id: string, place: string, category: string, state: "sent" | "stored"}} Tap */

export class Tally {
  /** @type {Map<string, Map<string, number>>} */
  #base = new Map();
  /** @type {Tap[]} */
  #taps = [];
  /** @type {Set<string>} */
  #undoing = new Set();
  #changes = 0;

  /** @param {string} id @param {string} place @param {string} category */
  tap(id, place, category) {
    this.#taps.push({ id, place, category, state: "sent" });
    this.#add(place, category, 1);
  }

  /** As it was before a reload: the server's numbers hold what is stored, and not what still waits. @param {readonly Tap[]} taps */
  recall(taps) {
    this.#taps.push(...taps);
    for (const tap of taps) if (tap.state === "sent") this.#add(tap.place, tap.category, 1);
  }

  /** The taps that were not taken back, newest last. */
  standing() {
    return this.#taps.filter((tap) => !this.#undoing.has(tap.id));
  }

  /** The server has it. @param {string} id */
  stored(id) {
    const tap = this.#taps.find((tap) => tap.id === id);
    if (tap) tap.state = "stored";
    this.#changes += 1;
  }

  /** The server did not count it, or it was undone. @param {string} id */
  drop(id) {
    const tap = this.#taps.find((tap) => tap.id === id);
    if (!tap) return;
    this.#taps = this.#taps.filter((other) => other !== tap);
    if (!this.#undoing.delete(id)) this.#add(tap.place, tap.category, -1);
    this.#changes += 1;
  }

  /** Taken back on the screen; `drop` when the server agrees, `restore` when it does not. @param {string} id */
  undo(id) {
    const tap = this.#taps.find((tap) => tap.id === id);
    if (!tap || this.#undoing.has(id)) return;
    this.#undoing.add(id);
    this.#add(tap.place, tap.category, -1);
  }

  /** @param {string} id */
  restore(id) {
    const tap = this.#taps.find((tap) => tap.id === id);
    if (tap && this.#undoing.delete(id)) this.#add(tap.place, tap.category, 1);
  }

  /** The tap that an undo would take back. @param {string} place @returns {Tap | null} */
  last(place) {
    return this.standing().filter((tap) => tap.place === place).at(-1) ?? null;
  }

  /** @param {string} place @param {string} category */
  count(place, category) {
    return Math.max(0, this.#base.get(place)?.get(category) ?? 0);
  }

  /** Ask before looking at the server's numbers; `look` takes them only if nothing has moved since. */
  mark() {
    return this.#isStill ? this.#changes : -1;
  }

  /** @param {string} place @param {Numbers} numbers @param {number} mark */
  look(place, numbers, mark) {
    if (mark !== this.#changes || !this.#isStill) return;
    this.#base.set(place, new Map(Object.entries(numbers)));
  }

  get #isStill() {
    return this.#undoing.size === 0 && this.#taps.every((tap) => tap.state === "stored");
  }

  /** @param {string} place @param {string} category @param {number} step */
  #add(place, category, step) {
    const numbers = this.#base.get(place) ?? new Map();
    numbers.set(category, (numbers.get(category) ?? 0) + step);
    this.#base.set(place, numbers);
    this.#changes += 1;
  }
}
