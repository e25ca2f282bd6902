/**
 * Short numbers are looked up by the server alone. So nobody is counted by one whose answer did not reach the screen: it
 * is asked about as long as it stands there, and withdrawn when the door goes on to somebody else.
 */

import { letsIn } from "./verdicts.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Scan} Scan */

/** Whether a ticket is named by its short number. @param {Pick<Draft, "code"> | null} draft */
export function isNumber(draft) {
  return /^[0-9]{7}$/.test(draft?.code ?? "");
}

/** What is said of a number that was not looked up in time. @param {string} id @returns {Answer} */
export function dropped(id) {
  return { id, verdict: null, error: { code: "number_dropped", message: "" } };
}

/**
 * In place of a scan whose answer nobody waits for any more: under the same id, that nobody was let in by it. A server that
 * has not heard of the scan keeps this and will not take the scan itself; one that has says that the id was used.
 *
 * @param {Scan} scan
 * @returns {Scan}
 */
export function withdrawn(scan) {
  return { ...scan, shown: "refused", withdrawn: true };
}

/** Whether the server may have counted a scan that was withdrawn meanwhile. @param {Answer | undefined} answer */
export function wasCounted(answer) {
  return letsIn(answer?.verdict) || answer?.verdict === "left" || answer?.error?.code === "id_reused";
}
