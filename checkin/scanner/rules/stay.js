/** What one ticket did at one place: who was admitted, who is inside, when it first came, from its standing lines. */

import { beyond, namedAs, NOBODY, plus, together, total, turned, within } from "./people.js";

/** @typedef {import("../types.js").Numbers} Numbers */
/** @typedef {import("../types.js").Direction} Direction */

/**
 * A standing line: signed numbers, in plus, out minus. `order` breaks ties of time.
 *
 * @typedef {object} Line
 * @property {number} at milliseconds
 * @property {number} order
 * @property {Direction} direction
 * @property {Numbers} people
 * @property {boolean} reentry
 * @property {boolean} booked
 * @property {string | null} [gate] its code
 */

/**
 * admitted: each person once. inside: who of them is there now. booked: who of them came on a booked place.
 *
 * @typedef {object} Stay
 * @property {Numbers} admitted
 * @property {Numbers} inside
 * @property {Numbers} booked
 * @property {number | null} firstAt
 * @property {string | null} firstGate
 * @property {number | null} lastAt
 */

/** @type {Stay} */
export const NEVER_CAME = { admitted: NOBODY, inside: NOBODY, booked: NOBODY, firstAt: null, firstGate: null, lastAt: null };

/** Who was admitted and has left. @param {Stay} stay @returns {Numbers} */
export function outside({ admitted, inside }) {
  return beyond(admitted, inside);
}

/**
 * The stay up to `until`, in the order of corrected time, whatever the order of arrival. A repeated exit takes nobody
 * twice; an exit before any entry takes nobody.
 *
 * @param {readonly Line[]} lines
 * @param {number} [until]
 * @returns {Stay}
 */
export function stayOf(lines, until = Infinity) {
  const ordered = lines.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at || one.order - other.order);
  const last = ordered.at(-1);
  if (!last) return NEVER_CAME;
  const entries = ordered.filter(({ direction, reentry }) => direction === "in" && !reentry);
  const admitted = together(entries.map(({ people }) => people));
  return {
    admitted,
    inside: whoIsInside(ordered, admitted),
    booked: together(entries.filter(({ booked }) => booked).map(({ people }) => people)),
    firstAt: entries[0]?.at ?? null,
    firstGate: entries[0]?.gate ?? null,
    lastAt: last.at,
  };
}

/** @param {readonly Line[]} ordered @param {Numbers} admitted @returns {Numbers} */
function whoIsInside(ordered, admitted) {
  let inside = NOBODY;
  for (const { direction, people } of ordered) {
    if (direction === "in") inside = within(plus(inside, namedAs(people, admitted)), admitted);
    else if (total(inside)) inside = beyond(inside, namedAs(turned(people), admitted));
  }
  return inside;
}
