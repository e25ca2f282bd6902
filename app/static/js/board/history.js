/**
 * The last moves made on this board, to be taken back one by one. Taking back is a change like any other: it names the
 * version that the move left behind, so that what somebody else changed since is never undone with it.
 */

import { same } from "./plan.js";

/** @typedef {import("./proposal.js").Position} Position */
/** @typedef {{ code: string, title: string, before: Position, after: Position, from: number, version: number }} Move */

const MOST = 20;

export class History {
  /** @param {Pick<Storage, "getItem" | "setItem"> | null} storage @param {string} key */
  constructor(storage, key) {
    this.storage = storage;
    this.key = key;
    /** @type {Move[]} */
    this.moves = this.#read(key);
  }

  /** @returns {Move | undefined} what would be taken back next */
  get last() {
    return this.moves.at(-1);
  }

  /** @param {Omit<Move, "version">} made `from`: the version it was made from; every change raises it by one */
  made(made) {
    this.moves = [...this.moves, { ...made, version: made.from + 1 }].slice(-MOST);
    this.#write(this.key, this.moves);
  }

  /**
   * A form was sent, by its button or by keys, and the page goes away with it: whether it was made says the next page.
   * @param {Omit<Move, "version">} asked
   */
  asked(asked) {
    this.#write(`${this.key}-asked`, [asked]);
  }

  /**
   * The next page is there: what was asked for was made if the session stands as asked, one version further.
   * @param {(code: string) => { version: number, stands: Position } | undefined} standing
   * @returns {boolean} whether it was made
   */
  settle(standing) {
    const [asked] = this.#read(`${this.key}-asked`);
    if (!asked) return false;
    this.#write(`${this.key}-asked`, []);
    const now = standing(asked.code);
    const done = now?.version === asked.from + 1 && same(now.stands, asked.after) && !same(asked.before, asked.after);
    if (done) this.made(asked);
    return done;
  }

  /** The last move was taken back: earlier moves of the same session now stand before a newer version. */
  takenBack() {
    const gone = this.moves.pop();
    if (gone) {
      for (const one of this.moves) {
        if (one.code === gone.code && one.version === gone.from) one.version = gone.version + 1;
      }
    }
    this.#write(this.key, this.moves);
  }

  /** Somebody else changed this session: what was done to it here before cannot be taken back any more. @param {string} code */
  forget(code) {
    this.moves = this.moves.filter((one) => one.code !== code);
    this.#write(this.key, this.moves);
  }

  /** @param {string} key @returns {Move[]} */
  #read(key) {
    try {
      const found = JSON.parse(this.storage?.getItem(key) ?? "[]");
      return Array.isArray(found) ? found.slice(-MOST) : [];
    } catch {
      return [];
    }
  }

  /** @param {string} key @param {unknown[]} moves */
  #write(key, moves) {
    try {
      this.storage?.setItem(key, JSON.stringify(moves));
    } catch {
      // A browser that keeps nothing takes back what this page did.
    }
  }
}
