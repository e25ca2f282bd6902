/** The answer, large: words, drawing and colour say the same; then who it is, what is known, and what to do next. */

import { bookedLines, toTell } from "./booked.js";
import { fill, h, icon, spoken } from "./element.js";
import { firstWords } from "./first-words.js";
import { isTicket } from "./given-ticket.js";
import { isNumber } from "./numbers.js";
import { partyPanel, whyAgain } from "./party-panel.js";
import { lostButton } from "./replace-lost.js";
import { needsPin, vouchButton } from "./supervising.js";
import { belongsTogether, grouped, noteButton, notLookedUp } from "./unread.js";
import { letsIn, mannerOf } from "./verdicts.js";
import { whichPlace } from "./which-place.js";

/** @typedef {import("./door.js").Case} Case */
/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Numbers} Numbers */
/** @typedef {import("./verdicts.js").Manner} Manner */

const CHECKING = /** @type {Manner} */ ({ tone: "wait", icon: "wait", words: "checking", next: null });
const WAITING = /** @type {Manner} */ ({ tone: "wait", icon: "unreached", words: "not_reached", next: "not_reached_next" });
const NUMBER_WAITING = /** @type {Manner} */ ({ tone: "wait", icon: "unreached", words: "number_waits", next: "number_waits_next" });
const NUMBER_WRONG = /** @type {Manner} */ ({ tone: "no", icon: "stop", words: "no_such_number", next: "no_such_number_next" });
const NUMBER_DROPPED = /** @type {Manner} */ ({ tone: "caution", icon: "caution", words: "number_waits", next: null });

/** After these somebody may be booked for another session: of the same gate, or elsewhere. */
const WRONG_HERE = /** @type {readonly string[]} */ (["not_booked", "too_early", "too_late"]);

/** What is said of a number that no ticket has, or whose digits do not belong together. */
const NO_TICKET = /** @type {readonly string[]} */ (["unknown", "unreadable"]);

/** Why something is not possible, by the server's code. */
export const REASONS = /** @type {Readonly<Record<string, import("./language.js").Key>>} */ ({
  number_dropped: "number_dropped", more_than_party: "more_than_party", more_than_booked: "more_than_booked", no_walk_ins: "no_walk_ins", no_room: "no_room", nothing_to_undo: "nothing_to_undo_there",
  not_your_scan: "not_your_scan", too_late_to_undo: "too_late_to_undo", search_right_needed: "search_right_needed",
  supervisor_right_needed: "supervisor_right_needed", code_not_ours: "code_taken", code_taken: "code_taken", too_many_given: "too_many_given", other_gate: "other_gate", no_such_place: "no_such_place",
  no_such_gate: "no_such_place", no_such_category: "no_such_place", id_reused: "not_taken", count_has_no_direction: "not_taken", invalid: "not_taken", unacceptable: "not_taken", fault: "not_taken",
});

/** @param {Case} one @returns {Manner} */
export function mannerOfCase(one) {
  if (one.stage === "checking") return CHECKING;
  if (one.stage === "waiting" && isNumber(one.draft)) return belongsTogether(one.draft?.code ?? "") ? NUMBER_WAITING : NUMBER_WRONG;
  if (one.stage === "waiting") return WAITING;
  if (one.answer?.error?.code === "number_dropped") return NUMBER_DROPPED;
  const manner = mannerOf(one.answer?.verdict || (one.answer?.error ? "refused" : null));
  return isNumber(one.draft) && NO_TICKET.includes(one.answer?.verdict ?? "") ? { ...manner, words: "no_such_number", next: "no_such_number_next" } : manner;
}

/**
 * @param {Voice} voice
 * @param {Door} door
 * @param {() => void} tryNow
 * @returns {{element: HTMLElement, heard: HTMLElement, render: () => boolean}} heard: what a screen reader is told; render: whether anything is drawn anew
 */
export function verdictPanel(voice, door, tryNow) {
  const said = h("div", { class: "verdict-said" });
  const acts = h("div", { class: "verdict-acts" });
  const element = h("section", { class: "verdict", tabindex: "-1", "aria-label": voice.plainly("verdict"), hidden: true }, said, acts);
  const telling = teller(voice, door);
  /** @type {readonly unknown[]} */
  let drawn = [];
  const render = () => {
    const one = door.shown;
    const now = [one, one?.stage, one?.answer, one?.by, [...door.replaced.keys()].join()];
    telling.tell();
    if (now.length === drawn.length && now.every((part, i) => part === drawn[i])) return false;
    drawn = now;
    element.hidden = one === null;
    if (one === null) return fill(said), fill(acts), true;
    element.dataset.tone = mannerOfCase(one).tone;
    element.dataset.verdict = one.answer?.verdict ?? one.stage;
    fill(said, sentences(voice, door, one));
    fill(acts, door.isAsking ? partyPanel(voice, door) : buttons(voice, door, one, tryNow));
    return true;
  };
  return { element, heard: telling.element, render };
}

/**
 * Tells a screen reader each verdict, once: in a part of the page that is there before and stays, as words that come with
 * their own part are told by some and not by others. That it is being looked up is no news yet; the same again is none.
 *
 * @param {Voice} voice
 * @param {Door} door
 */
function teller(voice, door) {
  const element = h("div", { class: "visually-hidden verdict-heard", role: "status", "aria-live": "assertive", "aria-atomic": "true" });
  let told = /** @type {{one: Case | null, news: string}} */ ({ one: null, news: "" });
  const tell = () => {
    const one = door.shown;
    const { verdict, error, conflict, person: who } = one?.answer ?? {};
    const news = JSON.stringify([one?.stage, verdict, error?.code, conflict, who?.note]);
    if (told.one === one && told.news === news) return;
    told = { one, news };
    if (one === null || one.stage === "checking") return fill(element);
    fill(element, spoken(h("div", {}, h("p", {}, voice.say(mannerOfCase(one).words)), words(voice, door, one))));
  };
  return { element, tell };
}

/** @param {Voice} voice @param {Door} door @param {Case} one */
function sentences(voice, door, one) {
  const manner = mannerOfCase(one);
  return [
    h("div", { class: "verdict-head" }, h("span", { class: "verdict-sign" }, icon(manner.icon)), h("h2", { class: "verdict-words" }, voice.say(manner.words))),
    words(voice, door, one),
  ];
}

/** Below the verdict's own words. @param {Voice} voice @param {Door} door @param {Case} one @returns {import("./element.js").Child[]} */
function words(voice, door, one) {
  const manner = mannerOfCase(one);
  const answer = one.stage === "answered" ? one.answer : null;
  return [
    answer && person(voice, door, answer.verdict === "undone" ? (undone(door, one) ?? answer) : answer),
    answer && firstWords(voice, door, answer),
    answer && facts(voice, door, answer),
    answer && uncounted(voice, door, one),
    answer?.error && h("p", { class: "verdict-next" }, needsPin(door, answer) ? voice.say("pin_not_right") : reason(voice, answer.error)),
    answer && !belongsTogether(notLookedUp(one) ?? "") && h("p", { class: "verdict-next" }, voice.say("no_such_number_next")),
    answer && noted(voice, door, one),
    (manner === NUMBER_WAITING || manner === NUMBER_WRONG) && h("p", { class: "verdict-person" }, h("span", { class: "verdict-number" }, grouped(one.draft?.code ?? ""))),
    answer && whyAgain(voice, answer, one.draft) && h("p", { class: "verdict-next is-why" }, whyAgain(voice, answer, one.draft)),
    manner.next && !(answer && (needsPin(door, answer) || whyAgain(voice, answer, one.draft))) && h("p", { class: "verdict-next" }, voice.say((answer && nextOf(voice, answer)) || manner.next)),
    answer && one.by === "device" && door.judge?.asOf && h("p", { class: "verdict-next verdict-source" }, icon("unreached"), voice.say("decided_here", { time: voice.clock(door.judge.asOf) })),
  ];
}

/** Somebody without a ticket was tapped, and not taken. @param {Voice} voice @param {Door} door @param {Case} one */
function uncounted(voice, door, { draft, answer }) {
  if (draft?.act !== "walk_in" || draft.code || letsIn(answer?.verdict)) return null;
  return Object.entries(draft.people ?? {}).map(([key, n]) => h("p", { class: "verdict-next" }, voice.say("tap_refused", { label: label(voice, door, key), n })));
}

/** Whose coming or going was taken back, as long as this device remembers. @param {Door} door @param {Case} one */
function undone({ past = [] }, { draft }) {
  return past.find((before) => before.draft?.id === draft?.undoes)?.answer;
}

/** Who was counted with the number of a ticket that nobody could read. @param {Voice} voice @param {Door} door @param {Case} one */
function noted(voice, door, { draft, answer }) {
  if (!draft?.number || answer?.verdict !== "counted") return null;
  const people = Object.entries(draft.people ?? {}).map(([key, n]) => voice.say("number_of", { label: label(voice, door, key), n }));
  return [h("ul", { class: "verdict-facts" }, people.map((line) => h("li", {}, line))), h("p", { class: "verdict-next" }, voice.say("number_noted", { number: grouped(draft.number) }))];
}

/** Without a place here there is more than one way to go on. @param {Voice} voice @param {Answer} answer @returns {import("./language.js").Key | null} */
function nextOf(voice, answer) {
  if (answer.verdict !== "confirm_party" && (answer.walk_in_left ?? 0) > 0) return "free_next";
  const booked = (answer.booked ?? []).filter(({ cancelled }) => !cancelled);
  if (answer.verdict !== "not_booked") return null;
  return booked.length === 0 ? "not_booked_at_all_next" : toTell(voice, booked, timeOf(voice, answer)).areOver ? "booked_over_next" : null;
}

/** @param {Voice} voice @param {{code: string, message: string}} error our own words where we have them: the server does not know who reads */
function reason(voice, { code, message }) {
  const key = REASONS[code];
  return key ? voice.say(key) : message || code;
}

/** @param {Voice} voice @param {Door} door @param {Answer} answer */
function person(voice, door, answer) {
  const { name, category } = answer.person ?? { name: null, category: null };
  const size = sum(answer.party);
  if (!name && !category && size < 2) return null;
  return h("p", { class: "verdict-person" },
    name && h("bdi", { class: "verdict-name" }, name),
    size > 1 ? voice.say("party_of", { n: size }) : category && h("span", {}, label(voice, door, category)));
}

/** @param {Voice} voice @param {Door} door @param {Answer} answer */
function facts(voice, door, answer) {
  const lines = [...numbers(voice, door, answer), ...beyond(voice, door, answer), ...history(voice, answer), ...clockOf(voice, door.shown), ...elsewhere(voice, door, answer)];
  return lines.length > 0 && h("ul", { class: "verdict-facts" }, lines.map((line) => h("li", {}, line)));
}

/** @param {Voice} voice @param {Door} door @param {Answer} answer */
function numbers(voice, door, answer) {
  if (answer.verdict === "confirm_party" || sum(answer.party) < 2) return [];
  const came = answer.admitted ?? {};
  const lines = Object.entries(answer.party ?? {}).filter(([, n]) => n > 0).map(([key, n]) =>
    voice.say("number_of", { label: label(voice, door, key), n: came[key] === undefined || came[key] === n ? n : `${came[key]} / ${n}` }));
  return lines;
}

/** More came than the party is: who of them is counted without its ticket. @param {Voice} voice @param {Door} door @param {Answer} answer */
function beyond(voice, door, answer) {
  const came = answer.verdict === "admitted" ? (door.shown?.draft?.people ?? {}) : {};
  const over = Object.entries(came).map(([key, n]) => ({ key, n: n - (answer.party?.[key] ?? 0) }));
  return answer.party ? over.filter(({ n }) => n > 0).map(({ key, n }) => voice.say("walk_ins_besides", { label: label(voice, door, key), n })) : [];
}

/** @param {Voice} voice @param {Answer} answer */
function history(voice, answer) {
  const { first, window, cancelled_at } = answer;
  const at = timeOf(voice, answer);
  const closed = answer.verdict === "too_late";
  return [
    first && !["admitted", "left"].includes(answer.verdict ?? "") && voice.say(first.gate ? "first_at_gate" : "first_at", { time: voice.clock(first.at), gate: voice.local(first.gate) }),
    cancelled_at && voice.say("cancelled_at", { time: voice.clock(cancelled_at) }),
    window?.from && !closed && voice.say("window_from", { from: voice.clock(window.from, at) }),
    window?.to && closed && voice.say("window_until", { to: voice.clock(window.to, at) }),
  ].filter((line) => line !== null && line !== undefined && line !== false && line !== "");
}

/** When it was decided. @param {Voice} voice @param {Answer} answer */
function timeOf(voice, { at }) {
  return at ? new Date(at) : voice.now();
}

/** A clock that was moved without a network is known to nobody but who looks at it. @param {Voice} voice @param {Case | null} one */
function clockOf(voice, one) {
  const { at, verdict } = one?.answer ?? {};
  return one?.by === "device" && at && (verdict === "too_early" || verdict === "too_late") ? [voice.say("decided_for", { time: voice.clock(at, new Date(0)) })] : [];
}

/** @param {Voice} voice @param {Door} door @param {Answer} answer */
function elsewhere(voice, door, answer) {
  return [
    ...bookedLines(voice, bookedElsewhere(door, answer), { at: timeOf(voice, answer), whereIs: (session) => door.judge?.whereIs?.(session) }),
    ...(answer.event && answer.verdict === "other_event" ? [voice.say("of_event", { title: voice.local(answer.event.title) })] : []),
    ...(answer.person?.no_photo ? [voice.say("no_photo")] : []),
    ...(answer.person?.noted ? [voice.say("noted")] : []),
    ...(answer.person?.note ? [voice.say("note", { note: answer.person.note })] : []),
    ...(answer.conflict && answer.conflict !== "unread_ticket" ? [voice.say(keptAs(answer))] : []),
  ];
}

/** What somebody is booked for who has no place here; whoever comes at the wrong time may be at the wrong door. @param {Door} door @param {Answer} answer */
function bookedElsewhere(door, { verdict, booked, place }) {
  const here = (place ?? door.place.code).replace(/^session:/, "");
  if (!WRONG_HERE.includes(verdict ?? "") || booked?.some(({ code }) => code === here)) return [];
  return booked ?? [];
}

/** Why somebody will look at it. @param {Answer} answer @returns {import("./language.js").Key} */
function keptAs({ conflict, verdict }) {
  if (conflict === "clock") return letsIn(verdict) || verdict === "left" ? "clock_wrong" : "clock_wrong_refused";
  return conflict === "quarantined" ? "stored_quarantined" : "stored_conflict";
}

/** @param {Voice} voice @param {Door} door @param {Case} one @param {() => void} tryNow */
function buttons(voice, door, one, tryNow) {
  const { tone } = mannerOfCase(one);
  const answer = one.stage === "answered" ? one.answer : null;
  const free = answer?.walk_in_left ?? 0;
  const isRefused = tone === "caution" || tone === "no";
  const there = WRONG_HERE.includes(answer?.verdict ?? "") ? door.bookedHere : null;
  const undo = answer?.verdict === "admitted" || isTicket(one) || (one.draft?.number && answer?.verdict === "counted") ? "undo_admission" : answer?.verdict === "left" ? "undo_exit" : null;
  return [
    there && one.draft?.code && h("button", { type: "button", class: "button is-strong is-wide", onclick: () => door.checkInThere() }, voice.say("check_in_for", { title: voice.local(there.name) }), whichPlace(voice, there, door.place)),
    isRefused && one.draft?.code && free > 0 && h("button", { type: "button", class: "button is-strong", onclick: () => door.takeAsWalkIn() }, voice.say("take_as_walk_in", { n: free })),
    one.stage === "waiting" && h("button", { type: "button", class: "button is-strong", onclick: tryNow }, voice.say(isNumber(one.draft) ? "try_again" : "try_now")),
    noteButton(voice, door, one),
    isTicket(one) && h("button", { type: "button", class: "button is-strong", "aria-haspopup": "dialog", onclick: () => door.onTicket?.(one) }, voice.say("show_ticket")),
    undo && (one.draft?.code || one.draft?.new_code || one.draft?.number) && h("button", { type: "button", class: "button is-quiet", onclick: () => door.undoShown() }, voice.say(undo)),
    vouchButton(voice, door, one),
    (isRefused || one.stage === "waiting") && h("button", { type: "button", class: "button", onclick: () => door.show() }, voice.say("next")),
    lostButton(voice, door, one),
  ];
}

/** @param {Voice} voice @param {Door} door @param {string} key */
export function label(voice, door, key) {
  return voice.local(door.categories.find((category) => category.key === key)?.label ?? key);
}

/** @param {Numbers | null | undefined} people */
export function sum(people) {
  return Object.values(people ?? {}).reduce((total, n) => total + n, 0);
}
