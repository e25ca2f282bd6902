/**
 * The door's decision about a ticket, as the server makes it (checkin/rules/decision.py): facts in, verdict and lines
 * out, no clock, no store. One table of cases drives both.
 *
 * Several verdicts can apply at once; the first decides, in this order: not one of our codes, blocked, replaced,
 * cancelled, pending, outside the window, in already or come back, confirmed here, waiting here, not booked here.
 */

import { beyond, namedAs, NOBODY, plus, total, turned, within } from "./people.js";
import { besides, isKnown, roomLeft, seatsLeft } from "./space.js";
import { outside } from "./stay.js";

/** @typedef {import("./facts.js").Coming} Coming */
/** @typedef {import("./facts.js").Decision} Decision */
/** @typedef {import("./facts.js").NewLine} NewLine */
/** @typedef {import("./facts.js").Numbers} Numbers */
/** @typedef {import("./facts.js").PlaceFacts} PlaceFacts */
/** @typedef {import("./facts.js").TicketFacts} TicketFacts */
/** @typedef {import("./facts.js").Verdict} Verdict */
/** @typedef {import("./facts.js").Wish} Wish */
/** @typedef {"other_event" | "unknown" | "unreadable"} NotOurs */

const SETTLED = ["admitted", "readmitted", "left"];
const NEVER_FORCED = ["blocked", "other_event", "unknown", "unreadable"];

/** @param {Verdict} verdict @param {Partial<Decision>} [more] @returns {Decision} */
export function decision(verdict, more = {}) {
  return { verdict, lines: [], conflict: null, refusedAs: null, error: null, expected: null, offersPlace: false, places: null, ...more };
}

/** @param {NewLine["kind"]} kind @param {Numbers} people @param {Partial<NewLine>} [more] @returns {NewLine} */
export function newLine(kind, people, more = {}) {
  return { kind, people, onTicket: true, booked: null, reentry: false, newToday: null, place: null, ...more };
}

/** The verdict on a ticket of this event, and what follows from it. @param {Wish} wish @param {PlaceFacts} place @param {TicketFacts} asItWas @returns {Decision} */
export function decide(wish, place, asItWas) {
  const ticket = wish.leaving ? asItWas : namedAsNow(asItWas);
  const plain = judge(wish, place, ticket);
  if (SETTLED.includes(plain.verdict)) return plain;
  if (wish.done && !wish.leaving) return asFact(wish, place, ticket, plain);
  if (wish.forced && !NEVER_FORCED.includes(plain.verdict) && (plain.verdict !== "full" || place.overFull)) return overridden(wish, place, ticket, plain);
  return plain;
}

/** What is no ticket of this event; somebody let in on it already is counted without a category. @param {Wish} wish @param {PlaceFacts} place @param {NotOurs} code @returns {Decision} */
export function decideUnknown(wish, place, code) {
  if (!wish.done || wish.leaving) return decision(code);
  const line = newLine("entry", wish.people ?? { [place.unknown]: 1 }, { onTicket: false, newToday: wish.newToday });
  return decision("provisional", { lines: [line], conflict: "unknown_ticket", refusedAs: code });
}

/** Whoever came or booked under another category, by the categories that the party has now. @param {TicketFacts} ticket @returns {TicketFacts} */
function namedAsNow(ticket) {
  const { party, here, then } = ticket;
  const places = namedAs(ticket.places, party);
  return {
    ...ticket,
    places,
    here: { ...here, admitted: namedAs(here.admitted, party), booked: namedAs(here.booked, places) },
    then: { ...then, admitted: namedAs(then.admitted, party), inside: namedAs(then.inside, party) },
    elsewhere: ticket.elsewhere.map((one) => ({ ...one, inside: namedAs(one.inside, party) })),
  };
}

/** @param {Wish} wish @param {PlaceFacts} place @param {TicketFacts} ticket @returns {Decision} */
function judge(wish, place, ticket) {
  if (ticket.blocked) return decision("blocked");
  if (wish.leaving) return leave(wish, ticket);
  const stopped = stoppedAs(place, ticket) ?? outsideWindow(wish, place, ticket);
  return stopped ? decision(stopped) : enter(wish, place, ticket);
}

/** Who leaves is always stored; of a party whose numbers are not given, all who are inside. @param {Wish} wish @param {TicketFacts} ticket */
function leave(wish, ticket) {
  const people = wish.people ?? (total(ticket.then.inside) ? ticket.then.inside : ticket.party);
  return decision("left", { lines: [newLine("exit", turned(people))] });
}

/** @param {PlaceFacts} place @param {TicketFacts} ticket @returns {Verdict | null} */
function stoppedAs(place, ticket) {
  if (ticket.replaced) return "replaced";
  if (ticket.cancelled || place.cancelled) return "cancelled";
  return ticket.booked === "pending" ? "pending" : null;
}

/** @param {Wish} wish @param {PlaceFacts} place @param {TicketFacts} ticket @returns {Verdict | null} */
function outsideWindow({ at }, { window }, ticket) {
  if (ticket.team) return null;
  if (at < window.from) return "too_early";
  return at > window.to ? "too_late" : null;
}

/** @param {Wish} wish @param {PlaceFacts} place @param {TicketFacts} ticket @returns {Decision} */
function enter(wish, place, ticket) {
  const [missing, returning, asked] = [missingOf(ticket), returningOf(place, ticket), askedOf(wish, ticket)];
  if (!total(missing) && (!total(returning) || (asked && !total(within(asked, returning))))) return decision("already_in");
  if (asked === null) {
    if (!total(missing) && place.reentry === "free") return admit(wish, place, ticket, coming({ back: ticket.here.admitted }));
    return confirm(wish, place, ticket);
  }
  const come = comingOf(asked, place, ticket);
  const refused = refusedAs(wish, place, ticket, come);
  const tooMany = total(come.surplus) > 0 && refused?.verdict === "full";
  if (refused && !tooMany) return refused;
  return tooMany || total(come.excess) ? confirm(wish, place, ticket) : admit(wish, place, ticket, come);
}

/**
 * Ask for the numbers, if one of the party could come in at all; and say by how many it may be more than the party. A party
 * that brought more people than there is room for beside it is asked again: it is not turned away for them.
 *
 * @param {Wish} wish
 * @param {PlaceFacts} place
 * @param {TicketFacts} ticket
 */
function confirm(wish, place, ticket) {
  const expected = expectedOf(place, ticket);
  const one = Object.keys(expected)[0] ?? place.unknown;
  const come = comingOf(expected, place, ticket);
  const offersPlace = takesWalkIns(place) && fits(wish, place, { ...come, surplus: { [one]: 1 } });
  const places = offersPlace && place.space ? besides(place.space, ...seatsOf(place, come), wish.at) : null;
  return refusedAs(wish, place, ticket, comingOf({ [one]: 1 }, place, ticket)) ?? decision("confirm_party", { expected, offersPlace, places });
}

/** Who may still come: first on the booked places, then the rest of the party, then who went out. @param {PlaceFacts} place @param {TicketFacts} ticket @returns {Numbers} */
function expectedOf(place, ticket) {
  const missing = missingOf(ticket);
  return [within(missing, beyond(ticket.places, ticket.here.booked)), missing].find((one) => total(one)) ?? returningOf(place, ticket);
}

/** The numbers that came; one person needs no question, and has the category of the ticket. @param {Wish} wish @param {TicketFacts} ticket @returns {Numbers | null} */
function askedOf({ people }, { party }) {
  return total(party) === 1 && (people === null || total(people) === 1) ? party : people;
}

/** Who of the party was not admitted here yet. @param {TicketFacts} ticket */
function missingOf(ticket) {
  return beyond(ticket.party, ticket.here.admitted);
}

/** Who may come back now. @param {PlaceFacts} place @param {TicketFacts} ticket @returns {Numbers} */
function returningOf({ reentry }, ticket) {
  if (reentry === "free") return ticket.here.admitted;
  return reentry === "after_exit" ? outside(ticket.then) : NOBODY;
}

/** @param {Partial<Coming>} some @returns {Coming} */
function coming(some) {
  return { booked: NOBODY, unbooked: NOBODY, back: NOBODY, surplus: NOBODY, excess: NOBODY, ...some };
}

/** @param {Numbers} asked @param {PlaceFacts} place @param {TicketFacts} ticket @returns {Coming} */
function comingOf(asked, place, ticket) {
  const mine = within(asked, ticket.party);
  const fresh = within(mine, missingOf(ticket));
  const booked = within(fresh, beyond(ticket.places, ticket.here.booked));
  const known = beyond(mine, fresh);
  const back = within(known, returningOf(place, ticket));
  return { booked, unbooked: beyond(fresh, booked), back, surplus: beyond(asked, ticket.party), excess: beyond(known, back) };
}

/** Why these people cannot come in, or null. @param {Wish} wish @param {PlaceFacts} place @param {TicketFacts} ticket @param {Coming} come @returns {Decision | null} */
function refusedAs(wish, place, ticket, come) {
  if (place.admission === null || ticket.team) return null;
  if (total(come.surplus) && !takesWalkIns(place)) return decision("refused", { error: "more_than_party" });
  if (total(come.unbooked) && !needsNoBooking(wish, place, ticket)) {
    if (total(come.booked)) return decision("refused", { error: "more_than_booked" });
    return notBooked(wish, place, ticket, total(come.unbooked));
  }
  return fits(wish, place, come) ? null : decision("full");
}

/** @param {PlaceFacts} place @returns {boolean} */
export function takesWalkIns({ admission }) {
  return admission === null || admission === "walk_in" || admission === "booking_and_walk_in";
}

/** Whether somebody without a booked place simply comes in, if there is room. @param {Wish} wish @param {PlaceFacts} place @param {TicketFacts} ticket */
function needsNoBooking(wish, place, { booked }) {
  if (place.admission === "walk_in") return true;
  if (wish.asWalkIn) return takesWalkIns(place) || booked === "waiting";
  if (booked === "waiting" || !takesWalkIns(place)) return false;
  return booked === "confirmed" || roomLeftOf(place, wish.at) === null;
}

/** @param {Wish} wish @param {PlaceFacts} place @param {TicketFacts} ticket @param {number} needed */
function notBooked(wish, place, { booked }, needed) {
  const left = roomLeftOf(place, wish.at);
  const room = left === null || left >= needed;
  if (booked === "waiting") return decision("waitlisted", { offersPlace: room });
  if (takesWalkIns(place) && room) return decision("not_booked", { offersPlace: true });
  return decision(booked === "cancelled" ? "cancelled" : "not_booked");
}

/** Booked people may take every seat, held ones too; others what is left when those are kept. @param {Wish} wish @param {PlaceFacts} place @param {Coming} come */
function fits(wish, place, come) {
  const [seats, room] = [place.space && seatsLeft(place.space), roomLeftOf(place, wish.at)];
  if (seats === null || room === null) return true;
  const [everybody, others] = seatsOf(place, come);
  return everybody === 0 || (everybody <= seats && others <= room);
}

/** How many places these people take, and how many of those without a booking. @param {PlaceFacts} place @param {Coming} come @returns {[number, number]} */
function seatsOf(place, come) {
  const others = total(come.unbooked) + total(come.surplus);
  return [total(come.booked) + others + (countsPresence(place) ? total(come.back) : 0), others];
}

/** @param {PlaceFacts} place @param {number} at @returns {number | null} */
export function roomLeftOf({ space }, at) {
  return space && roomLeft(space, at);
}

/** Whether somebody who comes back takes a place again. @param {PlaceFacts} place */
function countsPresence({ space }) {
  return space !== null && isKnown(space) && space.kind === "at_once";
}

/** @param {Wish} wish @param {PlaceFacts} place @param {TicketFacts} ticket @param {Coming} come */
function admit(wish, place, ticket, come) {
  const came = total(come.booked) + total(come.unbooked) + total(come.surplus);
  return decision(came ? "admitted" : "readmitted", { lines: [...entries(wish, place, come), ...moves(place, ticket, come)] });
}

/** @param {Wish} wish @param {PlaceFacts} place @param {Coming} come @returns {NewLine[]} */
function entries(wish, place, { booked, unbooked, back, surplus }) {
  const lines = [
    newLine("entry", booked, { booked: true }),
    newLine("entry", unbooked, { booked: place.admission === null ? null : false }),
    newLine("entry", back, { reentry: true }),
    newLine("entry", surplus, { onTicket: false, newToday: wish.newToday }),
  ];
  return lines.filter(({ people }) => total(people));
}

/** Entering a room closes the stay in others; of a party only as many leave as it is too small for all of them. @param {PlaceFacts} place @param {TicketFacts} ticket @param {Coming} come @returns {NewLine[]} */
function moves(place, ticket, come) {
  if (place.admission === null) return [];
  const fresh = plus(come.booked, come.unbooked);
  const here = within(plus(plus(ticket.then.inside, fresh), come.back), plus(ticket.here.admitted, fresh));
  let everywhere = ticket.elsewhere.reduce((all, { inside }) => plus(all, inside), here);
  return ticket.elsewhere.map((other) => {
    const leaving = within(beyond(everywhere, ticket.party), other.inside);
    everywhere = plus(everywhere, turned(leaving));
    return newLine("exit", turned(leaving), { place: other.place });
  }).filter(({ people }) => total(people));
}

/** Who is in is in: stored whatever the rules say, and listed for people to look at. @param {Wish} wish @param {PlaceFacts} place @param {TicketFacts} ticket @param {Decision} plain */
function asFact(wish, place, ticket, plain) {
  if (plain.verdict === "already_in") return decision("already_in", { conflict: "double_admission" });
  const come = comingOf(askedOf(wish, ticket) ?? expectedOf(place, ticket), place, ticket);
  const isCount = ["full", "confirm_party"].includes(plain.verdict) || plain.error !== null;
  const comesBesides = isCount && (takesWalkIns(place) || ticket.team) && !total(come.excess);
  const kept = { ...come, surplus: comesBesides ? come.surplus : NOBODY, excess: NOBODY };
  const over = total(come.excess) + total(come.surplus) - total(kept.surplus);
  const refused = wish.forced && !NEVER_FORCED.includes(plain.verdict) ? "override" : "not_entitled";
  const counted = !ticket.team && !fits(wish, place, kept) ? "over_capacity" : over ? "surplus" : null;
  const conflict = isCount ? counted : refused;
  const { verdict, lines } = admit(wish, place, ticket, kept);
  return decision(verdict, { lines, conflict, refusedAs: plain.verdict === "confirm_party" ? null : plain.verdict });
}

/** A supervisor's word; a ticket that is in already counts nobody again. Where full is final, it makes no room. @param {Wish} wish @param {PlaceFacts} place @param {TicketFacts} ticket @param {Decision} plain */
function overridden(wish, place, ticket, plain) {
  const asked = askedOf(wish, ticket);
  if (asked === null && plain.verdict !== "already_in") return decision("confirm_party", { expected: expectedOf(place, ticket) });
  const come = asked === null || plain.verdict === "already_in"
    ? coming({ back: within(asked ?? ticket.party, ticket.here.admitted) })
    : withExcess(comingOf(asked, place, ticket));
  if (!place.overFull && !ticket.team && !fits(wish, place, come)) return decision("full");
  const { verdict, lines } = admit(wish, place, ticket, come);
  return decision(verdict, { lines, conflict: "override", refusedAs: plain.verdict });
}

/** Who is over what the ticket has left comes as a walk-in. @param {Coming} come @returns {Coming} */
function withExcess(come) {
  return { ...come, surplus: plus(come.surplus, come.excess), excess: NOBODY };
}
