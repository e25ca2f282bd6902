/**
 * What this device decides alone: from the pack, and from what it did itself since.
 *
 * A ticket's row opens only with the ticket's own code; what was done is kept by row ids, until a pack holds it.
 */

import { parseCode } from "./code.js";
import { givenRow, linesOf, moveOf } from "./deeds.js";
import { isGiven } from "./given-code.js";
import { derived, openRow } from "./pack.js";
import { decide, decideUnknown, decision } from "./rules/decision.js";
import { plus, together, total, turned } from "./rules/people.js";
import { roomLeft, seatsLeft, withRoomCount } from "./rules/space.js";
import { stayOf } from "./rules/stay.js";
import { decideGiven, decideHeadCount, decideRoomCount, decideUndo, decideWalkIn, onATicket } from "./rules/taps.js";
import { letsIn } from "./verdicts.js";

/** @typedef {import("./pack.js").Pack} Pack */
/** @typedef {import("./pack.js").Row} Row */
/** @typedef {import("./rules/facts.js").Decision} Decision */
/** @typedef {import("./rules/facts.js").PlaceFacts} PlaceFacts */
/** @typedef {import("./rules/facts.js").TicketFacts} TicketFacts */
/** @typedef {import("./rules/facts.js").Wish} Wish */
/** @typedef {import("./rules/space.js").Space} Space */
/** @typedef {import("./rules/stay.js").Line} Line */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Deed} Deed */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").PackPlace} PackPlace */

/** @typedef {{answer: Answer, deed: Deed | null}} Own what the device says by itself, and what it did with that */

export class Alone {
  /** @type {Map<string, Deed>} */
  deeds = new Map();

  /**
   * @param {object} world
   * @param {Pack} world.pack
   * @param {number} world.offset milliseconds by which the server's clock is ahead
   * @param {readonly Deed[]} world.deeds
   * @param {boolean} world.supervises
   * @param {boolean} [world.asksPin] a supervisor's word counts only where somebody gave it for this very scan
   */
  constructor({ pack, offset, deeds, supervises, asksPin = false }) {
    this.pack = pack;
    this.offset = offset;
    this.supervises = supervises;
    this.asksPin = asksPin;
    this.places = new Map(pack.head.places.map((place) => [place.code, place]));
    for (const deed of deeds) this.deeds.set(deed.id, deed);
  }

  /** @param {Draft} draft @param {number} [at] milliseconds, by the server's clock @returns {Promise<Own | null>} null: that is nothing a device can decide */
  async judge(draft, at = Date.parse(draft.at) + this.offset) {
    const place = this.places.get(draft.place);
    if (!place) return null;
    if (draft.act === "undo") return this.#undo(draft, at);
    if (draft.new_code) return this.#give(draft, place, at, (await derived(this.pack.head, draft.new_code)).rid);
    if (draft.act === "head_count" || (draft.act === "walk_in" && !draft.code)) return this.#tap(draft, place, at);
    if (draft.act === "room_count") return this.#roomCount(draft, place, at);
    const reading = parseCode(draft.code ?? "");
    if (reading.kind !== "ticket") return null;
    const ticket = await derived(this.pack.head, reading.code);
    const row = (await openRow(this.pack, ticket)) ?? givenRow([...this.deeds.values()], ticket.rid);
    if (row) return this.#known(draft, place, at, ticket.rid, row);
    return this.#unknown(draft, place, at, ticket.rid, await isGiven(this.pack.head, reading.code));
  }

  /** What follows from a scan that the server has let in or out, as long as no pack holds it. @param {Draft} draft @param {Answer} answer @returns {Promise<Deed | null>} */
  async done(draft, answer) {
    if (!letsIn(answer.verdict) && answer.verdict !== "left" && answer.verdict !== "undone") return null;
    const own = await this.judge({ ...draft, shown: answer.verdict ?? undefined }, answer.at ? Date.parse(answer.at) : undefined);
    return own?.deed ? { ...own.deed, answered: true } : null;
  }

  /** @param {Deed} deed */
  remember(deed) {
    if (deed.undoes) this.deeds.delete(deed.undoes);
    else this.deeds.set(deed.id, deed);
  }

  /** @param {Draft} draft @param {PackPlace} place @param {number} at @param {string} rid @param {Row} row @returns {Own} */
  #known(draft, place, at, rid, row) {
    const wish = this.#wish(draft, at);
    const facts = this.#ticketFacts(row, rid, place, at);
    const given = decide(wish, this.#placeFacts(place), facts);
    const isNew = !this.#cameBefore(row, rid);
    const deed = this.#deed(draft, at, rid, given, row);
    const after = stayOf(this.#history(row, rid, place).concat(linesOf(deed, place.code)));
    const isParty = total(facts.party) > 1;
    const [category, second] = Object.keys(facts.party);
    return {
      deed,
      answer: {
        ...this.#answer(draft, place, at, given),
        person: { name: row.name || null, category: second ? null : (category ?? null), note: null, ...(row.noPhoto ? { no_photo: true } : {}), ...(row.noted ? { noted: true } : {}) },
        first: firstOf(given.verdict, after, this.pack),
        first_time: isNew && given.verdict === "admitted",
        party_kind: row.kind,
        party: isParty ? facts.party : null,
        admitted: isParty ? after.admitted : null,
        booked: ["not_booked", "waitlisted", "cancelled", "too_early", "too_late"].includes(given.verdict) ? this.#booked(row) : [],
        walk_in_left: given.offersPlace ? (given.places ?? this.#roomLeft(place, at) ?? total(facts.party)) : null,
      },
    };
  }

  /** Whether anybody of it was admitted anywhere, as far as this device knows. @param {Row} row @param {string} rid */
  #cameBefore(row, rid) {
    const own = [...this.deeds.values()].filter((deed) => deed.rid === rid).flatMap(({ lines }) => lines);
    return row.lines.concat(/** @type {any} */ (own)).some(({ direction }) => direction === "in");
  }

  /** Of a code of our form that the pack does not have; the same one again is the same people. @param {Draft} draft @param {PackPlace} place @param {number} at @param {string} rid @param {boolean} given by a door of this event @returns {Own} */
  #unknown(draft, place, at, rid, given) {
    const before = [...this.deeds.values()].flatMap((deed) => (deed.rid === rid ? linesOf(deed, place.code) : []));
    const stay = stayOf(before);
    const wish = this.#wish(draft, at);
    if (wish.leaving) return { answer: this.#answer(draft, place, at, decision("left")), deed: null };
    if (total(stay.admitted)) {
      const again = decision("already_in");
      return { answer: { ...this.#answer(draft, place, at, again), first: firstOf("already_in", stay, this.pack) }, deed: null };
    }
    const facts = this.#placeFacts(place);
    const decided = given ? decideGiven(wish, facts, false) : decideUnknown({ ...wish, done: true }, facts, "unknown");
    return { answer: this.#answer(draft, place, at, decided), deed: this.#deed(draft, at, rid, decided, null) };
  }

  /** @param {Draft} draft @param {PackPlace} place @param {number} at @returns {Own} */
  #tap(draft, place, at) {
    const wish = this.#wish(draft, at);
    const given = draft.act === "head_count" ? headCount(wish, this.#placeFacts(place)) : decideWalkIn(wish, this.#placeFacts(place));
    return { answer: this.#answer(draft, place, at, given), deed: this.#deed(draft, at, null, given, null) };
  }

  /** A walk-in who gets a ticket: known here from now on. @param {Draft} draft @param {PackPlace} place @param {number} at @param {string} rid @returns {Own} */
  #give(draft, place, at, rid) {
    const facts = this.#placeFacts(place);
    const given = onATicket(decideWalkIn(this.#wish(draft, at), facts), facts);
    const deed = this.#deed(draft, at, rid, given, null);
    return { answer: { ...this.#answer(draft, place, at, given), admitted: draft.people ?? null }, deed: deed && { ...deed, party: draft.people } };
  }

  /** Who of them has a ticket only the server knows: this device's own figures have to do. @param {Draft} draft @param {PackPlace} place @param {number} at @returns {Own} */
  #roomCount(draft, place, at) {
    const given = decideRoomCount(this.#wish(draft, at), this.#placeFacts(place));
    const before = this.spaceOf(place);
    if (!before || given.lines.length === 0) return { answer: this.#answer(draft, place, at, given), deed: null };
    const after = withRoomCount(before, total(draft.people ?? {}));
    const moves = { [draft.place]: { present: after.present - before.present, arrived: 0, anonymous: after.anonymous - before.anonymous, exits: true } };
    const deed = { id: draft.id, event: draft.event, rid: null, gate: draft.gate, place: draft.place, at, lines: [], moves, answered: false };
    return { answer: { ...this.#answer(draft, place, at, given), admitted: null }, deed };
  }

  /** @param {Draft} draft @param {number} at @returns {Own | null} null: what is to be undone is the server's already */
  #undo(draft, at) {
    const undone = this.deeds.get(draft.undoes ?? "");
    const place = this.places.get(draft.place);
    if (!undone || !place) return null;
    const given = decideUndo(at, { own: true, madeAt: undone.at, hadFor: 0, stands: true }, this.supervises && (!this.asksPin || draft.force !== undefined));
    const deed = { id: draft.id, event: draft.event, rid: null, gate: draft.gate, place: draft.place, at, lines: [], moves: {}, answered: false, undoes: undone.id };
    return { answer: this.#answer(draft, place, at, given), deed: given.verdict === "undone" ? deed : null };
  }

  /** @param {Draft} draft @param {number} at @returns {Wish} */
  #wish(draft, at) {
    const gate = this.pack.head.gates.find(({ code }) => code === draft.gate);
    return {
      at, leaving: draft.direction === "out", people: draft.people ?? null, asWalkIn: draft.act === "walk_in", forced: this.supervises && draft.force !== undefined,
      done: letsIn(draft.shown), newToday: draft.new_today ?? gate?.new_today ?? false, unread: draft.number !== undefined,
    };
  }

  /** @param {PackPlace} place @returns {PlaceFacts} */
  #placeFacts(place) {
    const [from, to] = place.window;
    return { window: { from, to }, reentry: place.reentry, unknown: this.pack.head.unknown, admission: place.admission, space: this.spaceOf(place), cancelled: place.cancelled, overFull: this.pack.head.over_full ?? true };
  }

  /** The figures of a place as the pack has them, moved on by what this device did since. @param {PackPlace} place @returns {Space | null} */
  spaceOf({ code, space }) {
    if (!space) return null;
    const moved = [...this.deeds.values()].flatMap(({ moves }) => moves[code] ?? []);
    /** @param {"present" | "arrived" | "anonymous"} figure */
    const sum = (figure) => moved.reduce((all, move) => all + move[figure], space[figure]);
    return {
      kind: space.kind, capacity: space.capacity, promised: space.promised, heldUntil: space.held_until,
      present: sum("present"), arrived: sum("arrived"), anonymous: sum("anonymous"), countsExits: space.counts_exits || moved.some(({ exits }) => exits),
    };
  }

  /** How full a place is. @param {string} code @param {number} at by the server's clock @returns {import("./answers.js").Figures | null} */
  figures(code, at) {
    const place = this.places.get(code);
    const space = place && this.spaceOf(place);
    if (!space) return null;
    const left = roomLeft(space, at);
    return { present: space.present, roomLeft: left, capacity: space.capacity, held: left === null ? 0 : Math.max(0, (seatsLeft(space) ?? 0) - left), heldUntil: space.heldUntil };
  }

  /** Who came to a place and left it by what the server has not named yet, by category; null: the room was counted, and nobody knows of whom. @param {string} code */
  unsent(code) {
    const moved = [...this.deeds.values()].filter(({ answered }) => !answered).flatMap(({ moves }) => moves[code] ?? []);
    return moved.some(({ people }) => !people) ? null : together(moved.map(({ people }) => people ?? {}));
  }

  /** @param {Row} row @param {string} rid @param {PackPlace} place @param {number} at @returns {TicketFacts} */
  #ticketFacts(row, rid, place, at) {
    const here = this.#history(row, rid, place);
    const { booked, places } = row.bookings.get(place.n) ?? { booked: /** @type {const} */ ("not"), places: {} };
    return {
      party: row.party, team: row.team, blocked: row.blocked, replaced: row.replaced, cancelled: row.cancelled,
      booked, places, here: stayOf(here), then: stayOf(here, at), elsewhere: this.#elsewhere(row, rid, place, at),
    };
  }

  /** @param {Row} row @param {string} rid @param {PackPlace} here @param {number} at */
  #elsewhere(row, rid, here, at) {
    return this.pack.head.places
      .filter((place) => place.code !== here.code && place.admission !== null && (place.ends_at ?? 0) > at)
      .map((place) => ({ place: place.code, stay: stayOf(this.#history(row, rid, place)) }))
      .filter(({ stay }) => total(stay.inside) > 0 && (stay.lastAt ?? 0) <= at)
      .sort((one, other) => (one.stay.lastAt ?? 0) - (other.stay.lastAt ?? 0))
      .map(({ place, stay }) => ({ place, inside: stay.inside }));
  }

  /** @param {Row} row @param {string} rid @param {PackPlace} place @returns {Line[]} */
  #history(row, rid, { n, code }) {
    return row.lines.filter(({ placeNumber }) => placeNumber === n).map((line) => /** @type {Line} */ (line))
      .concat([...this.deeds.values()].flatMap((deed) => (deed.rid === rid ? linesOf(deed, code) : [])));
  }

  /** What the device did, with what it moves. @param {Draft} draft @param {number} at @param {string | null} rid @param {Decision} given @param {Row | null} row @returns {Deed | null} */
  #deed(draft, at, rid, given, row) {
    if (given.lines.length === 0) return null;
    const lines = given.lines.map((line) => ({
      place: line.place ?? draft.place, direction: /** @type {import("./types.js").Direction} */ (line.kind === "exit" ? "out" : "in"), people: line.people,
      reentry: line.reentry, booked: Boolean(line.booked), onTicket: rid !== null && (line.onTicket || !row),
    }));
    const deed = { id: draft.id, event: draft.event, rid, gate: draft.gate, place: draft.place, at, lines, moves: {}, answered: false };
    return { ...deed, moves: Object.fromEntries([...new Set(lines.map((line) => line.place))].flatMap((code) => this.#moves(deed, code, row))) };
  }

  /** @param {Deed} deed @param {string} code @param {Row | null} row @returns {[string, Deed["moves"][string]][]} */
  #moves(deed, code, row) {
    const place = this.places.get(code);
    const history = place && row && deed.rid !== null ? this.#history(row, deed.rid, place) : [];
    return place ? [[code, moveOf(deed, code, this.spaceOf(place), row, history)]] : [];
  }

  /** @param {PackPlace} place @param {number} at */
  #roomLeft(place, at) {
    const space = this.spaceOf(place);
    return space && roomLeft(space, at);
  }

  /** @param {Row} row @returns {import("./types.js").BookedSession[]} */
  #booked(row) {
    return this.pack.head.places.filter(({ n, starts_at }) => starts_at !== null && row.bookings.get(n)?.booked === "confirmed")
      .sort((one, other) => (one.starts_at ?? 0) - (other.starts_at ?? 0))
      .map(({ code, name, starts_at, ends_at, cancelled }) => ({
        code: code.replace(/^session:/, ""), title: name, starts_at: stamp(starts_at ?? 0), ends_at: stamp(ends_at ?? starts_at ?? 0), ...(cancelled ? { cancelled } : {}),
      }));
  }

  /** @param {Draft} draft @param {PackPlace} place @param {number} at @param {Decision} given @returns {Answer} */
  #answer(draft, place, at, given) {
    const [from, to] = place.window;
    const people = given.lines.filter(({ onTicket }) => !onTicket).reduce((all, line) => plus(all, line.people), {});
    return {
      id: draft.id, verdict: given.verdict, at: stamp(at), place: draft.place, expected: given.expected, room_left: this.#roomLeft(place, at),
      window: ["too_early", "too_late"].includes(given.verdict) ? { from: stamp(from), to: stamp(to) } : null,
      admitted: total(people) ? people : null, error: given.error ? { code: given.error, message: "" } : null,
    };
  }
}

/** A minus is no more than the door has counted here, which it knows. @param {Wish} wish @param {PlaceFacts} place @returns {Decision} */
function headCount(wish, place) {
  const minus = Object.entries(wish.people ?? {}).filter(([, number]) => number < 0);
  return decideHeadCount(wish, place, new Map([[wish.newToday, turned(Object.fromEntries(minus))]]));
}

/** @param {string} verdict @param {import("./rules/stay.js").Stay} stay @param {Pack} pack @returns {Answer["first"]} */
function firstOf(verdict, { firstAt, firstGate }, { head }) {
  if (firstAt === null || !["already_in", "readmitted", "confirm_party"].includes(verdict)) return null;
  return { at: stamp(firstAt), gate: head.gates.find(({ code }) => code === firstGate)?.name ?? null };
}

/** @param {number} at @returns {string} */
function stamp(at) {
  return new Date(at).toISOString();
}
