/** Where a dragged session would land, and what would be wrong there. Local times only; the server judges in the end. */
import { STEP, later } from "./proposal.js";

/** Pixels that a minute is high. */
export const SCALE = 1.25;
/** Longer sessions last all day: they stand in the table alone and are moved by their form. */
export const ALL_DAY = 12 * 60;
const DAY = 24 * 60;
const EDGE = 56;
const FASTEST = 18;

/** @typedef {import("./proposal.js").Position} Position */
/** @typedef {{ code: string, title: string, further: string[], people: [string, string][], cancelled: boolean, booked: number, stands: Position }} Planned */
/** @typedef {{ kind: "room" | "person", about: string, other: string }} Clash */

/** @param {number} minutes @returns {number} */
export function snapped(minutes) {
  return Math.round(minutes / STEP) * STEP;
}

/** @param {string} local such as 2026-10-03T12:05 @returns {number} minutes since its midnight */
export function minuteOf(local) {
  return Number(local.slice(11, 13)) * 60 + Number(local.slice(14, 16));
}

/** @param {string} date @param {number} minute since its midnight; of the day before or after too @returns {string} */
export function at(date, minute) {
  return later(`${date}T00:00`, minute);
}

/**
 * The whole session at another time, in another room, on another day; it begins on the day it was dropped on.
 * @param {Position} stands @param {string} date @param {string} room @param {number} minute @returns {Position}
 */
export function movedTo(stands, date, room, minute) {
  const start = Math.min(DAY - STEP, Math.max(0, snapped(minute)));
  return { start: at(date, start), minutes: stands.minutes, room };
}

/** @param {Position} stands @param {number} minute at which it would begin; its end stays @returns {Position} */
export function begun(stands, minute) {
  const end = minuteOf(stands.start) + stands.minutes;
  const start = Math.max(0, Math.min(end - STEP, snapped(minute)));
  return { ...stands, start: at(stands.start.slice(0, 10), start), minutes: end - start };
}

/** @param {Position} stands @param {number} minute at which it would end; its start stays @returns {Position} */
export function ended(stands, minute) {
  return { ...stands, minutes: Math.max(STEP, snapped(minute) - minuteOf(stands.start)) };
}

/** @param {Position} one @param {Position} other @returns {boolean} */
export function same(one, other) {
  return one.start.slice(0, 16) === other.start.slice(0, 16) && one.minutes === other.minutes && one.room === other.room;
}

/**
 * Who or what would be needed twice: the room, somebody on stage. Cancelled sessions take nothing from anybody.
 * @param {Planned} moving @param {Position} position @param {readonly Planned[]} all @returns {Clash[]}
 */
export function clashes(moving, position, all) {
  if (moving.cancelled) return [];
  const rooms = [position.room, ...moving.further].filter(Boolean);
  return all
    .filter((one) => one.code !== moving.code && !one.cancelled && overlap(one.stands, position))
    .flatMap((one) => {
      const taken = [one.stands.room, ...one.further].filter((room) => rooms.includes(room));
      const twice = one.people.filter(([code]) => moving.people.some(([mine]) => mine === code));
      return [
        ...taken.map((about) => ({ kind: /** @type {const} */ ("room"), about, other: one.title })),
        ...twice.map(([, about]) => ({ kind: /** @type {const} */ ("person"), about, other: one.title })),
      ];
    });
}

/**
 * Sessions of one column side by side where they overlap: by code, which lane of how many.
 * @param {readonly Planned[]} sessions @returns {Map<string, {lane: number, of: number}>}
 */
export function lanes(sessions) {
  /** @type {Map<string, {lane: number, of: number}>} */
  const found = new Map();
  /** @type {Planned[][]} */
  let group = [];
  let until = "";
  const close = () => {
    for (const [lane, held] of group.entries()) for (const one of held) found.set(one.code, { lane, of: group.length });
    group = [];
  };
  for (const one of [...sessions].sort((a, b) => a.stands.start.localeCompare(b.stands.start))) {
    if (one.stands.start >= until) close();
    const free = group.find((held) => ends(/** @type {Planned} */ (held.at(-1)).stands) <= one.stands.start);
    if (free) free.push(one);
    else group.push([one]);
    until = ends(one.stands) > until || group.flat().length === 1 ? ends(one.stands) : until;
  }
  close();
  return found;
}

/**
 * From when till when a day is drawn: whole hours, with one to spare on both sides.
 * @param {string} date @param {readonly Planned[]} sessions @returns {{from: number, to: number}}
 */
export function span(date, sessions) {
  const starts = sessions.map((one) => minuteOf(one.stands.start) + (one.stands.start.slice(0, 10) > date ? DAY : 0));
  const stops = sessions.map((one, nth) => (starts[nth] ?? 0) + one.stands.minutes);
  const from = Math.floor(Math.min(...starts, 9 * 60) / 60) * 60 - 60;
  const to = Math.ceil(Math.max(...stops, 17 * 60) / 60) * 60 + 60;
  return { from: Math.max(0, from), to: Math.min(to, DAY + 6 * 60) };
}

/**
 * How fast to scroll when the pointer is near an edge: pixels a frame, negative towards the beginning.
 * @param {number} place @param {number} first @param {number} last @returns {number}
 */
export function pull(place, first, last) {
  if (place < first + EDGE) return -Math.min(FASTEST, Math.ceil((first + EDGE - place) / 4));
  if (place > last - EDGE) return Math.min(FASTEST, Math.ceil((place - last + EDGE) / 4));
  return 0;
}

/** @param {Position} position @returns {string} */
function ends(position) {
  return later(position.start.slice(0, 16), position.minutes);
}

/** @param {Position} one @param {Position} other @returns {boolean} those that only touch do not */
function overlap(one, other) {
  return one.start.slice(0, 16) < ends(other) && other.start.slice(0, 16) < ends(one);
}
