/**
 * A short number whose answer has not come. Without a network it is only shown, and nothing of it is kept: it is asked about
 * as soon as there is one, if it still stands there. Whoever goes on without its answer counts nobody by it.
 */

import { dropped } from "./numbers.js";

/** @typedef {import("./cases.js").Case} Case */
/** @typedef {import("./cases.js").Claim} Claim */
/** @typedef {{one: Case, claim: Claim, pin?: string}} Held */

export class Unasked {
  /** @type {Held | null} */
  #held = null;

  /** @param {import("./door.js").Door} door @param {(claim: Claim, pin?: string) => Promise<void>} ask */
  constructor(door, ask) {
    this.door = door;
    this.ask = ask;
  }

  /** @param {Held} held */
  hold(held) {
    this.#held = held;
    held.one.stage = "waiting";
    this.door.onChange("case");
  }

  /** There is a network. */
  askNow() {
    if (!this.#held) return;
    const { one, claim, pin } = this.#held;
    this.#held = null;
    this.door.shown = null;
    this.door.past = this.door.past.filter((other) => other !== one);
    void this.ask(claim, pin);
  }

  /** Whoever has it is counted without it, and the number noted. What nothing here can decide is a fact all the same. @param {string} number @param {import("./types.js").Numbers} people */
  note(number, people) {
    const { contact, judge, newToday } = this.door;
    const isFact = contact !== "reached" && (judge?.asOf ?? null) === null;
    return this.ask({ act: "walk_in", people, new_today: newToday, number, ...(isFact ? { shown: /** @type {const} */ ("counted") } : {}) });
  }

  /** The door goes on before the number that is shown was looked up. */
  leave() {
    if (this.door.shown && this.door.isUnsure) this.drop(this.door.shown, false);
  }

  /** @param {Case} one @param {boolean} late */
  drop(one, late) {
    const id = one.draft?.id ?? "";
    if (this.#held?.one === one) this.#held = null;
    else void this.door.queue.withdraw(id).then(() => this.door.recount());
    Object.assign(one, { answer: dropped(id), stage: "answered", late });
    this.door.onChange("case");
  }
}
