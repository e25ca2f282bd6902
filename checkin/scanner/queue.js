/**
 * Scans on their way to the server: kept first, sent in order, forgotten only when the server has named their id.
 *
 * The same id may be sent any number of times; the server answers it as it did the first time. So a lost answer, a
 * timeout or a restart costs nothing but another try. One flight at a time; a scan that the server will not take as
 * part of a batch is tried alone, and set aside with its reason if it is refused alone: it never blocks the others.
 */

import { NotWelcome, Unacceptable, Unreached } from "./contact.js";
import { togetherOf, whatFollows } from "./following.js";
import { dropped, withdrawn } from "./numbers.js";
import { unansweredOf } from "./unanswered.js";

/** @typedef {import("./contact.js").Contact} Contact */
/** @typedef {import("./types.js").Deed} Deed */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Scan} Scan */
/** @typedef {import("./types.js").Answer} Answer */

/**
 * Where scans wait. What `add` has returned from survives whatever the store survives.
 *
 * @typedef {object} Store
 * @property {(draft: Draft, deed?: Deed | null) => Promise<Scan>} add gives the scan its number and keeps it, with what the door did on it
 * @property {(id: string, verdict: import("./types.js").Verdict, deed: Deed | null) => Promise<boolean>} showed what the door said by itself; false: the scan is not here any more
 * @property {(id: string) => Promise<void>} withdraw puts in its place that nobody was let in by it
 * @property {(limit: number) => Promise<Scan[]>} oldest in order of their numbers
 * @property {(ids: readonly string[], after?: (scan: Scan) => Draft | null) => Promise<void>} remove in one step; what is to follow one takes its place
 * @property {(scan: Scan, reason: string) => Promise<void>} setAside takes it out of the way without losing it
 * @property {() => Promise<number>} size how many wait
 * @property {() => Promise<number>} aside how many were set aside
 * @property {() => Promise<Scan[]>} asideScans those themselves
 * @property {() => boolean} [takeEmptied] once after the browser has emptied it: whatever this page waits for was lost with it
 */

const BATCH = 50;
/** Seconds before the next try, by number of failures. */
const PAUSES = [1, 2, 4, 5];

export class Queue {
  #flying = false;
  #again = false;
  #failures = 0;
  /** @type {Map<string, {scan: Scan, deed: Deed | null | undefined, settle: (answer: Answer) => void}>} */
  #awaited = new Map();
  /** @type {Map<string, {draft: Draft, deed: Deed | null | undefined}>} what the device had no room for: this page's memory alone has it */
  #unwritten = new Map();
  /** @type {() => void} */
  #cancelRetry = () => {};

  /**
   * @param {object} world
   * @param {Store} world.store
   * @param {(scans: Scan[]) => Promise<Answer[]>} world.send
   * @param {(seconds: number, wake: () => void) => () => void} world.later calls back, returns how to call it off
   * @param {(work: () => Promise<void>) => Promise<void>} [world.alone] keeps other pages of this device waiting
   * @param {(scan: Draft) => boolean} [world.isOurs] whether this device may send it: one of another event waits for a device of that event
   * @param {(contact: Contact) => void} [world.onContact]
   * @param {(answer: Answer, scan: Scan) => void} [world.onAnswer] every answer, awaited or not
   */
  constructor({ store, send, later, alone = (work) => work(), isOurs = () => true, onContact = () => {}, onAnswer = () => {} }) {
    this.store = store;
    this.send = send;
    this.later = later;
    this.alone = alone;
    this.isOurs = isOurs;
    this.onContact = onContact;
    this.onAnswer = onAnswer;
  }

  /**
   * Keep a scan, then send it.
   *
   * @param {Draft} draft
   * @param {Deed | null} [deed] what the door did by itself
   * @returns {Promise<{scan: Scan, answer: Promise<Answer>}>} when it is kept; the answer may take long
   */
  async put(draft, deed) {
    const scan = await this.#keep(draft, deed);
    /** @type {Promise<Answer>} */
    const answer = new Promise((settle) => this.#awaited.set(scan.id, { scan, deed, settle }));
    void this.flush();
    return { scan, answer };
  }

  /** Try now, whatever the pause: the network is back, the page is visible again, or somebody pressed the button. */
  async flush() {
    this.#cancelRetry();
    if (this.#flying) {
      this.#again = true;
      return;
    }
    this.#flying = true;
    try {
      do {
        this.#again = false;
        await this.#writeRest();
        await this.alone(() => this.#empty());
      } while (this.#again);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#flying = false;
    }
  }

  /**
   * The door is about to say by itself what becomes of a scan that has no answer yet.
   *
   * @param {string} id
   * @param {import("./types.js").Verdict} verdict
   * @param {Deed | null} deed
   * @returns {Promise<boolean>} whether that is kept; if not, the answer is here or the device is full
   */
  async showed(id, verdict, deed) {
    const isKept = await this.store.showed(id, verdict, deed).catch(unread(false));
    const one = this.#awaited.get(id);
    if (isKept && one) Object.assign(one, { scan: { ...one.scan, showed: verdict }, deed });
    return isKept;
  }

  /** Nobody waits for this scan's answer any more: nobody shall be counted by it. @param {string} id */
  async withdraw(id) {
    const [waits, stray] = [this.#unwritten.get(id), this.#awaited.get(id)];
    if (waits) waits.draft = withdrawn(waits.draft);
    if (stray) stray.scan = withdrawn(stray.scan);
    await this.store.withdraw(id).catch(console.error);
    void this.flush();
  }

  /**
   * What an earlier page asked and never heard the answer of: a number is withdrawn, a tap stood there as counted and is a
   * fact. What another page is asking just now is its own until it goes.
   *
   * @param {(run: string | undefined, work: () => Promise<void>) => Promise<void>} [afterPage] once the page of that run is gone
   */
  async takeUp(afterPage = (_, work) => work()) {
    const open = async () => unansweredOf(await this.store.oldest(Infinity));
    for (const run of new Set((await open()).map(({ clock }) => clock?.run))) {
      await afterPage(run, async () => {
        for (const { id, code, clock } of await open()) if (clock?.run === run) await (code ? this.store.withdraw(id) : this.store.showed(id, "counted", null));
      });
    }
  }

  /** How many scans the server has not named yet. */
  async waiting() {
    return (await this.store.size().catch(unread(0))) + (await this.#strays()).length;
  }

  /** How many of them this device sends itself, as soon as it can. */
  async sendable() {
    return (await this.#ours(Infinity)).length + (await this.#strays()).filter(this.isOurs).length;
  }

  /** How many of them the device has no room for: they are gone when the page is closed. */
  get unwritten() {
    return this.#unwritten.size;
  }

  /** Whatever the server has not taken, in the order it was made: what it set aside and what is in memory alone too. @returns {Promise<Scan[]>} */
  async toHandOver() {
    const kept = [...(await this.store.asideScans().catch(unread([]))), ...(await this.#kept(Infinity))];
    return [...kept.sort((one, other) => (one.seq ?? Infinity) - (other.seq ?? Infinity)), ...(await this.#strays())];
  }

  /** @param {Draft} draft @param {Deed | null} [deed] @returns {Promise<Scan>} without a number where the device is full: the page's memory has to do */
  async #keep(draft, deed) {
    try {
      const scan = await this.store.add(draft, deed);
      await this.#writeRest();
      return scan;
    } catch (error) {
      console.error(error);
      this.#unwritten.set(draft.id, { draft, deed });
      return { ...draft };
    }
  }

  /** There is room again: what waited for it in memory is written, in its order. One that the server names meanwhile is asked for once more. */
  async #writeRest() {
    if (this.store.takeEmptied?.()) for (const { scan: { seq: _, ...draft }, deed } of this.#awaited.values()) this.#unwritten.set(draft.id, { draft, deed });
    for (const [id, { draft, deed }] of [...this.#unwritten]) {
      try {
        await this.store.add(draft, deed);
        this.#unwritten.delete(id);
      } catch {
        return;
      }
    }
  }

  async #empty() {
    for (;;) {
      const batch = await this.#next();
      if (batch.length === 0) return;
      if (!(await this.#fly(batch))) return;
    }
  }

  /** @returns {Promise<Scan[]>} the oldest ones; a batch is of one event */
  async #next() {
    const batch = [...(await this.#ours(BATCH)), ...(await this.#strays()).filter(this.isOurs)].slice(0, BATCH);
    return togetherOf(batch.filter((scan) => scan.event === batch[0]?.event));
  }

  /** @param {number} limit */
  async #ours(limit) {
    const oldest = await this.#kept(limit);
    return oldest.every(this.isOurs) ? oldest : (await this.#kept(Infinity)).filter(this.isOurs).slice(0, limit);
  }

  /** What is on the disk. A browser may take that away: then whatever this page asked itself goes out from its memory. @param {number} limit */
  #kept(limit) {
    return this.store.oldest(limit).catch(unread(/** @type {Scan[]} */ ([])));
  }

  /** Scans whose answer went to another page of this device, or that the disk lost: asking again gives the stored answer. */
  async #strays() {
    if (this.#awaited.size === 0) return [];
    const kept = new Set((await this.#kept(Infinity)).map((scan) => scan.id));
    return [...this.#awaited.values()].map(({ scan }) => scan).filter((scan) => !kept.has(scan.id));
  }

  /** @param {Scan[]} batch @returns {Promise<boolean>} whether to go on with the next batch */
  async #fly(batch) {
    try {
      return await this.#settle(batch, await this.send(batch));
    } catch (error) {
      if (error instanceof Unacceptable) return this.#apart(batch, error);
      this.#fail(error);
      return false;
    }
  }

  /** @param {Scan[]} batch @param {Answer[]} answers @returns {Promise<boolean>} false: the disk holds what was named still, which is asked again with what comes next */
  async #settle(batch, answers) {
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    const named = batch.filter((scan) => byId.has(scan.id));
    if (named.length === 0) throw new Unreached("the answer names none of the scans");
    for (const scan of named) {
      const answer = byId.get(scan.id);
      if (!answer?.verdict && !scan.withdrawn) await this.store.setAside(scan, answer?.error?.code ?? "");
    }
    /** @type {Map<string, Scan>} with what was written beside them while they were on their way */
    const kept = new Map();
    const isForgotten = await this.store.remove(named.map((scan) => scan.id), (scan) => {
      kept.set(scan.id, scan);
      return whatFollows(scan, byId.get(scan.id));
    }).then(() => true, unread(false));
    const unheard = new Set([...kept.values()].flatMap(({ id, withdrawn: isWithdrawn }) => (isWithdrawn ? [id] : [])));
    for (const { scan } of named.flatMap(({ id }) => this.#awaited.get(id) ?? [])) {
      const next = scan.withdrawn && !unheard.has(scan.id) ? whatFollows(scan, byId.get(scan.id)) : null;
      if (scan.withdrawn) unheard.add(scan.id);
      if (next) await this.#keep(next);
    }
    this.#failures = 0;
    this.onContact("reached");
    for (const scan of named) this.#tell(kept.get(scan.id) ?? scan, unheard.has(scan.id) ? dropped(scan.id) : /** @type {Answer} */ (byId.get(scan.id)));
    return isForgotten;
  }

  /** @param {Scan} scan @param {Answer} answer */
  #tell(scan, answer) {
    this.#awaited.get(scan.id)?.settle(answer);
    this.#awaited.delete(scan.id);
    this.#unwritten.delete(scan.id);
    this.onAnswer(answer, scan);
  }

  /** @param {Scan[]} batch @param {Unacceptable} error @returns {Promise<boolean>} */
  async #apart(batch, error) {
    const [first] = batch;
    if (batch.length > 1) {
      for (const scan of batch) if (!(await this.#fly([scan]))) return false;
    } else if (first) {
      await this.store.setAside(first, error.message);
      await this.store.remove([first.id]);
      this.#tell(first, { id: first.id, verdict: null, error: { code: "unacceptable", message: error.message } });
    }
    return true;
  }

  /** @param {unknown} error */
  #fail(error) {
    if (error instanceof NotWelcome) return this.onContact("refused");
    if (!(error instanceof Unreached)) console.error(error);
    const pause = Math.max(PAUSES[Math.min(this.#failures, PAUSES.length - 1)] ?? 5, error instanceof Unreached ? error.after : 0);
    this.#failures += 1;
    this.#cancelRetry = this.later(pause, () => void this.flush());
    this.onContact("unreached");
  }
}

/** The disk does not answer: the work goes on with what the page knows. @template T @param {T} instead @returns {(error: unknown) => T} */
function unread(instead) {
  return (error) => (console.error(error), instead);
}
