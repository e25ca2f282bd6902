/** Readings and what became of them, as plain values. */

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {Pick<Draft, "act"> & Partial<Draft>} Claim */

/**
 * One reading and what became of it.
 *
 * @typedef {object} Case
 * @property {Draft | null} draft null for what never left the device
 * @property {Answer | null} answer
 * @property {"checking" | "waiting" | "answered"} stage
 * @property {number} at milliseconds
 * @property {boolean} late answered when another reading was already shown
 * @property {import("./answers.js").Source | null} [by] whose word the answer is
 * @property {string} [number] that was typed where none may be looked up
 */

/** What nobody has to be asked about. @param {Omit<Answer, "id">} answer @param {Date} at @returns {Case} */
export function answeredHere(answer, at) {
  return { draft: null, answer: { id: "", ...answer }, stage: "answered", at: at.getTime(), late: false };
}

/** The claim of a scan, to be made another time. @param {Draft} draft @returns {Claim} */
export function onceMore({ act, place, code, direction, people, undoes, new_today, rid, new_code, number }) {
  const fresh = { ...(new_today === undefined ? {} : { new_today }), ...(new_code ? { rid, new_code } : {}), ...(number ? { number } : {}) };
  return { act, place, ...(undoes ? { undoes } : { code, direction }), ...(people ? { people } : {}), ...fresh };
}

/** Who holds a device that was stopped shall not learn who came. @param {Case} one */
export function forgetName(one) {
  if (one.answer?.person) one.answer = { ...one.answer, person: { name: null, category: one.answer.person.category, note: null } };
}
