/** Of what somebody has booked, what matters at this door: what is on now or comes later today. What is over sends nobody anywhere. */

import { h } from "./element.js";
import { lastsAllDay } from "./places.js";

/** @typedef {import("./types.js").BookedSession} BookedSession */
/** @typedef {import("./language.js").Voice} Voice */

/** As many lines as leave a phone its buttons. */
const FEW = 2;

/**
 * Where nothing more is booked today, what comes next; where everything is over, what was last.
 *
 * @param {Voice} voice whose day is today
 * @param {readonly BookedSession[]} booked in any order
 * @param {Date} at
 * @returns {{told: readonly BookedSession[], more: number, areOver: boolean}} more: how many others are still to come
 */
export function toTell(voice, booked, at) {
  const inOrder = [...booked].sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
  const ahead = inOrder.filter(({ starts_at, ends_at }) => Date.parse(ends_at ?? starts_at) > at.getTime());
  const started = ahead.filter(({ starts_at }) => Date.parse(starts_at) <= at.getTime() || voice.day(starts_at, at) === "");
  const told = ahead.length === 0 ? inOrder.slice(-1) : started.length === 0 ? ahead.slice(0, 1) : started.slice(0, FEW);
  return { told, more: Math.max(0, ahead.length - told.length), areOver: ahead.length === 0 && booked.length > 0 };
}

/**
 * @param {Voice} voice
 * @param {readonly BookedSession[]} booked
 * @param {{at: Date, whereIs: (session: string) => import("./types.js").Texts | null | undefined}} world
 * @returns {HTMLElement[]}
 */
export function bookedLines(voice, booked, { at, whereIs }) {
  const { told, more } = toTell(voice, booked, at);
  const lines = told.map(({ code, title, starts_at, ends_at, cancelled }) => {
    const where = cancelled ? null : whereIs(code);
    const allDay = lastsAllDay({ starts_at, ends_at: ends_at ?? null });
    const words = cancelled ? "booked_off" : where ? (allDay ? "booked_all_day_where" : "booked_where") : allDay ? "booked_all_day" : "booked";
    const isOn = Date.parse(starts_at) <= at.getTime() || !voice.day(starts_at, at);
    const when = !allDay ? voice.beginning(starts_at) : isOn ? voice.say("today") : voice.dayOf(starts_at);
    return h("span", { class: "is-booked" }, voice.say(words, { title: voice.local(title), when, where: voice.local(where) }));
  });
  return more > 0 ? [...lines, voice.say("booked_more", { n: more })] : lines;
}
