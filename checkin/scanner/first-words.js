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

/** The words for parties of this kind, which come before those of categories. @param {import("./types.js").PartyWords} words @param {Answer} answer */
export function wordsOfKind(words, answer) {
  const texts = answer.verdict === "admitted" && answer.first_time && answer.party_kind ? words[answer.party_kind] : null;
  return texts && Object.keys(texts).length > 0 ? texts : null;
}

/**
 * @param {import("./language.js").Voice} voice
 * @param {{categories: readonly Category[], partyWords?: import("./types.js").PartyWords}} event
 * @param {Answer} answer
 */
export function firstWords(voice, { categories, partyWords = {} }, answer) {
  const first = wordsOfKind(partyWords, answer);
  const spoken = addressed(categories, answer).filter(({ first_words }) => JSON.stringify(first_words) !== JSON.stringify(first));
  return [first && h("p", { class: "verdict-first" }, voice.local(first)), ...spoken.map(({ label, first_words }) => h("p", { class: "verdict-first" },
    spoken.length > 1 && h("span", { class: "verdict-first-whom" }, voice.local(label)), voice.local(first_words ?? {})))];
}
