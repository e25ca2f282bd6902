/** How many people a session's room still takes: capacity, who is there, and whose booked place is held. */

import { total } from "./people.js";

/** @typedef {import("./stay.js").Stay} Stay */

/**
 * The figures of one event session, as the server last told them. `heldUntil`: late places are released then.
 *
 * @typedef {object} Space
 * @property {"seats" | "at_once"} kind
 * @property {number | null} capacity
 * @property {number} promised
 * @property {number} arrived
 * @property {number} present
 * @property {number} anonymous
 * @property {boolean} countsExits
 * @property {number} heldUntil milliseconds
 */

/** Whether room left is a number: there is a limit, and who leaves is counted where that matters. @param {Space} space */
export function isKnown({ kind, capacity, countsExits }) {
  return capacity !== null && (kind === "seats" || countsExits);
}

/** Places that nobody takes now, held ones included; null: no limit, or not known. @param {Space} space @returns {number | null} */
export function seatsLeft(space) {
  return space.capacity !== null && isKnown(space) ? space.capacity - space.present : null;
}

/** Places for people without a booking; null: no limit, or not known. @param {Space} space @param {number} at @returns {number | null} */
export function roomLeft(space, at) {
  const left = seatsLeft(space);
  const held = at <= space.heldUntil ? Math.max(0, space.promised - space.arrived) : 0;
  return left === null ? null : Math.max(0, left - held);
}

/**
 * Places for people without a booking once so many are in, `others` of them without a booked place; null: no limit, or not known.
 *
 * @param {Space} space
 * @param {number} everybody
 * @param {number} others
 * @param {number} at
 * @returns {number | null}
 */
export function besides(space, everybody, others, at) {
  const [seats, room] = [seatsLeft(space), roomLeft(space, at)];
  return seats === null || room === null ? null : Math.max(0, Math.min(seats - everybody, room - others));
}

/** The same room after a ticket's stay changed. @param {Space} space @param {Stay} before @param {Stay} after @returns {Space} */
export function withStay(space, before, after) {
  return {
    ...space,
    present: space.present + taken(space, after) - taken(space, before),
    arrived: space.arrived + total(after.booked) - total(before.booked),
  };
}

/** The same room after people without a ticket came, or left. @param {Space} space @param {number} number signed @param {boolean} [leaving] @returns {Space} */
export function withAnonymous(space, number, leaving = false) {
  if (leaving && space.kind === "seats") return space;
  return holding(space, space.anonymous + number);
}

/** The same room with so many people without a ticket. @param {Space} space @param {number} anonymous @returns {Space} */
export function holding(space, anonymous) {
  return { ...space, anonymous, present: space.present + Math.max(0, anonymous) - Math.max(0, space.anonymous) };
}

/**
 * The same room once so many people were counted in it, as far as its figures tell who of them has a ticket: the server
 * knows who was inside just then.
 *
 * @param {Space} space
 * @param {number} number
 * @returns {Space}
 */
export function withRoomCount(space, number) {
  const holders = space.present - Math.max(0, space.anonymous);
  return { ...holding(space, Math.max(0, number - holders)), countsExits: true };
}

/** @param {Space} space @param {Stay} stay */
function taken({ kind }, { admitted, inside }) {
  return total(kind === "seats" ? admitted : inside);
}
