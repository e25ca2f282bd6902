/**
 * Counting heads at a door: plus and minus of who is seen, and everybody in a room at once.
 *
 * One after the other, so that a minus never takes off more than this device has counted here, however fast somebody
 * presses; each is on disk before it is shown.
 */

import { total } from "./rules/people.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./tapping.js").Outcome} Outcome */
/** @typedef {import("./types.js").Numbers} Numbers */

export class Counting {
  /** @type {Promise<void>} until the last one is kept */
  #line = Promise.resolve();

  /** @param {Door} door */
  constructor(door) {
    this.door = door;
  }

  /** So many more or, negative, fewer. @param {string} category @param {number} by @returns {Promise<Outcome>} */
  add(category, by) {
    const { door } = this;
    return this.#next((isKept) => {
      const counted = by < 0 ? -Math.min(-by, door.tally.count(door.place.code, category)) : by;
      if (counted === 0) return /** @type {Promise<Outcome>} */ (Promise.resolve("refused"));
      const fresh = this.#fresh(category, counted);
      return door.tapping.count({ act: "head_count", people: { [category]: counted }, ...(fresh === undefined ? {} : { new_today: fresh }) }, {
        kept: ({ id, place }) => (door.tally.tap(id, place, category, { by: counted, fresh }), isKept()),
        settled: (id, isFine) => (isFine ? door.tally.stored(id) : door.tally.drop(id)),
      });
    });
  }

  /** Everybody in the room, now. @param {Numbers} people @returns {Promise<Outcome>} */
  room(people) {
    const { door } = this;
    if (total(people) === 0) return Promise.resolve("refused");
    return this.#next((isKept) => door.tapping.count({ act: "room_count", people }, {
      kept: (draft) => (door.rooms.add(draft), isKept()), settled: (id, isFine) => door.rooms.settled(id, isFine),
    }));
  }

  /** Take the last room count of this place back. @returns {Promise<Outcome>} */
  undoRoom() {
    const { door } = this;
    const last = door.rooms.last(door.place.code);
    if (!last) return Promise.resolve("refused");
    return this.#next((isKept) => door.tapping.count({ act: "undo", undoes: last.id }, {
      kept: () => (door.rooms.undo(last.id), isKept()), settled: (_, isFine) => door.rooms.undone(last.id, isFine),
    }));
  }

  /**
   * Whether those counted are new today: as the switch says. Of a minus only where this device remembers having counted
   * so many of them; else the server takes off whom it finds.
   *
   * @param {string} category
   * @param {number} counted
   */
  #fresh(category, counted) {
    const { newToday, place, tally } = this.door;
    return counted > 0 || tally.known(place.code, category, newToday) >= -counted ? newToday : undefined;
  }

  /** @param {(isKept: () => void) => Promise<Outcome>} work @returns {Promise<Outcome>} */
  #next(work) {
    /** @type {(value: void) => void} */
    let isKept = () => {};
    const before = this.#line;
    this.#line = new Promise((resolve) => (isKept = resolve));
    const done = before.then(() => work(isKept));
    void done.then(() => isKept(), () => isKept());
    return done;
  }
}
