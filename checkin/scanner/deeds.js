/** What this device did itself since the pack, as the ticket's own history: lines, and tickets that it gave out. */

import { total } from "./rules/people.js";

/** @typedef {import("./pack.js").Row} Row */
/** @typedef {import("./rules/stay.js").Line} Line */
/** @typedef {import("./types.js").Deed} Deed */

/** Lines of this device come after those of the pack, where they are of the same moment. */
const LATER = 1_000_000;

/** What this device knows of a ticket that it gave out itself. @param {readonly Deed[]} deeds @param {string} rid @returns {Row | null} */
export function givenRow(deeds, rid) {
  const { party } = deeds.find((deed) => deed.rid === rid && deed.party) ?? {};
  if (!party) return null;
  const kind = total(party) > 1 ? "family" : "person";
  return { team: false, blocked: false, replaced: false, cancelled: false, noPhoto: false, noted: false, kind, name: "", party, bookings: new Map(), lines: [] };
}

/** @param {Deed | null} deed @param {string} place @returns {Line[]} of the ticket itself; who came beside it is nobody of it */
export function linesOf(deed, place) {
  if (!deed) return [];
  return deed.lines.map((line, i) => ({ ...line, at: deed.at, order: LATER + i, gate: deed.gate }))
    .filter((line) => line.place === place && line.onTicket);
}
