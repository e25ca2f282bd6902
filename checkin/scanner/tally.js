/**
 * How many this device has counted by taps and head counts, now: the server's number at the last look, and what it did
 * since.
 *
 * A tap counts on the screen at once. A number from the server replaces the sum only if no tap was on its way when it
 * was asked for, otherwise the screen would jump back and forth.
 */

/** @typedef {import("./types.js").Numbers} Numbers */
/**
 * One tap, a plus or a minus; `by`: how many, of a minus negative; missing: one. `fresh`: they are new today.
 *
 * @typedef {{id: string, place: string, category: string, state: "sent" | "stored", by?: number, fresh?: boolean}} Tap
 */
/** @typedef {Readonly<Record<string, Numbers>>} Sums what is shown, by place */

export class Tally {
  /** @type {Map<string, Map<string, number>>} */
  #base = new Map();
  /** @type {Tap[]} */
  #taps = [];
  /** @type {Set<string>} */
  #undoing = new Set();
  #changes = 0;

  /** @param {string} id @param {string} place @param {string} category @param {{by?: number, fresh?: boolean}} [more] */
  tap(id, place, category, { by = 1, fresh } = {}) {
    this.#taps.push({ id, place, category, state: "sent", by, fresh });
    this.#add(place, category, by);
  }

  /**
   * As it was before a reload. `sums` hold what was shown then, what waited too; of a tap that is not in them the
   * server's numbers hold it when it is stored.
   *
   * @param {readonly Tap[]} taps
   * @param {Sums} [sums]
   * @param {(tap: Tap) => boolean} [isIn] whether a tap is in the sums
   */
  recall(taps, sums = {}, isIn = () => false) {
    for (const [place, numbers] of Object.entries(sums)) this.#base.set(place, new Map(Object.entries(numbers)));
    this.#taps.push(...taps);
    for (const tap of taps) if (tap.state === "sent" && !isIn(tap)) this.#add(tap.place, tap.category, byOf(tap));
  }

  /** What is shown now. @returns {Sums} */
  sums() {
    return Object.fromEntries([...this.#base].map(([place, numbers]) => [place, Object.fromEntries(numbers)]));
  }

  /** How many of those new today, or of the others, stand here by what is remembered. @param {string} place @param {string} category @param {boolean} fresh */
  known(place, category, fresh) {
    return this.standing().filter((tap) => tap.place === place && tap.category === category && tap.fresh === fresh)
      .reduce((all, tap) => all + byOf(tap), 0);
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
    if (!this.#undoing.delete(id)) this.#add(tap.place, tap.category, -byOf(tap));
    this.#changes += 1;
  }

  /** Taken back on the screen; `drop` when the server agrees, `restore` when it does not. @param {string} id */
  undo(id) {
    const tap = this.#taps.find((tap) => tap.id === id);
    if (!tap || this.#undoing.has(id)) return;
    this.#undoing.add(id);
    this.#add(tap.place, tap.category, -byOf(tap));
  }

  /** @param {string} id */
  restore(id) {
    const tap = this.#taps.find((tap) => tap.id === id);
    if (tap && this.#undoing.delete(id)) this.#add(tap.place, tap.category, byOf(tap));
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

/** @param {Tap} tap @returns {number} */
function byOf({ by = 1 }) {
  return by;
}
