/**
 * One drag at a time: by mouse at once, by finger after it was held, so that a page can still be scrolled. Escape, a
 * second finger or a lost pointer leave everything as it was.
 */
import { SCALE, begun, ended, movedTo, pull, same } from "./plan.js";
import { put } from "./planner.js";

/** @typedef {import("./planner.js").Card} Card */
/** @typedef {import("./planner.js").Column} Column */
/** @typedef {import("./proposal.js").Position} Position */

/** Milliseconds that a finger rests before it drags, and pixels that it may tremble meanwhile. */
const HELD = 450;
const TREMBLE = 10;
/** Pixels that a mouse moves before a press becomes a drag. */
const SLACK = 4;

export class Drag {
  /** @param {import("./planner.js").Planner} planner */
  constructor(planner) {
    this.planner = planner;
    this.label = document.createElement("div");
    this.label.className = "plan-label";
    this.label.hidden = true;
    this.label.setAttribute("aria-hidden", "true");
    document.body.append(this.label);
    /** @type {{ drawn: HTMLElement, card: Card, kind: "move" | "start" | "end", grab: number, pointer: number, x: number, y: number, on: boolean, position: Position, timer: number } | null} */
    this.held = null;
    document.addEventListener("pointermove", (event) => this.#moved(event));
    document.addEventListener("pointerup", (event) => this.#released(event));
    document.addEventListener("pointercancel", () => this.stop());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.held) {
        event.preventDefault();
        this.stop();
      }
    });
    // While a session is dragged by finger, the page below it stays where it is.
    document.addEventListener("touchmove", (event) => this.held?.on && event.cancelable && event.preventDefault(), { passive: false });
    document.addEventListener("contextmenu", (event) => this.held && event.preventDefault());
  }

  /** @param {HTMLElement} drawn @param {Card} card */
  take(drawn, card) {
    drawn.addEventListener("pointerdown", (event) => {
      if (this.held || this.planner.busy || event.button !== 0 || !event.isPrimary) return this.stop();
      const edge = event.target instanceof Element ? event.target.closest(".plan-edge") : null;
      const kind = !edge ? "move" : edge.classList.contains("is-end") ? "end" : "start";
      const grab = (event.clientY - drawn.getBoundingClientRect().top) / SCALE;
      const finger = event.pointerType === "touch";
      const timer = finger ? window.setTimeout(() => this.#begin(), HELD) : 0;
      this.held = { drawn, card, kind, grab, pointer: event.pointerId, x: event.clientX, y: event.clientY, on: false, position: card.stands, timer };
      if (!finger) event.preventDefault();
    });
  }

  /** Everything as it was. */
  stop() {
    if (!this.held) return;
    const { on, timer } = this.held;
    clearTimeout(timer);
    this.held = null;
    this.label.hidden = true;
    document.body.classList.remove("is-dragging");
    if (on) this.planner.draw();
  }

  #begin() {
    if (!this.held) return;
    this.held.on = true;
    this.held.drawn.classList.add("is-dragged");
    document.body.classList.add("is-dragging");
    navigator.vibrate?.(15);
    this.#place();
    this.#pull();
  }

  /** @param {PointerEvent} event */
  #moved(event) {
    const held = this.held;
    if (!held || event.pointerId !== held.pointer) return;
    const far = Math.hypot(event.clientX - held.x, event.clientY - held.y);
    if (!held.on) {
      if (event.pointerType === "touch") {
        if (far > TREMBLE) this.stop(); // it scrolls
        return;
      }
      if (far < SLACK) return;
      this.#begin();
    }
    held.x = event.clientX;
    held.y = event.clientY;
    this.#place();
  }

  /** @param {PointerEvent} event */
  #released(event) {
    const held = this.held;
    if (!held || event.pointerId !== held.pointer) return;
    if (!held.on) return this.stop();
    this.held = null;
    this.label.hidden = true;
    document.body.classList.remove("is-dragging");
    void this.planner.drop(held.card, held.position);
  }

  /** The card where the pointer is, and what there is to say about it. */
  #place() {
    const held = this.held;
    const column = held && this.#column(held.x, held.y);
    if (!held || !column) return;
    const top = column.from + (held.y - column.element.getBoundingClientRect().top) / SCALE - held.grab;
    const { stands } = held.card;
    if (held.kind === "move") held.position = movedTo(stands, column.date, column.room, top);
    else held.position = held.kind === "end" ? ended(stands, top + stands.minutes) : begun(stands, top);
    if (held.drawn.parentElement !== column.element) column.element.append(held.drawn);
    if (held.kind === "move") {
      held.drawn.style.insetInlineStart = "0";
      held.drawn.style.inlineSize = "100%";
    }
    put(held.drawn, held.position, column.from);
    this.#tell(held.card, held.position);
  }

  /** The column under the pointer; a session that is stretched keeps its own. @param {number} x @param {number} y @returns {Column | undefined} */
  #column(x, y) {
    const { columns } = this.planner;
    const { card, kind } = /** @type {NonNullable<typeof this.held>} */ (this.held);
    const own = columns.find((one) => one.date === card.stands.start.slice(0, 10) && one.room === card.stands.room);
    if (kind !== "move") return own;
    const within = columns.filter((one) => {
      const box = one.element.getBoundingClientRect();
      return y >= box.top - 60 && y <= box.bottom + 20 && x >= box.left && x <= box.right;
    });
    return within[0] ?? columns.find((one) => one.element === this.held?.drawn.parentElement) ?? own;
  }

  /** @param {Card} card @param {Position} position */
  #tell(card, position) {
    const { where, wrong, booked } = this.planner.told(card, position);
    const lines = [where, ...wrong, booked].filter(Boolean).map((text, nth) => {
      const line = document.createElement("p");
      line.textContent = text;
      if (nth > 0 && nth <= wrong.length) line.className = "is-wrong";
      return line;
    });
    this.label.replaceChildren(...lines);
    this.label.classList.toggle("is-doubtful", wrong.length > 0);
    this.label.hidden = same(card.stands, position) && wrong.length === 0 && !this.held?.on;
    const { x = 0, y = 0 } = this.held ?? {};
    const box = this.label.getBoundingClientRect();
    this.label.style.insetInlineStart = `${Math.max(8, Math.min(x + 18, innerWidth - box.width - 8))}px`;
    this.label.style.insetBlockStart = `${y - box.height - 24 > 8 ? y - box.height - 24 : y + 32}px`;
  }

  /** Near an edge of the window or of the plan, what lies beyond comes into sight. */
  #pull() {
    const held = this.held;
    if (!held?.on) return;
    const down = pull(held.y, 0, innerHeight);
    if (down) scrollBy(0, down);
    const plan = held.drawn.closest("[data-plan]");
    if (plan && held.kind === "move") {
      const box = plan.getBoundingClientRect();
      const aside = pull(held.x, Math.max(0, box.left), Math.min(innerWidth, box.right));
      if (aside) plan.scrollLeft += aside;
    }
    if (down || plan) this.#place();
    requestAnimationFrame(() => this.#pull());
  }
}

