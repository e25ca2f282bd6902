/**
 * What is counted at a door without a ticket in hand: a tap for each person, its undo, and what `Counting` counts.
 *
 * It counts on the screen at once, and is taken off again if it is refused. While the server is away this device decides.
 * What it does with the server's knowledge it remembers as well: nobody knows beforehand which tap is the last to arrive.
 */

import { isCounted, isStanding, letsIn } from "./verdicts.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Draft} Draft */

/** @typedef {"done" | "kept" | "refused"} Outcome of a tap or its undo: kept is counted here, and not answered yet */

/**
 * What a door does for its taps as for its readings.
 *
 * @typedef {object} Hands
 * @property {(claim: Pick<Draft, "act"> & Partial<Draft>) => Draft} draft
 * @property {(draft: Draft, own?: import("./alone.js").Own | null) => Promise<{answer: Promise<Answer>}>} put
 * @property {(one: import("./door.js").Case) => void} remember
 */

export class Tapping {
  /** Taps whose answer did not come in time to stop anybody. @type {Set<string>} */
  #facts = new Set();

  /** @param {Door} door @param {Hands} hands @param {number} slow milliseconds without an answer after which something is only kept */
  constructor(door, hands, slow) {
    this.door = door;
    this.hands = hands;
    this.slow = slow;
  }

  /** One person without a ticket, or several. @param {string} category @param {number} [by] @returns {Promise<Outcome>} */
  async tap(category, by = 1) {
    const { door, hands } = this;
    const draft = hands.draft({ act: "walk_in", people: { [category]: by }, new_today: door.newToday });
    const isReached = door.contact === "reached";
    const own = isReached ? null : await door.answers.own(draft);
    if (own && !isCounted(own.answer.verdict)) return this.#refuse(draft, own.answer);
    this.#clearRefused();
    door.tally.tap(draft.id, draft.place, category, { by, fresh: door.newToday });
    door.onChange("tally");
    const { answer } = await hands.put(isReached ? draft : { ...draft, shown: "counted" }, own ?? (await door.answers.own(draft)));
    const outcome = await this.#outcome(answer.then((given) => this.settle(this.#facts.delete(draft.id) ? { ...draft, showed: "counted" } : draft, given)));
    const stands = isReached && outcome === "kept" && door.tally.standing().some(({ id }) => id === draft.id);
    if (stands && (await door.queue.showed(draft.id, "counted", null))) this.#facts.add(draft.id);
    return outcome;
  }

  /** Takes back the last one. @returns {Promise<Outcome>} */
  async undo() {
    const { door, hands } = this;
    const last = door.tally.last(door.place.code);
    if (!last) return "refused";
    door.tally.undo(last.id);
    door.onChange("tally");
    const draft = { ...hands.draft({ act: "undo", undoes: last.id }), place: last.place };
    const { answer } = await hands.put(draft, await door.answers.own(draft));
    return this.#outcome(answer.then((given) => this.#settleUndo(last.id, draft, given)));
  }

  /** Whoever was tapped last, and wants a ticket after all: the tap is taken back, and they enter by the ticket. */
  async giveLast() {
    const last = this.door.tally.last(this.door.place.code);
    if (!last || (await this.undo()) === "refused") return;
    await this.door.give({ [last.category]: last.by ?? 1 }, { place: last.place, newToday: last.fresh });
  }

  /**
   * Something is counted, or taken back, here: kept on disk, then told to who shows it; then what the server says.
   *
   * @param {Pick<Draft, "act"> & Partial<Draft>} claim
   * @param {{kept: (draft: Draft) => void, settled: (id: string, isFine: boolean) => void}} shows
   * @returns {Promise<Outcome>}
   */
  async count(claim, { kept, settled }) {
    const { door, hands } = this;
    const draft = hands.draft(claim);
    const isReached = door.contact === "reached";
    const own = await door.answers.own(draft);
    if (own && !isReached && !isStanding(own.answer.verdict)) return this.#refuse(draft, own.answer);
    const { answer } = await hands.put(isReached || draft.act === "undo" ? draft : { ...draft, shown: "counted" }, own);
    kept(draft);
    door.onChange("tally");
    return this.#outcome(answer.then((given) => {
      const fine = isStanding(given.verdict);
      settled(draft.id, fine);
      return this.#after(draft, given, fine);
    }));
  }

  /** What the server says of a tap. Who is in stays so: a scan that says it follows the refused one. @param {import("./types.js").Scan} draft @param {Answer} answer @returns {Outcome} */
  settle(draft, answer) {
    const fine = isCounted(answer.verdict) || (draft.showed === "counted" && Boolean(answer.verdict));
    if (fine) this.door.tally.stored(draft.id);
    else this.door.tally.drop(draft.id);
    return this.#after(draft, answer, fine);
  }

  /** @param {string} tap @param {Draft} draft @param {Answer} answer @returns {Outcome} */
  #settleUndo(tap, draft, answer) {
    const fine = answer.verdict === "undone";
    if (fine) this.door.tally.drop(tap);
    else this.door.tally.restore(tap);
    return this.#after(draft, answer, fine);
  }

  /** Whom a supervisor let in without a ticket is a tap of this device like any other. @param {Draft} draft @param {Answer} answer @param {import("./answers.js").Source} by */
  vouched({ id, act, code, new_code, number: unread, place, people, new_today }, { verdict }, by) {
    const { tally } = this.door;
    const [[category, number] = ["", 0]] = Object.entries(people ?? {});
    if (act !== "walk_in" || code || new_code || unread || !number || !isCounted(verdict)) return;
    if (!tally.standing().some((tap) => tap.id === id)) tally.tap(id, place, category, { by: number, fresh: new_today });
    if (by === "server") tally.stored(id);
  }

  /** What was said of the last tap is not said of the next one. */
  #clearRefused() {
    const { draft, answer } = this.door.shown ?? {};
    if (draft?.act === "walk_in" && !draft.code && !draft.new_code && answer && !letsIn(answer.verdict)) this.door.show();
  }

  /** @param {Draft} draft @param {Answer} answer of this device @returns {Promise<Outcome>} */
  async #refuse(draft, answer) {
    await this.hands.put({ ...draft, shown: answer.verdict ?? undefined });
    this.hands.remember({ draft, answer, stage: "answered", at: this.door.now().getTime(), late: false, by: "device" });
    this.door.onChange("tally");
    return "refused";
  }

  /** @param {Promise<Outcome>} settled @returns {Promise<Outcome>} what came of it, or that it is kept when nobody answers soon */
  #outcome(settled) {
    if (this.door.contact !== "reached") return Promise.resolve("kept");
    /** @type {Promise<Outcome>} */
    const slow = new Promise((resolve) => {
      const timer = setTimeout(() => resolve("kept"), this.slow);
      void settled.then(() => clearTimeout(timer));
    });
    return Promise.race([settled, slow]);
  }

  /** A refused tap is shown like a refused ticket. @param {Draft} draft @param {Answer} answer @param {boolean} fine @returns {Outcome} */
  #after(draft, answer, fine) {
    const { door } = this;
    if (!fine) this.hands.remember({ draft, answer, stage: "answered", at: door.now().getTime(), late: false });
    if (answer.counts) door.look(answer.counts, door.tally.mark());
    door.onChange("tally");
    void door.recount();
    return fine ? "done" : "refused";
  }
}
