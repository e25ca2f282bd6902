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

/**
 * That somebody is in whom the server refused; or that nobody is whom it has counted.
 *
 * @param {Scan} scan
 * @param {Answer | undefined} answer
 * @returns {Draft | null}
 */
export function whatFollows({ seq: _, showed, withdrawn: isWithdrawn, ...draft }, answer) {
  const id = `${draft.id.slice(0, -1)}${(parseInt(draft.id.slice(-1), 16) ^ 8).toString(16)}`;
  const { event, at, gate, place, clock } = draft;
  if (isWithdrawn) return wasCounted(answer) ? { id, event, at, gate, place, act: "undo", undoes: draft.id, ...(clock ? { clock } : {}) } : null;
  return !letsIn(showed) || !answer?.verdict || letsIn(answer.verdict) ? null : { ...draft, id, shown: showed };
}
