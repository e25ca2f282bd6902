/** Which of a gate's places somebody stands at who starts there. */

/** @typedef {import("./types.js").Place} Place */

/** Milliseconds before its start from which a session may be what somebody stands in line for. */
const SOON = 3_600_000;

/** @typedef {{place: string, besides: string, wasOver: boolean}} Chosen codes: of the place that somebody chose by hand, over or not, and of what was on then */

/**
 * What somebody had chosen here, until it is over; else what is on now, else what begins next, else what was last:
 * announced before the start, and opened by it.
 *
 * @param {readonly Place[]} places
 * @param {number} [now] milliseconds
 * @param {Chosen | null} [chosen]
 * @returns {Place | null}
 */
export function placeToOpen(places, now = Date.now(), chosen = null) {
  const before = places.find(({ code }) => code === chosen?.place);
  if (before && !hasEnded(before, now)) return before;
  const inOrder = [...places].sort((one, other) => startOf(one) - startOf(other));
  return onNow(places) ?? inOrder.find((place) => startOf(place) > now) ?? inOrder.at(-1) ?? null;
}

/**
 * In the order in which somebody at the door looks for one: what is on and to come, then what is over, the newest first.
 *
 * @param {readonly Place[]} places
 * @param {number} now milliseconds
 */
export function placesByUse(places, now) {
  const isOver = (/** @type {Place} */ place) => hasEnded(place, now);
  const inOrder = [...places].sort((one, other) => startOf(one) - startOf(other));
  return [...inOrder.filter((one) => !isOver(one)), ...inOrder.filter(isOver).reverse()];
}

/** Whether its hours say nothing: 23 hours where the clock is put forward. @param {Pick<Place, "starts_at" | "ends_at">} place @returns {boolean} */
export function lastsAllDay({ starts_at, ends_at }) {
  return Boolean(starts_at && ends_at && Date.parse(ends_at) - Date.parse(starts_at) >= 23 * 3_600_000);
}

/** Whether it is on like the one that is named as what is on now: that says what has begun better than a clock that may be wrong. @param {Place} place @param {Place | undefined} named @param {number} now @returns {boolean} */
export function isOn(place, named, now) {
  return Boolean(named && place.starts_at) && startOf(place) <= startOf(named ?? place) && !hasEnded(place, now);
}

/** Whether what is on now is another thing than what somebody stands at: of rooms that begin together none is more "now". @param {Place} on @param {Place} chosen @param {number} now @returns {boolean} */
export function isNews(on, chosen, now) {
  return !chosen.now && !(startOf(on) === startOf(chosen) && !hasEnded(chosen, now));
}

/** By hand: what is on then is not suggested until something else is on, or the chosen one ends. @param {readonly Place[]} places of the gate @param {Place} place @param {number} now @returns {Chosen} */
export function chosenBy(places, place, now) {
  return { place: place.code, besides: onNow(places)?.code ?? "", wasOver: hasEnded(place, now) };
}

/** What is on now and is to be suggested to whoever stands elsewhere. @param {readonly Place[]} places of the gate @param {Place} place where they stand @param {Chosen | null} chosen @param {number} now @returns {Place | null} */
export function toSuggest(places, place, chosen, now) {
  const on = onNow(places);
  const isDeclined = on?.code === chosen?.besides && (chosen?.wasOver || !hasEnded(place, now));
  return on && isNews(on, place, now) && !isDeclined ? on : null;
}

/** What else is on at this gate, one tap away: neither where somebody stands nor what is suggested already. @param {readonly Place[]} places @param {readonly (Place | null)[]} besides @param {number} now @returns {Place[]} */
export function alsoOn(places, besides, now) {
  return places.filter((place) => isOn(place, onNow(places), now) && !besides.some((one) => one?.code === place.code));
}

/** @param {readonly Place[]} places */
function onNow(places) {
  return places.find((place) => place.now);
}

/** @param {Pick<Place, "ends_at">} place @param {number} now @returns {boolean} */
function hasEnded({ ends_at }, now) {
  return Boolean(ends_at) && Date.parse(ends_at ?? "") <= now;
}

/** @param {Place} place @param {number} now @returns {boolean} whether it is on, or soon */
export function isNear({ starts_at, ends_at }, now) {
  return (!starts_at || Date.parse(starts_at) - now < SOON) && (!ends_at || Date.parse(ends_at) > now);
}

/**
 * Another place of this gate that is booked, on now or soon: the wrong one was chosen.
 *
 * @param {import("./types.js").Gate} gate
 * @param {Place} chosen
 * @param {readonly import("./types.js").BookedSession[]} booked
 * @param {number} now
 */
export function bookedAt(gate, chosen, booked, now) {
  const codes = booked.map(({ code }) => `session:${code}`);
  return gate.places.find((place) => place.code !== chosen.code && codes.includes(place.code) && isNear(place, now)) ?? null;
}

/** @param {Place} place @returns {number} */
function startOf({ starts_at }) {
  return starts_at ? Date.parse(starts_at) : 0;
}
