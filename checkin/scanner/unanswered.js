/** What an earlier page left on the disk without an answer: what it had said of it decides what becomes of it. */

import { isNumber } from "./numbers.js";

/** @typedef {import("./types.js").Scan} Scan */

/**
 * What waits without anybody having said what becomes of it: numbers, and taps that were not taken back, which the page
 * counted at once.
 *
 * @param {readonly Scan[]} waiting
 * @returns {Scan[]}
 */
export function unansweredOf(waiting) {
  const undone = new Set(waiting.map(({ undoes }) => undoes));
  return waiting.filter((scan) => !scan.shown && !scan.showed && !scan.withdrawn && (isNumber(scan) || (isTap(scan) && !undone.has(scan.id))));
}

/** Somebody without a ticket, counted by one press: no word of a supervisor, no ticket given out and no number noted. @param {Scan} scan */
function isTap({ act, code, new_code, number, force }) {
  return act === "walk_in" && !code && !new_code && !number && !force;
}
