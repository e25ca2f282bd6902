/**
 * The figures of this place, small at the edge of the screen: how many are in, by category, how many may follow, and of
 * what time that is.
 * Where nobody may without a booking, how many seats are held for those who have one, and until when.
 * Without a network they are the list's where it has them (of rooms), else those that the server last told (of entrances),
 * moved on by what this device did itself. A device without a list says that what is unsent is not in them.
 */

import { fill, h } from "./element.js";
import { NOBODY, plus, total } from "./rules/people.js";

/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */

/** Lines of figures that fit without taking the picture's room. */
const TALL = "(min-height: 44rem)";

/**
 * @param {Voice} voice
 * @param {Door} door
 * @returns {{element: HTMLElement, render: () => void, unfold: (isRoomy: boolean) => void}} unfold: the lines by category, unless taps need the room
 */
export function figures(voice, door) {
  const main = h("dl", { class: "figures-main" });
  const more = h("dl", { class: "figures-more" });
  const age = h("span", { class: "figures-age" });
  const name = h("span", { class: "visually-hidden" }, voice.say("figures"));
  const head = h("summary", {}, name, h("div", { class: "figures-now" }, main, age));
  const details = h("details", { open: matchMedia(TALL).matches }, head, more);
  const element = h("section", { class: "figures", "aria-label": voice.plainly("figures") }, details);
  /** @param {boolean} isRoomy */
  const unfold = (isRoomy) => (details.open = isRoomy && matchMedia(TALL).matches);
  const render = () => {
    const { counts } = door;
    const known = door.judge?.figures(door.place.code) ?? null;
    const own = door.contact === "reached" ? null : known;
    const unsent = door.contact === "reached" ? NOBODY : (door.judge?.unsent(door.place.code) ?? null);
    const here = counts && (unsent ? plus(counts.present, unsent) : null);
    const count = own ? own.present : here && total(here);
    const limit = own ? own.capacity : (counts?.capacity ?? (counts ? null : 0));
    const left = own ? own.roomLeft : (counts?.room_left ?? null);
    const held = own ? own.held : (counts?.capacity ?? 0) - (count ?? 0) - (left ?? 0);
    fill(main, pair(voice.say("present"), people(voice, count)),
      pair(voice.say("room_left"), limit === null ? voice.say("no_limit") : people(voice, left)),
      left === 0 && held > 0 && known && pair(voice.say("held"), voice.say("held_until", { n: held, time: voice.clock(known.heldUntil) })));
    fill(more, here && door.categories.filter(({ key }) => (here[key] ?? 0) > 0)
      .map(({ key, label }) => pair(voice.local(label), people(voice, here[key] ?? 0))));
    const at = own ? door.judge?.asOf : counts?.at;
    const isWithout = door.contact !== "reached" && door.waiting > 0 && !door.judge?.asOf;
    fill(age, at && voice.say(isWithout ? "figures_without_unsent" : "figures_as_of", { time: voice.clock(at) }));
  };
  return { element, render, unfold };
}

/** @param {import("./element.js").Child} name @param {import("./element.js").Child} value */
function pair(name, value) {
  return h("div", { class: "figure" }, h("dt", {}, name), h("dd", {}, value));
}

/** @param {Voice} voice @param {number | null} n */
function people(voice, n) {
  return n === null ? "–" : voice.say("people", { n });
}
