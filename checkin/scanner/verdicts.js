/** What each verdict means for the person at the door: its tone (colour, sound, vibration), icon and words. */

/** @typedef {import("./types.js").Verdict} Verdict */
/** @typedef {import("./language.js").Key} Key */
/** @typedef {"good" | "caution" | "no" | "leave" | "ask" | "wait"} Tone */

/**
 * @typedef {object} Manner
 * @property {Tone} tone
 * @property {string} icon name of a symbol in the page's icon sheet
 * @property {Key} words large, what it is
 * @property {Key | null} next what to do
 */

/** @type {Readonly<Record<Verdict, Manner>>} */
export const MANNERS = {
  admitted: { tone: "good", icon: "check", words: "admitted", next: null },
  readmitted: { tone: "good", icon: "again", words: "readmitted", next: "readmitted_next" },
  provisional: { tone: "caution", icon: "caution", words: "provisional", next: "provisional_next" },
  left: { tone: "leave", icon: "leave", words: "left", next: null },
  already_in: { tone: "caution", icon: "caution", words: "already_in", next: "already_in_next" },
  not_booked: { tone: "caution", icon: "caution", words: "not_booked", next: "not_booked_next" },
  waitlisted: { tone: "caution", icon: "caution", words: "waitlisted", next: "waitlisted_next" },
  pending: { tone: "caution", icon: "caution", words: "pending", next: "pending_next" },
  full: { tone: "no", icon: "stop", words: "full", next: "full_next" },
  too_early: { tone: "no", icon: "clock", words: "too_early", next: null },
  too_late: { tone: "no", icon: "clock", words: "too_late", next: null },
  cancelled: { tone: "no", icon: "stop", words: "cancelled", next: "cancelled_next" },
  blocked: { tone: "no", icon: "stop", words: "blocked", next: "blocked_next" },
  replaced: { tone: "no", icon: "stop", words: "replaced", next: "replaced_next" },
  other_event: { tone: "no", icon: "stop", words: "other_event", next: "other_event_next" },
  unknown: { tone: "no", icon: "stop", words: "unknown", next: "unknown_next" },
  unreadable: { tone: "no", icon: "stop", words: "unreadable", next: "unreadable_next" },
  confirm_party: { tone: "ask", icon: "party", words: "confirm_party", next: "confirm_party_next" },
  undone: { tone: "leave", icon: "again", words: "undone", next: null },
  counted: { tone: "good", icon: "check", words: "counted", next: null },
  refused: { tone: "no", icon: "stop", words: "refused", next: null },
};

/** A verdict that this page does not know yet is shown as a refusal to look into, never as a yes. */
const UNHEARD = /** @type {Manner} */ ({ tone: "no", icon: "stop", words: "unheard", next: "unheard_next" });

/** @param {string | null | undefined} verdict @returns {Manner} */
export function mannerOf(verdict) {
  return Object.hasOwn(MANNERS, verdict ?? "") ? MANNERS[/** @type {Verdict} */ (verdict)] : UNHEARD;
}

/** @param {string | null | undefined} verdict @returns {boolean} whether a tap stands */
export function isCounted(verdict) {
  return verdict === "counted" || verdict === "admitted";
}

/** @param {string | null | undefined} verdict @returns {boolean} whether what was counted, or taken back, is so */
export function isStanding(verdict) {
  return isCounted(verdict) || verdict === "undone";
}

/** @param {string | null | undefined} verdict @returns {boolean} whether the person goes in */
export function letsIn(verdict) {
  return ["admitted", "readmitted", "provisional", "counted"].includes(verdict ?? "");
}
