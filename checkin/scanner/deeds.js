/** What this device did itself since the pack, as the ticket's own history: lines, and tickets that it gave out. */

import { NOBODY, plus, total, turned } from "./rules/people.js";
import { withAnonymous, withStay } from "./rules/space.js";
import { NEVER_CAME, stayOf } from "./rules/stay.js";

/** @typedef {import("./pack.js").Row} Row */
/** @typedef {import("./rules/stay.js").Line} Line */
/** @typedef {import("./types.js").Deed} Deed */
/** @typedef {import("./rules/space.js").Space} Space */

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

/**
 * By how much a deed moves the figures of a place, and who they are. An entrance has no room whose figures are kept: who
 * is inside is all that is told of it.
 *
 * @param {Deed} deed
 * @param {string} place its code
 * @param {Space | null} before as it was until then
 * @param {Row | null} row of the ticket, if it is known
 * @param {readonly Line[]} history of the ticket there until then
 * @returns {Deed["moves"][string]}
 */
export function moveOf(deed, place, before, row, history) {
  const isSeats = before?.kind === "seats";
  const mine = deed.lines.filter((line) => line.place === place);
  const beside = mine.filter(({ onTicket }) => !onTicket || !row);
  let [space, people] = [before, NOBODY];
  for (const { direction, people: number } of beside) {
    space &&= withAnonymous(space, total(number), direction === "out");
    if (!isSeats || direction === "in") people = plus(people, number);
  }
  if (row && deed.rid !== null) {
    const [then, now] = [history.length > 0 ? stayOf(history) : NEVER_CAME, stayOf(history.concat(linesOf(deed, place)))];
    if (!row.team) space &&= withStay(space, then, now);
    people = plus(people, isSeats ? plus(now.admitted, turned(then.admitted)) : plus(now.inside, turned(then.inside)));
  }
  /** @param {"present" | "arrived" | "anonymous"} figure */
  const by = (figure) => (space?.[figure] ?? 0) - (before?.[figure] ?? 0);
  const exits = place === deed.place && mine.some(({ direction }) => direction === "out");
  return { present: by("present"), arrived: by("arrived"), anonymous: by("anonymous"), exits, people };
}
