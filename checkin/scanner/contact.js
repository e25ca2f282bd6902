/** What an attempt to speak to the server came to. */

/** @typedef {"reached" | "unreached" | "refused"} Contact what the last attempt to speak to the server came to */

/** The server could not be asked, or had no time: try again. */
export class Unreached extends Error {
  /** @param {string} message @param {number} [after] seconds that the server asked to wait */
  constructor(message, after = 0) {
    super(message);
    this.after = after;
  }
}

/** The server is there, and asks to try later: too many tries came from here. */
export class TooOften extends Unreached {}

/** The server does not take scans from this device any more: trying again is no use until it is signed in again. */
export class NotWelcome extends Error {}

/** The server does not take this request as it is. */
export class Unacceptable extends Error {
  /** @param {string} message @param {string} [code] the server's word for why */
  constructor(message, code = "") {
    super(message);
    this.code = code;
  }
}
