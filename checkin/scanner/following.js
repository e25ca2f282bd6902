/**
 * What a device says after an answer that comes too late to be obeyed, as a scan of its own.
 *
 * Where the door spoke before the server did and let somebody in whom the server then refuses, a second scan says so
 * (`shown`): who is in is a fact. Where the server has counted what nobody waited for any more, an undo follows. Its id
 * follows from the first one's, so that it is one however often it is made.
 */

import { wasCounted } from "./numbers.js";
import { letsIn } from "./verdicts.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Scan} Scan */

/** The id of what a device says after this scan; twin of `following` in rules/following.py. @param {string} id @returns {string} */
export function followingId(id) {
  return `${id.slice(0, -1)}${(parseInt(id.slice(-1), 16) ^ 8).toString(16)}`;
}

/**
 * That somebody is in whom the server refused; or that nobody is whom it has counted.
 *
 * Twin of `is_called_for` in rules/following.py.
 *
 * @param {Scan} scan
 * @param {Answer | undefined} answer
 * @returns {Draft | null}
 */
export function whatFollows({ seq: _, showed, withdrawn: isWithdrawn, ...draft }, answer) {
  const id = followingId(draft.id);
  const { event, at, gate, place, clock } = draft;
  if (isWithdrawn) return wasCounted(answer) ? { id, event, at, gate, place, act: "undo", undoes: draft.id, ...(clock ? { clock } : {}) } : null;
  if (answer?.conflict === "quarantined") return null; // accepted, it is a fact by itself
  return !letsIn(showed) || !answer?.verdict || letsIn(answer.verdict) ? null : { ...draft, id, shown: showed };
}

/**
 * As many as go out together: an undo of what the door showed by itself waits for the answer, which may call for a second
 * scan that says so. That one takes the first one's place, and the undo reaches it.
 *
 * @param {Scan[]} batch
 * @returns {Scan[]}
 */
export function togetherOf(batch) {
  const end = batch.findIndex(({ undoes }, i) => undoes && batch.slice(0, i).some(({ id, showed }) => id === undoes && letsIn(showed)));
  return end < 0 ? batch : batch.slice(0, end);
}
