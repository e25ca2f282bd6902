/** What becomes of people without a ticket, and of an undo, as the server decides it (checkin/rules/taps.py). */

import { decision, newLine, roomLeftOf, takesWalkIns } from "./decision.js";
import { beyond, NOBODY, plus, total, turned, within } from "./people.js";
import { seatsLeft } from "./space.js";

/** @typedef {import("./facts.js").Decision} Decision */
/** @typedef {import("./facts.js").Numbers} Numbers */
/** @typedef {import("./facts.js").PlaceFacts} PlaceFacts */
/** @typedef {import("./facts.js").Wish} Wish */

export const UNDO_WITHIN = 600_000;

/** People without a ticket who come in, or go out. Who has one that could not be read needs no more than a seat. @param {Wish} wish @param {PlaceFacts} place @returns {Decision} */
export function decideWalkIn(wish, place) {
  const people = wish.people ?? { [place.unknown]: 1 };
  if (wish.leaving) return decision("left", { lines: [newLine("exit", turned(people), { onTicket: false })] });
  const lines = [newLine("entry", people, { onTicket: false, newToday: wish.newToday })];
  const plain = refusedWalkIn(wish, place, total(people));
  if (plain === null) return decision("counted", { lines, conflict: wish.unread ? "unread_ticket" : null });
  const conflict = plain.verdict === "full" ? "over_capacity" : wish.forced ? "override" : "not_entitled";
  if (wish.done) return decision("counted", { lines, conflict, refusedAs: plain.verdict });
  if (!wish.forced) return plain;
  if (!place.overFull && !hasRoom(wish, place, total(people))) return decision("full");
  return decision("counted", { lines, conflict: "override", refusedAs: plain.verdict });
}

/**
 * Somebody with a ticket that another door gave out, of which nobody has heard yet: let in as a walk-in is, and without a
 * category, until it is here. counted: the same ticket was let in here before.
 *
 * @param {Wish} wish
 * @param {PlaceFacts} place
 * @param {boolean} counted
 * @returns {Decision}
 */
export function decideGiven(wish, place, counted) {
  if (wish.leaving) return decision("left");
  if (counted) return decision("already_in", { conflict: wish.done ? "double_admission" : null });
  const people = wish.people ?? { [place.unknown]: 1 };
  const plain = refusedWalkIn(wish, place, total(people));
  if (plain && !wish.done) return plain.error ? decision("not_booked") : plain;
  const line = newLine("entry", people, { onTicket: false, newToday: wish.newToday });
  return decision("provisional", { lines: [line], conflict: "unknown_ticket", refusedAs: plain?.verdict ?? null });
}

/** A walk-in who gets a ticket: the lines are the ticket's. @param {Decision} given @param {PlaceFacts} place @returns {Decision} */
export function onATicket(given, { admission }) {
  return { ...given, lines: given.lines.map((line) => ({ ...line, onTicket: true, newToday: null, booked: admission === null ? null : false })) };
}

/** @param {Wish} wish @param {PlaceFacts} place @param {number} number @returns {Decision | null} */
function refusedWalkIn(wish, place, number) {
  if (place.cancelled) return decision("cancelled");
  if (wish.at < place.window.from) return decision("too_early");
  if (wish.at > place.window.to) return decision("too_late");
  if (!takesWalkIns(place) && !wish.unread) return decision("refused", { error: "no_walk_ins" });
  return hasRoom(wish, place, number) ? null : decision("full");
}

/** @param {Wish} wish @param {PlaceFacts} place @param {number} number */
function hasRoom({ at, unread }, place, number) {
  const left = unread ? place.space && seatsLeft(place.space) : roomLeftOf(place, at);
  return left === null || number <= left;
}

/**
 * Plus is what somebody saw; minus at most what the same device has counted here in that category: what was counted as
 * the wish says is taken off first. A count has no direction: who left is a minus.
 *
 * @param {Wish} wish
 * @param {PlaceFacts} place
 * @param {ReadonlyMap<boolean, Numbers>} counted by this device, new today or not
 * @returns {Decision}
 */
export function decideHeadCount(wish, place, counted) {
  if (wish.leaving) return oneWay();
  const people = wish.people ?? NOBODY;
  let minus = turned(Object.fromEntries(Object.entries(people).filter(([, number]) => number < 0)));
  const kept = new Map([[wish.newToday, Object.fromEntries(Object.entries(people).filter(([, number]) => number > 0))]]);
  for (const newToday of [wish.newToday, !wish.newToday]) {
    const off = within(minus, counted.get(newToday) ?? NOBODY);
    minus = beyond(minus, off);
    kept.set(newToday, plus(kept.get(newToday) ?? NOBODY, turned(off)));
  }
  const lines = [...kept].filter(([, numbers]) => Object.keys(numbers).length > 0)
    .map(([newToday, numbers]) => newLine("count", numbers, { onTicket: false, newToday }));
  const seats = place.space && seatsLeft(place.space);
  const isOver = seats !== null && seats >= 0 && lines.reduce((all, line) => all + total(line.people), 0) > seats;
  return decision("counted", { lines, conflict: isOver ? "over_capacity" : null });
}

/**
 * How many are in a session's room, ticket holders too, by category or undivided: a fact, whatever the rules say. Who
 * passes an entrance is in no room.
 *
 * @param {Wish} wish
 * @param {PlaceFacts} place
 * @returns {Decision}
 */
export function decideRoomCount(wish, { space }) {
  if (wish.leaving) return oneWay();
  if (!space) return decision("refused", { error: "no_room" });
  const people = wish.people ?? NOBODY;
  const isOver = space.capacity !== null && total(people) > space.capacity;
  return decision("counted", { lines: [newLine("room_count", people, { onTicket: false })], conflict: isOver ? "over_capacity" : null });
}

function oneWay() {
  return decision("refused", { error: "count_has_no_direction" });
}

/**
 * What an undo points at; null: nothing that wrote lines. hadFor: how long the server has had it when the undo arrives.
 *
 * @typedef {{own: boolean, madeAt: number, hadFor: number, stands: boolean}} Undoable
 */

/** @param {number} at @param {Undoable | null} target @param {boolean} supervisor @returns {Decision} */
export function decideUndo(at, target, supervisor) {
  if (!target) return decision("refused", { error: "nothing_to_undo" });
  if (!supervisor && !target.own) return decision("refused", { error: "not_your_scan" });
  if (!supervisor && at - target.madeAt > UNDO_WITHIN) return decision("refused", { error: "too_late_to_undo" });
  const isLate = !supervisor && target.stands && target.hadFor > UNDO_WITHIN;
  return decision("undone", { conflict: isLate ? "not_entitled" : null });
}
