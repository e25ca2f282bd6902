/** Where a session might go: what keys propose before anything is saved. Local times only, as the form has them. */

export const STEP = 5;
const SHORTEST = STEP;
const LONGEST = 7 * 24 * 60;

/** @typedef {{ start: string, minutes: number, room: string }} Position */

export class Proposal {
  /**
   * @param {Position} stands
   * @param {string[]} rooms in the order in which ← and → go through them
   */
  constructor(stands, rooms) {
    this.stands = stands;
    this.rooms = rooms;
    /** @type {Position} */
    this.now = { ...stands };
  }

  get changed() {
    return this.now.start !== this.stands.start || this.now.minutes !== this.stands.minutes || this.now.room !== this.stands.room;
  }

  /** The local time at which it would end. */
  get end() {
    return later(this.now.start, this.now.minutes);
  }

  /**
   * Take a key. True if it was one of ours, so that the page does not scroll.
   * @param {string} key
   * @param {boolean} shift
   */
  press(key, shift) {
    const by = { ArrowUp: -STEP, ArrowDown: STEP }[key];
    if (by && shift) this.now.minutes = Math.min(LONGEST, Math.max(SHORTEST, this.now.minutes + by));
    else if (by) this.now.start = later(this.now.start, by);
    else if (key === "ArrowLeft" && !shift) this.#room(-1);
    else if (key === "ArrowRight" && !shift) this.#room(1);
    else return false;
    return true;
  }

  takeBack() {
    this.now = { ...this.stands };
  }

  /** @param {number} by */
  #room(by) {
    const at = this.rooms.indexOf(this.now.room) + by;
    this.now.room = this.rooms[Math.min(this.rooms.length - 1, Math.max(0, at))] ?? this.now.room;
  }
}

/**
 * A local time some minutes later; what clocks do meanwhile is judged by the server.
 * @param {string} local such as 2026-10-03T12:00
 * @param {number} minutes
 */
export function later(local, minutes) {
  return new Date(Date.parse(`${local}:00Z`) + minutes * 60_000).toISOString().slice(0, 16);
}

/**
 * A sentence with its {names} filled in.
 * @param {string} sentence
 * @param {Record<string, string>} values
 */
export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
