/**
 * What a door does, without a screen: it turns readings and taps into scans, and answers into what is shown.
 *
 * Every claim is kept before it is sent; what is shown is the newest reading; an answer that comes after the next
 * person is already at the door goes to the list, marked if somebody should look at it.
 */

import { Answers } from "./answers.js";
import { answeredHere, forgetName, onceMore } from "./cases.js";
import { parseCode } from "./code.js";
import { unansweredIn } from "./latest.js";
import { isNumber } from "./numbers.js";
import { bookedAt, chosenBy } from "./places.js";
import { RoomCounts } from "./room-counts.js";
import { Tally } from "./tally.js";
import { Tapping } from "./tapping.js";
import { Unasked } from "./unasked.js";
import { isCounted, letsIn } from "./verdicts.js";

/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Place} Place */

/** @typedef {import("./cases.js").Case} Case */
/** @typedef {"case" | "tally" | "counts" | "contact" | "place"} Change */

const REMEMBERED = 30;
/** Milliseconds without an answer after which the door is told that it has to wait. */
const SLOW = 2500;

export class Door {
  /** @type {Case | null} */
  shown = null;
  /** @type {Case[]} newest first */
  past = [];
  /** @type {import("./types.js").Counts | null} */
  counts = null;
  /** @type {import("./contact.js").Contact} */
  contact = "reached";
  /** By a code, without an account. */
  isPaired = false;
  waiting = 0;
  /** Scans that the device has no room for. */
  unwritten = 0;
  tally = new Tally();
  rooms = new RoomCounts();
  /** @type {import("./types.js").Direction} */
  direction = "in";
  /** @type {import("./supervising.js").Supervision | null} where a supervisor may act on this device */
  supervision = null;
  /** @type {((one: Case) => void) | null} shows a ticket that was given out */
  onTicket = null;
  /** @type {((number: string) => Promise<void>) | null} replaces a lost ticket, where this device may */
  onLost = null;
  /** May look up short numbers. */
  takesNumbers = true;
  /** @type {((number: string) => string | null) | null} the code of a ticket, where this page holds everybody's for want of a network */
  codeOf = null;
  /** @type {Map<string, {code: string, number: string}>} the new tickets of those that were replaced here, by the old number */
  replaced = new Map();
  /** A supervisor is asked: the next reading waits. */
  isVouching = false;
  /** @type {string | undefined} of the supervisor who vouched for what is shown: a party's numbers follow */
  #pin;
  /** @type {Set<string>} ids of what waited over a reload */
  #recalled;

  /**
   * @param {object} world
   * @param {string} world.event slug
   * @param {import("./types.js").Gate} world.gate
   * @param {Place} world.place
   * @param {readonly import("./types.js").Category[]} world.categories
   * @param {import("./types.js").PartyWords} [world.partyWords]
   * @param {boolean} [world.overFull] a supervisor may admit more than there is room for
   * @param {Pick<import("./queue.js").Queue, "put" | "showed" | "waiting" | "unwritten" | "withdraw">} world.queue
   * @param {import("./answers.js").Judge} [world.judge] decides where the server does not
   * @param {import("./latest.js").Recalled} [world.latest] from before a reload
   * @param {() => string} world.newId
   * @param {() => Date} [world.now]
   * @param {Pick<import("./timepiece.js").Timepiece, "read"> | null} [world.timepiece]
   * @param {(change: Change) => void} world.onChange
   */
  constructor({ event, gate, place, categories, partyWords = {}, overFull = true, queue, judge, latest = { past: [], taps: [] }, newId, now = () => new Date(), timepiece = null, onChange }) {
    this.event = event;
    this.gate = gate;
    this.place = place;
    this.categories = categories;
    this.partyWords = partyWords;
    this.overFull = overFull;
    this.queue = queue;
    this.judge = judge ?? null;
    this.answers = new Answers({ queue, judge: this.judge });
    this.tapping = new Tapping(this, { draft: (claim) => this.#draft(claim), put: (draft, own) => this.#put(draft, own), remember: (one) => this.#remember(one) }, SLOW);
    this.unasked = new Unasked(this, (claim, pin) => this.#ask(claim, pin));
    this.newId = newId;
    this.now = now;
    this.timepiece = timepiece;
    this.onChange = onChange;
    this.newToday = gate.new_today;
    this.past = latest.past;
    this.chosen = latest.chosen ?? null;
    this.tally.recall(latest.taps, latest.sums, latest.isIn);
    this.rooms.recall(latest.rooms);
    this.#recalled = new Set([...this.rooms.sent, ...unansweredIn(latest)]);
  }

  /** A question is open: the next reading waits until it is answered. */
  get isAsking() {
    return this.shown?.stage === "answered" && this.shown.answer?.verdict === "confirm_party";
  }

  /** Somebody is asked something about whoever is at the door. */
  get isBusy() {
    return this.isAsking || this.isVouching;
  }

  /** Answers that came late and that somebody should look at. */
  get unseen() {
    return this.past.filter((one) => one.late && one.answer !== null && !letsIn(one.answer.verdict)).length;
  }

  /** @param {string} text as read or typed @returns {Promise<void>} */
  async read(text) {
    if (this.isBusy) return;
    const reading = parseCode(text);
    if (reading.kind === "none") return this.#turnAway();
    if (reading.kind === "ticket") return this.#ask({ act: "scan", code: reading.code, direction: this.direction });
    if (!this.takesNumbers) return this.#remember({ ...answeredHere({ verdict: null, error: { code: "search_right_needed", message: "" } }, this.now()), number: reading.number });
    const known = this.contact === "reached" ? null : this.codeOf?.(reading.number);
    await this.#ask({ act: "scan", code: known ?? reading.number, direction: this.direction });
  }

  /** Whether what was typed has to wait for a network. @param {string} text */
  mustWait(text) {
    const reading = parseCode(text);
    return reading.kind === "number" && this.takesNumbers && this.contact !== "reached" && !this.codeOf?.(reading.number);
  }

  /** What is on the screen is a number whose answer has not come: whoever goes on without it counts nobody by it. */
  get isUnsure() {
    return this.shown?.stage === "waiting" && isNumber(this.shown.draft);
  }

  /** The numbers that came, of the party that is asked about. @param {import("./types.js").Numbers} people */
  async confirm(people) {
    const draft = this.shown?.draft;
    if (draft) await this.#ask({ act: draft.act, place: draft.place, code: draft.code, direction: draft.direction, people, ...(draft.force ? { force: draft.force } : {}) }, this.#pin);
  }

  /** A supervisor's word on what is shown: the same again, for a reason. @param {import("./types.js").Reason} reason @param {string} [pin] */
  async vouch(reason, pin) {
    if (this.shown?.draft) await this.#ask({ ...onceMore(this.shown.draft), force: reason }, pin);
  }

  /** Somebody with a ticket for another session takes a free place here. */
  async takeAsWalkIn() {
    const draft = this.shown?.draft;
    if (draft) await this.#ask({ act: "walk_in", place: draft.place, code: draft.code, direction: "in" });
  }

  /** Another place of this gate that the shown ticket is booked for, on now or soon: the wrong one was chosen. */
  get bookedHere() {
    return bookedAt(this.gate, this.place, this.shown?.answer?.booked ?? [], this.now().getTime());
  }

  /** Change to that place and ask again with the same ticket. */
  async checkInThere() {
    const code = this.shown?.draft?.code;
    if (!code || !this.bookedHere) return;
    this.enter(this.bookedHere);
    await this.read(code);
  }

  /** Take back what is shown as admitted. */
  async undoShown() {
    if (this.shown?.draft) await this.#ask({ act: "undo", undoes: this.shown.draft.id });
  }

  /** @param {Case} [one] shows it again, or nothing */
  show(one) {
    if (one) one.late = false;
    if (one !== this.shown) this.unasked.leave();
    this.shown = one ?? null;
    this.onChange("case");
  }

  /** People without a ticket get one for later; the numbers are on it. @param {import("./types.js").Numbers} people @param {{place?: string, newToday?: boolean}} [as] */
  async give(people, { place = this.place.code, newToday = this.newToday } = {}) {
    const code = await this.judge?.newCode?.();
    if (code) await this.#ask({ act: "walk_in", place, people, new_today: newToday, rid: this.newId(), new_code: code });
  }

  /** To what was asked before a reload. @param {Answer} answer @param {Draft} draft */
  answered(answer, draft) {
    if (!this.#recalled.delete(draft.id)) return;
    const one = this.past.find((one) => one.draft?.id === draft.id);
    this.rooms.settled(draft.id, isCounted(answer.verdict));
    if (one) this.#settle(one, answer);
    else this.tapping.settle(draft, answer);
  }

  /** What was said of another place does not hold here: the last answer goes, and a question with it. @param {Place} place */
  enter(place) {
    this.unasked.leave();
    this.place = place;
    this.chosen = chosenBy(this.gate.places, place, this.now().getTime());
    this.counts = this.shown = null;
    this.onChange("place");
  }

  /** @param {import("./contact.js").Contact} contact */
  heard(contact) {
    const isNews = contact !== this.contact;
    this.contact = contact;
    if (contact === "refused" && isNews) this.past.forEach(forgetName), this.onChange("case");
    if (contact !== "reached" && this.shown?.stage === "checking" && (!this.judge?.asOf || isNumber(this.shown.draft))) this.#wait(this.shown);
    if (contact === "reached") this.unasked.askNow();
    this.onChange("contact");
  }

  /** @param {import("./types.js").Counts} counts @param {number} mark of the tally when they were asked for */
  look(counts, mark) {
    if (counts.place !== this.place.code) return;
    this.counts = counts;
    if (counts.this_device) this.tally.look(counts.place, counts.this_device, mark);
    this.onChange("counts");
  }

  async recount() {
    this.waiting = await this.queue.waiting();
    this.unwritten = this.queue.unwritten ?? 0;
    this.onChange("contact");
  }

  /** @param {Pick<Draft, "act"> & Partial<Draft>} claim @param {string} [pin] of the supervisor whose word it is */
  async #ask(claim, pin) {
    const draft = this.#draft(claim);
    this.#pin = pin;
    if (pin) this.supervision?.keep(draft.id, pin);
    /** @type {Case} */
    const one = { draft, answer: null, stage: "checking", at: this.now().getTime(), late: false };
    this.#remember(one);
    if (isNumber(draft) && this.contact !== "reached") return this.unasked.hold({ one, claim, pin });
    const slow = setTimeout(() => this.#wait(one), SLOW);
    await this.answers.ask(draft, this.contact === "reached", (answer, by) => {
      clearTimeout(slow);
      this.#settle(one, answer, by);
    }, () => void this.recount());
  }

  /** The server's word after our own is news only where it says something else. @param {Case} one @param {Answer} answer @param {import("./answers.js").Source} [by] */
  #settle(one, answer, by = "server") {
    const before = one.answer;
    const isNews = !before || letsIn(before.verdict) !== letsIn(answer.verdict) || Boolean(answer.conflict);
    if (before?.verdict === "confirm_party" && answer.verdict === "confirm_party") return;
    one.answer = answer;
    one.by = by;
    one.stage = "answered";
    one.late = this.shown !== one && isNews;
    if (answer.counts) this.look(answer.counts, -1);
    if (one.draft) this.tapping.vouched(one.draft, answer, by);
    this.onChange("case");
  }

  /** @param {Pick<Draft, "act"> & Partial<Draft>} claim @returns {Draft} */
  #draft(claim) {
    return { id: this.newId(), event: this.event, at: this.now().toISOString(), gate: this.gate.code, place: this.place.code, ...(this.timepiece ? { clock: this.timepiece.read() } : {}), ...claim };
  }

  /** @param {Draft} draft @param {import("./alone.js").Own | null} [own] what this device says to it by itself */
  async #put(draft, own) {
    const put = await this.queue.put(draft, own?.deed);
    if (own) this.judge?.remember(own);
    void this.recount();
    return put;
  }

  /** Not ours: known at once, without asking. The server learns that it happened, never what the text was. */
  async #turnAway() {
    this.#remember(answeredHere({ verdict: "unreadable" }, this.now()));
    await this.#put(this.#draft({ act: "scan", code: "", direction: this.direction, shown: "unreadable" }));
  }

  /** @param {Case} one */
  #remember(one) {
    this.unasked.leave();
    this.shown = one;
    this.past = [one, ...this.past].slice(0, REMEMBERED);
    this.onChange("case");
  }

  /** @param {Case} one */
  #wait(one) {
    if (one.stage !== "checking") return;
    one.stage = "waiting";
    if (one === this.shown) this.onChange("case");
    else if (isNumber(one.draft)) this.unasked.drop(one, true);
  }
}
