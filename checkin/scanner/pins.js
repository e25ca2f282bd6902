/**
 * A supervisor's PIN for the scans that somebody vouched for: in this page's memory until the server has named them,
 * never on disk. After a reload they go out without it, and the server keeps who is in as a fact to be looked at.
 */

/** @typedef {import("./types.js").Scan} Scan */

export class Pins {
  /** @type {Map<string, string>} by the ids of scans */
  #typed = new Map();

  /** @param {string} id of the scan @param {string} pin */
  keep(id, pin) {
    this.#typed.set(id, pin);
  }

  /** @param {string} id @returns {string | undefined} */
  of(id) {
    return this.#typed.get(id);
  }

  /**
   * One PIN goes with a batch, and only with what it was typed for: the batch ends before another one's turn.
   *
   * @param {readonly Scan[]} scans
   * @returns {{together: Scan[], headers: Record<string, string>}}
   */
  alike(scans) {
    /** @type {string | null} */
    let pin = null;
    const together = [];
    for (const scan of scans) {
      const mine = scan.force || scan.act === "undo" ? (this.of(scan.id) ?? "") : null;
      if (mine !== null && pin !== null && mine !== pin) break;
      pin = mine ?? pin;
      together.push(scan);
    }
    return { together, headers: pin ? { Pin: pin } : {} };
  }

  /** @param {readonly Scan[]} scans that the server has answered */
  forget(scans) {
    for (const { id } of scans) this.#typed.delete(id);
  }
}
