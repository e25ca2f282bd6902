/** The board drawn by room and time, on which sessions are dragged and stretched; each change is sent at once. */
import { Drag } from "./drag.js";
import { History } from "./history.js";
import { ALL_DAY, SCALE, clashes, lanes, minuteOf, same, span } from "./plan.js";
import { filled, later } from "./proposal.js";

/** @typedef {import("./plan.js").Planned} Planned */
/** @typedef {import("./proposal.js").Position} Position */
/** @typedef {Planned & { version: number, form: HTMLFormElement }} Card */
/** @typedef {{ element: HTMLElement, date: string, room: string, from: number }} Column */

export class Planner {
  /** @param {HTMLElement} words sentences of the page @param {() => void} again called when the page was drawn anew */
  constructor(words, again) {
    this.words = words.dataset;
    this.again = again;
    this.history = new History(storage(), `uketsuke-board-${/** @type {HTMLElement | null} */ (document.querySelector("[data-board]"))?.dataset.board}`);
    this.said = document.createElement("p");
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    document.body.append(this.said);
    this.busy = false;
    /** @type {Card[]} */
    this.cards = [];
    /** @type {Column[]} */
    this.columns = [];
    document.addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z" && !typing && this.history.last) {
        event.preventDefault();
        void this.takeBack();
      }
    });
    document.addEventListener("submit", (event) => this.#ask(/** @type {HTMLFormElement} */ (event.target)));
    this.drag = new Drag(this);
    this.draw();
    if (this.history.settle((code) => this.cards.find((one) => one.code === code))) this.draw();
  }

  /** A session's own form goes off, filled in by hand or by keys. @param {HTMLFormElement} form */
  #ask(form) {
    const card = this.cards.find((one) => one.form === form);
    if (!card) return;
    const sent = new FormData(form);
    const after = { start: String(sent.get("starts_at")), minutes: Number(sent.get("minutes")), room: String(sent.get("room")) };
    this.history.asked({ code: card.code, title: card.title, before: { ...card.stands }, after, from: card.version });
  }

  /** Draws every day from what the page says. */
  draw() {
    const articles = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("article[data-start]"));
    this.cards = [...articles].map(cardOf);
    const select = this.cards[0]?.form.elements.namedItem("room");
    /** @type {[string, string][]} */
    const rooms = select instanceof HTMLSelectElement ? [...select.options].map((one) => [one.value, one.text]) : [];
    this.rooms = new Map(rooms);
    this.columns = [];
    for (const plan of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-plan]"))) {
      this.#drawDay(plan, [...rooms.filter(([room]) => room), ...rooms.filter(([room]) => !room)]);
    }
    for (const help of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-plan-help]"))) help.hidden = false;
    const undo = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-undo]"));
    if (undo) {
      undo.hidden = !this.history.last;
      const what = undo.querySelector("[data-undo-what]");
      if (what) what.textContent = this.history.last ? `: ${this.history.last.title}` : "";
      undo.onclick = () => void this.takeBack();
    }
  }

  /** Sentences about a place: where it is, what would be wrong there, who is told. @param {Card} card @param {Position} position */
  told(card, position) {
    const start = position.start.slice(11, 16);
    const end = later(position.start.slice(0, 16), position.minutes).slice(11);
    const where = `${start} – ${end}  ${this.rooms?.get(position.room) ?? ""}`;
    const wrong = clashes(card, position, this.cards).map(({ kind, about, other }) =>
      filled((kind === "room" ? this.words.roomTwice : this.words.personTwice) ?? "", { about: kind === "room" ? (this.rooms?.get(about) ?? about) : about, other }),
    );
    const booked = card.booked > 0 ? filled(this.words.booked ?? "", { number: String(card.booked) }) : "";
    return { where, wrong, booked };
  }

  /** The session was let go of here. @param {Card} card @param {Position} position */
  async drop(card, position) {
    if (same(card.stands, position)) return this.draw();
    const { where, wrong, booked } = this.told(card, position);
    const before = { ...card.stands };
    if (!(await this.#send(card, position, card.version))) return;
    const now = this.cards.find((one) => one.code === card.code);
    if (now && now.version === card.version + 1 && same(now.stands, position)) {
      this.history.made({ code: card.code, title: card.title, before, after: position, from: card.version });
      this.draw();
    }
    this.say([filled(this.words.moved ?? "", { title: card.title, where }), ...wrong, booked].filter(Boolean).join(" "));
  }

  /** The last change is taken back by another one, if nobody else changed the session since. */
  async takeBack() {
    const last = this.history.last;
    const card = this.cards.find((one) => one.code === last?.code);
    if (!last || this.busy) return;
    if (!card) {
      this.history.forget(last.code);
      return this.draw();
    }
    const kept = await this.#send(card, last.before, last.version);
    if (kept === null) return;
    if (kept) this.history.takenBack();
    else this.history.forget(last.code);
    this.draw();
    if (kept) this.say(filled(this.words.undone ?? "", { title: last.title, where: this.told(card, last.before).where }));
  }

  /** @param {string} text */
  say(text) {
    this.said.textContent = text;
  }

  /**
   * Sends a card's own form and shows the page that answers. null: nobody answered.
   * @param {Card} card @param {Position} position @param {number} version @returns {Promise<boolean | null>} whether it was done
   */
  async #send(card, position, version) {
    if (this.busy) return null;
    this.busy = true;
    document.body.classList.add("is-saving");
    const sent = new FormData(card.form);
    sent.set("starts_at", position.start);
    sent.set("minutes", String(position.minutes));
    sent.set("room", position.room);
    sent.set("version", String(version));
    try {
      const answer = await fetch(card.form.action, { method: "POST", body: sent, signal: AbortSignal.timeout(20_000) });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!fresh.querySelector("[data-board]")) {
        if (answer.ok) location.assign(answer.url);
        else throw new Error(String(answer.status));
        return null;
      }
      this.#show(fresh);
      return answer.ok;
    } catch {
      this.draw();
      this.say(this.words.unsaved ?? "");
      const undo = document.querySelector("[data-plan-said]");
      if (undo) undo.textContent = this.words.unsaved ?? "";
      return null;
    } finally {
      this.busy = false;
      document.body.classList.remove("is-saving");
    }
  }

  /** The answer's content in the place of this page's; where one looked at, one looks still. @param {Document} fresh */
  #show(fresh) {
    const main = document.querySelector("main");
    const came = fresh.querySelector("main");
    if (!main || !came) return;
    const sideways = [...document.querySelectorAll("[data-plan]")].map((plan) => plan.scrollLeft);
    const top = scrollY;
    main.replaceChildren(...came.childNodes);
    this.draw();
    this.again();
    for (const [nth, plan] of [...document.querySelectorAll("[data-plan]")].entries()) plan.scrollLeft = sideways[nth] ?? 0;
    const errors = /** @type {HTMLElement | null} */ (main.querySelector("[data-focus-first]"));
    if (errors) errors.focus();
    else scrollTo({ top, behavior: "instant" });
  }

  /** @param {HTMLElement} plan @param {[string, string][]} rooms */
  #drawDay(plan, rooms) {
    const date = plan.dataset.date ?? "";
    const here = this.cards.filter((one) => one.stands.start.slice(0, 10) === date && one.stands.minutes < ALL_DAY);
    const { from, to } = span(date, here);
    const grid = element("div", "plan-grid");
    grid.style.setProperty("--rooms", String(rooms.length));
    const ruler = element("div", "plan-ruler");
    ruler.append(element("div", "plan-head"), body(from, to));
    for (let minute = from; minute < to; minute += 60) {
      const hour = element("span", "plan-hour", `${minute / 60}:00`);
      hour.style.insetBlockStart = `${(minute - from) * SCALE}px`;
      ruler.lastElementChild?.append(hour);
    }
    grid.append(ruler);
    for (const [room, label] of rooms) {
      const column = element("div", "plan-column");
      const space = body(from, to);
      column.append(element("div", "plan-head", label), space);
      this.columns.push({ element: space, date, room, from });
      const held = here.filter((one) => one.stands.room === room);
      const places = lanes(held);
      for (const one of held) space.append(this.#drawCard(one, from, places.get(one.code) ?? { lane: 0, of: 1 }));
      grid.append(column);
    }
    plan.replaceChildren(grid);
    plan.hidden = false;
  }

  /** @param {Card} card @param {number} from @param {{lane: number, of: number}} place */
  #drawCard(card, from, { lane, of }) {
    const drawn = element("div", `plan-card${card.cancelled ? " is-cancelled" : ""}`);
    drawn.dataset.of = card.code;
    put(drawn, card.stands, from);
    drawn.style.insetInlineStart = `${(100 / of) * lane}%`;
    drawn.style.inlineSize = `${100 / of}%`;
    const time = element("span", "plan-time", `${card.stands.start.slice(11, 16)}–${later(card.stands.start.slice(0, 16), card.stands.minutes).slice(11)}`);
    const wrong = clashes(card, card.stands, this.cards).length > 0;
    if (wrong) drawn.classList.add("is-doubtful");
    drawn.append(element("span", "plan-edge is-start"), time, element("span", "plan-title", card.title), element("span", "plan-edge is-end"));
    this.drag.take(drawn, card);
    return drawn;
  }
}

/** Where a card lies in its column. @param {HTMLElement} drawn @param {Position} position @param {number} from */
export function put(drawn, position, from) {
  drawn.style.insetBlockStart = `${(minuteOf(position.start) - from) * SCALE}px`;
  drawn.style.blockSize = `${Math.max(24, position.minutes * SCALE - 2)}px`;
}

/** @param {HTMLElement} article @returns {Card} */
function cardOf(article) {
  const { code = "", title = "", start = "", minutes = "0", room = "", booked = "0", version = "0", people = "[]", further = "[]" } = article.dataset;
  return {
    code,
    title,
    further: JSON.parse(further),
    people: JSON.parse(people),
    cancelled: article.classList.contains("is-cancelled"),
    booked: Number(booked),
    version: Number(version),
    stands: { start, minutes: Number(minutes), room },
    form: /** @type {HTMLFormElement} */ (article.querySelector("form")),
  };
}

/** @param {number} from @param {number} to */
function body(from, to) {
  const made = element("div", "plan-body");
  made.style.blockSize = `${(to - from) * SCALE}px`;
  made.style.setProperty("--hour", `${60 * SCALE}px`);
  return made;
}

/** @param {string} kind @param {string} name @param {string} [text] */
function element(kind, name, text = "") {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = text;
  return made;
}

/** @returns {Storage | null} */
function storage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
