/** The cases' world in the scanner's language: a door's state as plain values, moved on by nothing but its rules. */

import { readFileSync } from "node:fs";

import { parseCode } from "../../../checkin/scanner/code.js";
import { decide, decideUnknown, decision } from "../../../checkin/scanner/rules/decision.js";
import { plus, together, total, turned } from "../../../checkin/scanner/rules/people.js";
import { holding, roomLeft, withAnonymous, withStay } from "../../../checkin/scanner/rules/space.js";
import { NEVER_CAME, stayOf } from "../../../checkin/scanner/rules/stay.js";
import { decideGiven, decideHeadCount, decideRoomCount, decideUndo, decideWalkIn, onATicket } from "../../../checkin/scanner/rules/taps.js";
import { letsIn } from "../../../checkin/scanner/verdicts.js";

export const TABLE = JSON.parse(readFileSync(new URL("../cases.json", import.meta.url), "utf8"));
const DAY = "2026-10-03";
const MINUTE = 60_000;
const TELLING = ["exit", "room_count"];
const EVERY_RIGHT = ["scan", "search", "supervisor"];
const STATES = { confirmed: "confirmed", offered: "confirmed", pending: "pending", applied: "pending", waiting: "waiting", cancelled: "cancelled" };
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A time of the table: local to the zone, on the day of the cases unless it carries a date. */
export function moment(text, zone) {
  const whole = text.includes("T") ? text : `${DAY}T${text}`;
  if (/(Z|[+-]\d\d:\d\d)$/.test(whole)) return Date.parse(whole);
  const asUtc = Date.parse(`${whole}Z`);
  const offset = (exactly) => {
    const at = Math.floor(exactly / 1000) * 1000;
    const parts = new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(at);
    return Date.parse(`${parts.replace(" ", "T")}Z`) - at;
  };
  const first = asUtc - offset(asUtc - 12 * 60 * MINUTE);
  return offset(first) === asUtc - first ? first : asUtc - offset(asUtc);
}

export class Memory {
  ledger = [];
  conflicts = [];
  observed = [];
  made = [];
  steps = [];
  clocks = new Set();

  constructor(row) {
    this.row = row;
    this.zone = row.zone ?? TABLE.defaults.zone;
    this.reentry = row.reentry ?? TABLE.defaults.reentry;
    this.sessions = {};
    this.entrances = {};
    for (const [key, given] of Object.entries(row.places)) {
      if (given.entrance) this.entrances[key] = given.entrance;
      else this.sessions[key] = { ...TABLE.defaults.session, ...given };
    }
    this.tickets = {};
    for (const [key, given] of Object.entries(row.tickets ?? {})) {
      const code = Array.from({ length: 26 }, (_, i) => ALPHABET[(key.charCodeAt(i % key.length) * 7 + i * 11 + Object.keys(this.tickets).length) % 32]).join("");
      this.tickets[key] = { ...TABLE.defaults.ticket, ...given, code };
    }
    this.spaces = Object.fromEntries(Object.keys(this.sessions).map((key) => [key, this.#space(key)]));
  }

  moment(text) {
    return moment(text, this.zone);
  }

  scan(step) {
    const received = this.moment(step.received ?? step.at);
    const ahead = (step.clock ?? 0) * 1000;
    const [claimed, sent] = [this.moment(step.at) + ahead, received + (step.set_to ?? step.clock ?? 0) * 1000];
    const offset = "knows" in step ? step.knows * -1000 : received - sent;
    const at = Math.min(claimed + offset, received);
    const supervisor = (step.rights ?? EVERY_RIGHT).includes("supervisor");
    const place = this.#place(step.place);
    const wish = this.#wish(step, at, supervisor);
    let [before, person, given] = [null, null, null];
    if ("undo" in step) given = this.#undo(step, at, received, supervisor);
    else if ("tap" in step) {
      given = decideWalkIn(wish, place);
      if ("gives" in step && given.lines.length > 0) {
        person = step.gives;
        given = onATicket(given, place);
        Object.assign(this.tickets[person], { party: step.tap, given: false });
      }
    }
    else if ("room" in step) given = decideRoomCount(wish, place);
    else if ("count" in step) given = decideHeadCount(wish, place, this.#counted(step));
    else {
      const [ticket, code] = this.#read(step);
      person = ticket;
      before = ticket && this.#facts(ticket, step.place, at);
      if (before) given = decide(wish, place, before);
      else given = code === "given" ? decideGiven(wish, place, this.#awaitedThere(step)) : decideUnknown(wish, place, code);
    }
    if (step.shown && !letsIn(step.shown) && given.lines.length > 0) given = decision(step.shown);
    const number = this.observed.length;
    const lines = this.#keep(step, number, given, person, at);
    const clockIsWrong = Math.abs(offset) >= 10 * MINUTE || claimed + offset - received > 2 * MINUTE;
    const conflict = given.conflict ?? (clockIsWrong ? "clock" : null);
    if (given.conflict) this.conflicts.push(given.conflict);
    if (clockIsWrong && given.verdict !== "confirm_party" && !this.#flagged(step)) this.conflicts.push("clock");
    const passed = letsIn(step.shown) || letsIn(given.verdict) || given.verdict === "left";
    if (passed && !("undo" in step) && received - at > 120 * MINUTE) this.conflicts.push("late_upload");
    this.made.push({ device: step.device ?? "main", at, received });
    this.observed.push({ ...this.#seen(step, given, before, person, at), lines, conflict });
    this.steps.push(step);
    if ("gives" in step && person) this.#link(person);
    return this.observed[number];
  }

  /** Whether the same ticket, of which nobody has heard yet, was let in there. */
  #awaitedThere({ ticket, place }) {
    return this.ledger.some((one) => !one.undone && one.place === place && this.steps[one.step].ticket === ticket);
  }

  /** What was scanned of a ticket before anybody had heard of it is judged again, as a fact. */
  #link(ticket) {
    const before = this.steps.map((step, number) => ({ step, number })).filter(({ step }) => step.ticket === ticket)
      .sort((one, other) => this.made[one.number].at - this.made[other.number].at);
    for (const { step, number } of before) {
      const [{ verdict }, { at }] = [this.observed[number], this.made[number]];
      const shown = step.shown ?? verdict;
      const stands = this.ledger.some((one) => one.step === number && !one.undone);
      if (!stands && shown !== "left" && !(letsIn(shown) && verdict === "already_in")) continue;
      this.#takeBack(number);
      const wish = { ...this.#wish(step, at, false), done: shown !== "left" };
      const given = decide(wish, this.#place(step.place), this.#facts(ticket, step.place, at));
      this.#keep(step, number, given, ticket, at);
      if (given.conflict) this.conflicts.push(given.conflict);
    }
  }

  again(index) {
    return this.observed[index];
  }

  /** The tap is taken back, and the ticket judged as if it had been read then; or all stays as it was. */
  #tie(number, refused) {
    const [step, { at }, before] = [this.steps[number], this.made[number], [structuredClone(this.ledger), { ...this.spaces }]];
    const stands = this.ledger.some((one) => one.step === number && !one.undone);
    this.#takeBack(number);
    const given = decide({ ...this.#wish(step, at, false), done: true, asWalkIn: true }, this.#place(step.place), this.#facts(step.unread, step.place, at));
    const fits = stands && given.verdict === "admitted" && given.conflict === null;
    if (fits === refused) throw new Error(`tie ${number}: ${given.verdict}`);
    if (fits) this.#keep(step, number, given, step.unread, at);
    else [this.ledger, this.spaces] = before;
  }

  change({ ticket, state, booked = {}, ties, refused = false }) {
    if (ties !== undefined) return this.#tie(ties, refused);
    const changed = this.tickets[ticket];
    if (state) changed.state = state;
    for (const [place, becomes] of Object.entries(booked)) {
      this.spaces[place] = { ...this.spaces[place], promised: this.spaces[place].promised - total(changed.party) };
      changed.booked = { ...changed.booked, [place]: becomes };
    }
  }

  outcome() {
    const came = this.ledger.filter((one) => !one.undone && !TELLING.includes(one.kind) && !one.reentry);
    const [visits, most] = [{}, {}];
    let people = {};
    for (const place of new Set(this.ledger.filter((one) => !one.undone).map((one) => one.place))) {
      const here = came.filter((one) => one.place === place);
      const counts = this.#counts(place);
      const found = Math.max(0, ...counts.map((count) => total(this.#found(count))));
      const number = found + here.filter(({ person }) => person || counts.length === 0).reduce((all, one) => all + total(one.people), 0);
      if (place in this.sessions && number) visits[place] = number;
      for (const person of new Set(here.map((one) => one.person).filter(Boolean))) {
        const sum = together(here.filter((one) => one.person === person).map((one) => one.people));
        for (const [category, n] of Object.entries(sum)) most[`${person}\n${category}`] = Math.max(most[`${person}\n${category}`] ?? 0, n);
      }
      people = plus(people, together(here.filter((one) => !one.person && one.newToday).map((one) => one.people)));
    }
    for (const [key, n] of Object.entries(most)) people = plus(people, { [key.split("\n")[1]]: n });
    return { people, visits, inside: Object.fromEntries(Object.entries(this.spaces).map(([key, space]) => [key, space.present])), conflicts: this.conflicts };
  }

  #space(key) {
    const facts = this.sessions[key];
    let promised = this.row.held?.[key] ?? 0;
    for (const { booked, kind, party } of Object.values(this.tickets)) {
      const what = booked[key];
      if (typeof what === "object") promised += total(what);
      else if (kind !== "team" && STATES[what] === "confirmed") promised += total(party);
    }
    return { kind: facts.capacity_kind, capacity: facts.capacity, promised, arrived: 0, present: 0, anonymous: 0, countsExits: false, heldUntil: this.moment(facts.starts) + 5 * MINUTE };
  }

  #place(key) {
    const day = this.entrances[key];
    if (day) {
      const next = new Date(Date.parse(`${day}T00:00Z`) + 1440 * MINUTE).toISOString().slice(0, 10);
      const window = { from: this.moment(`${day}T04:00`), to: this.moment(`${next}T04:00`) - 1 };
      return { window, reentry: this.reentry, unknown: "unknown", admission: null, space: null, cancelled: false, overFull: true };
    }
    const facts = this.sessions[key];
    const window = { from: this.moment(facts.opens), to: this.moment(facts.closes) };
    return { window, reentry: facts.reentry ?? this.reentry, unknown: "unknown", admission: facts.admission, space: this.spaces[key], cancelled: facts.status === "cancelled", overFull: !(this.row.full_is_final ?? false) };
  }

  #wish(step, at, supervisor) {
    return {
      at, leaving: step.direction === "out", people: step.people ?? step.tap ?? step.count ?? step.room ?? null, asWalkIn: step.as_walk_in ?? false,
      forced: "force" in step && supervisor, done: letsIn(step.shown), newToday: step.new_today ?? true, unread: "unread" in step,
    };
  }

  #read(step) {
    const ticket = this.tickets[step.ticket];
    const code = ticket?.code ?? "";
    const wide = code.toLowerCase().replace(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0));
    const text = (step.read ?? "{CODE}").replaceAll("{CODE}", code).replaceAll("{code}", code.toLowerCase()).replaceAll("{ＣＯＤＥ}", wide);
    const reading = parseCode(text);
    if (ticket?.given) return [null, "given"];
    if (ticket && reading.kind === "ticket" && reading.code === code) return "event" in ticket ? [null, "other_event"] : [step.ticket, "ours"];
    return [null, reading.kind === "ticket" ? "unknown" : "unreadable"];
  }

  #person(ticket) {
    return this.tickets[ticket].same_person_as ?? ticket;
  }

  #history(person, place) {
    return this.ledger.filter((one) => one.person === person && one.place === place && !one.undone)
      .map((one) => ({ ...one, direction: one.kind === "exit" ? "out" : "in", booked: Boolean(one.booked) }));
  }

  #facts(ticket, place, at) {
    const person = this.#person(ticket);
    const { state } = this.tickets[ticket];
    const { booked, party, kind } = this.tickets[person];
    const what = booked[place];
    const here = this.#history(person, place);
    return {
      party, team: kind === "team", blocked: state.includes("blocked"), replaced: state.includes("replaced"), cancelled: state.includes("cancelled"),
      booked: typeof what === "object" ? "confirmed" : (STATES[what] ?? "not"),
      places: typeof what === "object" ? what : STATES[what] === "confirmed" ? party : {},
      here: stayOf(here), then: stayOf(here, at), elsewhere: this.#openStays(person, place, at),
    };
  }

  #openStays(person, here, at) {
    return Object.entries(this.sessions).map(([place, facts]) => ({ place, ends: this.moment(facts.ends), ...stayOf(this.#history(person, place)) }))
      .filter(({ place, ends, inside }) => place !== here && ends > at && total(inside) > 0)
      .sort((one, other) => one.lastAt - other.lastAt);
  }

  #keep(step, number, { verdict, lines }, person, at) {
    const seen = [];
    for (const line of lines) {
      const place = line.place ?? step.place;
      const who = person && line.onTicket ? this.#person(person) : null;
      const before = who ? stayOf(this.#history(who, place)) : NEVER_CAME;
      this.ledger.push({ ...line, step: number, device: step.device ?? "main", place, person: who, at, order: this.ledger.length, undone: false });
      this.#move(place, who, before, line, line.people, line.place !== null);
      seen.push({ ...line, place });
    }
    return "undo" in step && verdict === "undone" ? this.#takeBack(step.undo) : seen;
  }

  #takeBack(number) {
    return this.ledger.filter((one) => one.step === number && !one.undone).map((one) => {
      const before = one.person ? stayOf(this.#history(one.person, one.place)) : NEVER_CAME;
      one.undone = true;
      this.#move(one.place, one.person, before, one, turned(one.people), true);
      const countsExits = this.ledger.some((other) => TELLING.includes(other.kind) && !other.undone && other.place === one.place);
      if (TELLING.includes(one.kind) && this.spaces[one.place]) this.spaces[one.place] = { ...this.spaces[one.place], countsExits };
      return { kind: "undo", people: turned(one.people), place: one.place };
    });
  }

  #move(place, person, before, { kind }, people, moved) {
    let space = this.spaces[place];
    if (!space) return;
    if (person !== null && this.tickets[person].kind !== "team") space = withStay(space, before, stayOf(this.#history(person, place)));
    if (person === null && kind !== "room_count") space = withAnonymous(space, total(people), kind === "exit");
    if (kind === "room_count" || this.#counts(place).length > 0) space = holding(space, this.#anonymous(place, space.kind));
    this.spaces[place] = TELLING.includes(kind) && !moved ? { ...space, countsExits: true } : space;
  }

  #counts(place) {
    return this.ledger.filter((one) => one.kind === "room_count" && one.place === place && !one.undone).sort((one, other) => one.at - other.at);
  }

  /** People without a ticket whom a room count finds: beside the ticket holders inside just then. */
  #found({ place, at, people }) {
    const holders = new Set(this.ledger.filter((one) => one.person && one.place === place).map(({ person }) => person));
    const inside = together([...holders].map((person) => stayOf(this.#history(person, place), at).inside));
    return Object.fromEntries(Object.entries(people).map(([key, n]) => [key, Math.max(0, n - (key === "unknown" ? total(inside) : (inside[key] ?? 0)))]));
  }

  /** By the newest count and who came or left since; of seats by the count that comes to most. */
  #anonymous(place, kind) {
    const taps = this.ledger.filter((one) => !one.person && one.place === place && !one.undone && one.kind !== "room_count" && (kind !== "seats" || one.kind !== "exit"));
    const since = (from) => taps.filter(({ at }) => at > from).reduce((all, one) => all + total(one.people), 0);
    const each = this.#counts(place).map((count) => total(this.#found(count)) + since(count.at));
    if (each.length === 0) return since(-Infinity);
    return kind === "seats" ? Math.max(...each) : each.at(-1);
  }

  #undo(step, at, received, supervisor) {
    const lines = this.ledger.filter((one) => one.step === step.undo);
    const { device, at: madeAt, received: hadAt } = this.made[step.undo];
    const target = { own: device === (step.device ?? "main"), madeAt, hadFor: received - hadAt, stands: lines.some((one) => !one.undone) };
    return decideUndo(at, lines.length > 0 ? target : null, supervisor);
  }

  #counted(step) {
    const mine = this.ledger.filter((one) => !one.person && one.device === (step.device ?? "main") && one.place === step.place && !one.undone);
    const which = "new_today" in step ? [step.new_today] : [true, false];
    return new Map(which.map((fresh) => [fresh, together(mine.filter((one) => one.newToday === fresh).map((one) => one.people))]));
  }

  #flagged(step) {
    const device = step.device ?? "main";
    const isKnown = this.clocks.has(device);
    this.clocks.add(device);
    return isKnown;
  }

  #seen(step, { verdict, error, offersPlace, places, expected }, before, person, at) {
    const space = this.spaces[step.place];
    const room = space ? roomLeft(space, at) : null;
    const after = person ? stayOf(this.#history(this.#person(person), step.place)) : NEVER_CAME;
    const isParty = before !== null && total(before.party) > 1;
    const isRefused = !["admitted", "readmitted", "counted", "left"].includes(verdict);
    const isUnheard = "force" in step && !(step.rights ?? EVERY_RIGHT).includes("supervisor") && isRefused;
    const { window } = this.#place(step.place);
    return {
      verdict, at, error: isUnheard ? "supervisor_right_needed" : error, room_left: room, walk_in_left: offersPlace ? (places ?? room) : null, expected,
      party: isParty ? before.party : null, admitted: isParty ? after.admitted : null, first: after.firstAt,
      window: ["too_early", "too_late"].includes(verdict) ? [window.from, window.to] : null,
    };
  }
}
