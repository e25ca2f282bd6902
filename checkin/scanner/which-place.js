/** Which of several places it is: of those of one name the day or the time, of a gate of several rooms the room. */

import { h } from "./element.js";
import { lastsAllDay } from "./places.js";

/** @typedef {import("./types.js").Place} Place */

/** @param {import("./language.js").Voice} voice @param {Place} place @param {Pick<Place, "name">} beside where somebody stands */
export function whichPlace(voice, place, beside) {
  const isNamesake = voice.localPlainly(place.name) === voice.localPlainly(beside.name);
  const when = isNamesake && place.starts_at && beginning(voice, place, place.starts_at);
  return (place.room || when) && h("span", { class: "which" }, place.room && voice.local(place.room), when);
}

/** @param {import("./language.js").Voice} voice @param {Place} place @param {string} starts */
function beginning(voice, place, starts) {
  if (!lastsAllDay(place)) return voice.clock(starts);
  return voice.day(starts) ? voice.dayOf(starts) : voice.say("today");
}
