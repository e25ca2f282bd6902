/** Numbers of people per category: sums and differences. A category that would be zero is not there. */

/** @typedef {import("../types.js").Numbers} Numbers */

/** @type {Numbers} */
export const NOBODY = Object.freeze({});

/** All categories together. @param {Numbers} numbers @returns {number} */
export function total(numbers) {
  return Object.values(numbers).reduce((all, number) => all + number, 0);
}

/** Both together, signed. @param {Numbers} one @param {Numbers} other @returns {Numbers} */
export function plus(one, other) {
  const both = new Map(Object.entries(one));
  for (const [category, number] of Object.entries(other)) both.set(category, (both.get(category) ?? 0) + number);
  return Object.fromEntries([...both].filter(([, number]) => number !== 0));
}

/** Every sign turned: what leaves, or takes back. @param {Numbers} numbers @returns {Numbers} */
export function turned(numbers) {
  return mapped(numbers, (_, number) => -number);
}

/** What of these is over the limit, per category. @param {Numbers} numbers @param {Numbers} limit @returns {Numbers} */
export function beyond(numbers, limit) {
  return positive(mapped(numbers, (category, number) => number - Math.max(0, of(limit, category))));
}

/** What of these is not over the limit, per category. @param {Numbers} numbers @param {Numbers} limit @returns {Numbers} */
export function within(numbers, limit) {
  return positive(mapped(numbers, (category, number) => Math.min(number, of(limit, category))));
}

/** At most so many of these, in the order of their categories. @param {Numbers} numbers @param {number} most @returns {Numbers} */
export function first(numbers, most) {
  let left = most;
  return positive(mapped(numbers, (_, number) => {
    const taken = Math.max(0, Math.min(number, left));
    left -= taken;
    return taken;
  }));
}

/**
 * The same people by the categories of `limit`, as far as it has room for them: who is in none of them, or over one, is
 * of another, for categories can be corrected and nobody becomes two by that.
 *
 * @param {Numbers} numbers
 * @param {Numbers} limit
 * @returns {Numbers}
 */
export function namedAs(numbers, limit) {
  const kept = within(numbers, limit);
  const others = total(numbers) - total(kept);
  return others !== 0 ? plus(kept, first(beyond(limit, kept), others)) : numbers;
}

/** @param {Iterable<Numbers>} all @returns {Numbers} */
export function together(all) {
  let sum = NOBODY;
  for (const one of all) sum = plus(sum, one);
  return sum;
}

/** @param {Numbers} numbers @param {string} category */
function of(numbers, category) {
  return Object.hasOwn(numbers, category) ? (numbers[category] ?? 0) : 0;
}

/** @param {Numbers} numbers @param {(category: string, number: number) => number} change @returns {Numbers} */
function mapped(numbers, change) {
  return Object.fromEntries(Object.entries(numbers).map(([category, number]) => [category, change(category, number)]));
}

/** @param {Numbers} numbers @returns {Numbers} */
function positive(numbers) {
  return Object.fromEntries(Object.entries(numbers).filter(([, number]) => number > 0));
}
