/** A code that stays before the camera is one reading: it is new again only after it was out of sight for a while. */

export const OUT_OF_SIGHT = 2500;

export class Sightings {
  /** @type {Map<string, number>} */
  #seen = new Map();

  /**
   * @param {string} code
   * @param {number} at milliseconds on a clock that never jumps
   * @returns {boolean} whether this is a new reading
   */
  isNew(code, at) {
    const last = this.#seen.get(code);
    this.#seen.set(code, at);
    if (this.#seen.size > 50) this.#forgetBefore(at - OUT_OF_SIGHT);
    return last === undefined || at - last > OUT_OF_SIGHT;
  }

  /** It is in view while nothing is read: what was read before is not new for that, and what was not will be. @param {string} code @param {number} at */
  stay(code, at) {
    const last = this.#seen.get(code);
    if (last !== undefined && at - last <= OUT_OF_SIGHT) this.#seen.set(code, at);
  }

  /** @param {number} at */
  #forgetBefore(at) {
    for (const [code, last] of this.#seen) if (last < at) this.#seen.delete(code);
  }
}
