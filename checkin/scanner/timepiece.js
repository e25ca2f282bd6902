/**
 * What this device's two clocks say: the one that people set, and one that nobody sets, which counts from the page's start
 * and may stand still while the device sleeps. What a scan says of them lets the server find its time although somebody
 * sets the clock before the scan is sent.
 */

/** @typedef {import("./types.js").ClockReading} ClockReading */

/** By so many milliseconds a slow network may make a clock seem to have moved. */
export const JITTER = 5000;
/** By so many the two clocks may part and still go together. */
const APART = 2000;

export class Timepiece {
  /** @type {number | null} milliseconds by which the server's clock is ahead, as last heard */
  #offset = null;
  /** @type {number | null} how far the two clocks were apart then; null: in an earlier page */
  #apart = null;

  /**
   * @param {object} [world]
   * @param {() => number} [world.wall]
   * @param {() => number} [world.ran]
   * @param {string} [world.run] tells the page's runs apart
   */
  constructor({ wall = Date.now, ran = () => performance.now(), run = crypto.randomUUID().slice(0, 8) } = {}) {
    this.wall = wall;
    this.ran = ran;
    this.run = run;
  }

  /** What an earlier page heard. @param {number} offset */
  recall(offset) {
    this.#offset ??= offset;
  }

  /** The server has said what time it is; an answer that took long tells too little. @param {number} at its time @param {number} asked this device's, when it was asked */
  hear(at, asked) {
    if (Math.abs(this.wall() - asked) > JITTER) return;
    const offset = at - Math.round((asked + this.wall()) / 2);
    if (this.#offset === null || Math.abs(offset - this.#offset) >= JITTER) this.#offset = offset;
    this.#apart = this.wall() - this.ran();
  }

  /** The time by the server's clock, as well as it is known. */
  told() {
    return new Date(this.wall() + (this.#offset ?? 0));
  }

  /** Whether nobody has set the clock, and the device has not slept, since the server was heard. */
  get isSteady() {
    return this.#apart !== null && Math.abs(this.wall() - this.ran() - this.#apart) < APART;
  }

  /** @returns {ClockReading} for a scan that is made now */
  read() {
    return { ...this.now(), ...(this.#offset === null ? {} : { offset: Math.round(this.#offset), steady: this.isSteady }) };
  }

  /** @returns {ClockReading} for scans that are sent now */
  now() {
    return { run: this.run, ran: Math.max(0, Math.round(this.ran())) };
  }
}
