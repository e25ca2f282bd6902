/** What the organiser wants said to people of a category when they come for the first time, such as "left-hand queue". */

import { h } from "./element.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Category} Category */

/**
 * The words for those whom this answer admits for the first time; a party of several categories hears each once.
 *
 * @param {readonly Category[]} categories in the event's order
 * @param {Answer} answer
 * @returns {Category[]}
 */
export function addressed(categories, answer) {
  if (answer.verdict !== "admitted" || !answer.first_time) return [];
  const here = answer.person?.category ? [answer.person.category] : Object.keys(answer.party ?? {});
  const spoken = categories.filter(({ key, first_words }) => here.includes(key) && Object.keys(first_words ?? {}).length > 0);
  return spoken.filter((one, i) => spoken.findIndex((other) => JSON.stringify(other.first_words) === JSON.stringify(one.first_words)) === i);
}

/**
 * @param {import("./language.js").Voice} voice
 * @param {readonly Category[]} categories
 * @param {Answer} answer
 */
export function firstWords(voice, categories, answer) {
  const spoken = addressed(categories, answer);
  return spoken.map(({ label, first_words }) => h("p", { class: "verdict-first" },
    spoken.length > 1 && h("span", { class: "verdict-first-whom" }, voice.local(label)), voice.local(first_words ?? {})));
}
