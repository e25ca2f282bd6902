/**
 * Gets what a scan is answered: the server's word if it comes soon, else the device's own, then the server's after all.
 *
 * The device's own word is written to disk before it is told. While the server is known to be away it goes out with the
 * scan (`shown`), as a fact; a scan that was on its way already keeps it beside itself.
 */

/** @typedef {import("./alone.js").Own} Own */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {"server" | "device"} Source whose word it is */

/** Milliseconds that the server has before the device speaks. */
export const SOON = 250;
/** Of a supervisor's word: whether it counts is the server's to say, while it can be heard. */
export const SOON_VOUCHED = 3000;

/**
 * How full a place is. roomLeft: for people without a booking; null: no limit, or not known. held: seats for those who
 * have one and have not come, until then (the server's time).
 *
 * @typedef {{present: number, roomLeft: number | null, capacity: number | null, held: number, heldUntil: number}} Figures
 */

/**
 * What decides on this device.
 *
 * @typedef {object} Judge
 * @property {(draft: Draft) => Promise<Own | null>} judge
 * @property {(own: Own) => void} remember
 * @property {() => Promise<string | null>} [newCode] of a ticket to give out
 * @property {(session: string) => import("./types.js").Texts | null} [whereIs] the door of a session
 * @property {number | null} asOf when the server last said that it is the newest; null: nothing to decide from
 * @property {boolean} isOld
 * @property {number} size how many tickets it can decide about
 * @property {import("./messages.js").Messages} messages from the organiser
 * @property {(place: string) => Figures | null} figures
 * @property {(place: string) => import("./types.js").Numbers | null} unsent who came there by what the server has not named; null: nobody knows of whom
 */

export class Answers {
  /**
   * @param {object} world
   * @param {Pick<import("./queue.js").Queue, "put" | "showed">} world.queue
   * @param {Judge | null} world.judge
   */
  constructor({ queue, judge }) {
    this.queue = queue;
    this.judge = judge;
  }

  /**
   * @param {Draft} draft
   * @param {boolean} isReached the server answered last time
   * @param {(answer: Answer, source: Source) => void} tell called once or twice, the server's word last
   * @param {() => void} [onKept] the scan is on disk
   * @returns {Promise<void>} when the server has answered
   */
  async ask(draft, isReached, tell, onKept = () => {}) {
    const own = await this.own(draft);
    if (own && !isReached) return this.#alone(draft, own, tell, onKept);
    const { answer } = await this.queue.put(draft);
    onKept();
    if (own && !(await Promise.race([answer.then(() => true), pause(draft.force ? SOON_VOUCHED : SOON)]))) await this.#first(draft, own, tell);
    tell(await answer, "server");
  }

  /** @param {Draft} draft @returns {Promise<Own | null>} a pack that cannot be read is as good as none */
  async own(draft) {
    return (await this.judge?.judge(draft).catch((error) => (console.error(error), null))) ?? null;
  }

  /** Numbers of a party are asked for before anything is kept. @param {Draft} draft @param {Own} own @param {(answer: Answer, source: Source) => void} tell @param {() => void} onKept */
  async #alone(draft, own, tell, onKept) {
    const { verdict } = own.answer;
    if (verdict === "confirm_party") return tell(own.answer, "device");
    const { answer } = await this.queue.put(draft.act === "undo" ? draft : { ...draft, shown: verdict ?? undefined }, own.deed);
    this.judge?.remember(own);
    onKept();
    tell(own.answer, "device");
    tell(await answer, "server");
  }

  /** @param {Draft} draft @param {Own} own @param {(answer: Answer, source: Source) => void} tell */
  async #first(draft, own, tell) {
    const { verdict } = own.answer;
    if (!verdict) return;
    if (verdict !== "confirm_party") {
      if (!(await this.queue.showed(draft.id, verdict, own.deed))) return;
      this.judge?.remember(own);
    }
    tell(own.answer, "device");
  }
}

/** @param {number} milliseconds @returns {Promise<false>} */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds));
}
