/**
 * The last moves made on this board, to be taken back one by one. Taking back is a change like any other: it names the
 * version that the move left behind, so that what somebody else changed since is never undone with it.
 */

/** @typedef {import("./proposal.js").Position} Position */
/** @typedef {{ code: string, title: string, before: Position, after: Position, from: number, version: number }} Move */

const MOST = 20;

export class History {
  /** @param {Pick<Storage, "getItem" | "setItem"> | null} storage @param {string} key */
  constructor(storage, key) {
    this.storage = storage;
    this.key = key;
    /** @type {Move[]} */
    this.moves = this.#read();
  }

  /** @returns {Move | undefined} what would be taken back next */
  get last() {
    return this.moves.at(-1);
  }

  /** @param {Omit<Move, "version">} made `from`: the version it was made from; every change raises it by one */
  made(made) {
    this.moves = [...this.moves, { ...made, version: made.from + 1 }].slice(-MOST);
    this.#write();
  }

  /** The last move was taken back: earlier moves of the same session now stand before a newer version. */
  takenBack() {
    const gone = this.moves.pop();
    if (gone) {
      for (const one of this.moves) {
        if (one.code === gone.code && one.version === gone.from) one.version = gone.version + 1;
      }
    }
    this.#write();
  }

  /** Somebody else changed this session: what was done to it here before cannot be taken back any more. @param {string} code */
  forget(code) {
    this.moves = this.moves.filter((one) => one.code !== code);
    this.#write();
  }

  /** @returns {Move[]} */
  #read() {
    try {
      const found = JSON.parse(this.storage?.getItem(this.key) ?? "[]");
      return Array.isArray(found) ? found.slice(-MOST) : [];
    } catch {
      return [];
    }
  }

  #write() {
    try {
      this.storage?.setItem(this.key, JSON.stringify(this.moves));
    } catch {
      // A browser that keeps nothing takes back what this page did.
    }
  }
}
