/** The screen of a working door: where we are, the way of checking in, the answer, the figures. */

import { barPart } from "./bar.js";
import { countPanel } from "./count-panel.js";
import { menuDialog, placeDialog, renewMenu } from "./dialogs.js";
import { fill, h, icon } from "./element.js";
import { figures } from "./figures.js";
import { fit } from "./fitting.js";
import { isTicket, ticketSheet } from "./given-ticket.js";
import { emptyField, goOn, isTouched, wouldBeLost } from "./going-on.js";
import { idlePart } from "./idle.js";
import { listen } from "./keyboard.js";
import { makeWay } from "./making-way.js";
import { noticesPart } from "./notices.js";
import { newTicket } from "./replace-lost.js";
import { lookFor, searchPanel } from "./search-panel.js";
import { photoButton, typePanel } from "./type-panel.js";
import { label, mannerOfCase, verdictPanel } from "./verdict-panel.js";
import { walkInPanel } from "./walk-in-panel.js";

/** @typedef {import("./door.js").Change} Change */
/** @typedef {import("./door.js").Door} Door */
/** @typedef {import("./language.js").Key} Key */
/** @typedef {import("./language.js").Voice} Voice */
/** @typedef {import("./types.js").Language} Language */
/** @typedef {"scan" | "type" | "walk_in" | "count"} Tab */

const TABS = /** @type {readonly [Tab, Key, string][]} */ ([["scan", "tab_scan", "scan"], ["type", "tab_type", "keys"], ["walk_in", "tab_walk_in", "walk-in"], ["count", "tab_count", "count"]]);
/** Milliseconds that a good answer stays before the screen is ready for the next person. */
const GOOD_STAYS = 7000;

/**
 * @typedef {object} DoorWorld
 * @property {Door} door
 * @property {Voice} voice
 * @property {import("./camera-panel.js").CameraPanel} finder
 * @property {import("./feedback.js").Feedback} feedback
 * @property {import("./types.js").Texts | string} title of the event
 * @property {boolean} takesNumbers
 * @property {(text: string) => Promise<import("./search-panel.js").Found>} seek
 * @property {(text: string) => import("./search-panel.js").Found | null} seekHere
 * @property {boolean} lasting
 * @property {() => Promise<number>} aside
 * @property {import("./shell.js").Persistence} persistence
 * @property {() => Promise<void>} onSave unsent scans as a file
 * @property {(file: File) => Promise<string | null>} readPhoto
 * @property {(number: string) => Promise<{code: string, number: string}>} replace a lost ticket
 * @property {(number: string, reason: string) => Promise<unknown>} restore the old one; number: of the new one
 * @property {(text: string) => Promise<string>} draw a QR code as rows of # and blanks
 * @property {() => void} onTryNow
 * @property {(language: Language) => void} onLanguage
 * @property {() => void} onChangeGate
 * @property {() => Promise<number>} onEnd resolves with how many scans still wait; 0 when it ended
 */

export class DoorScreen {
  /** @type {Tab} */
  tab = "scan";
  element = h("div", { class: "door" });
  /** The last answer that was heard, and of which reading. */
  #sounded = /** @type {{one: import("./door.js").Case | null, verdict: unknown}} */ ({ one: null, verdict: null });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settle;
  /** @type {HTMLDialogElement | null} */
  #sheet = null;
  /** Tells the open menu what has changed. */
  #renewMenu = () => {};
  #fit = () => fit(this.element, this.answer, this.notices?.element);

  /** @param {DoorWorld} world */
  constructor(world) {
    this.world = world;
    this.voice = world.voice;
    world.door.onTicket = (one) => void this.#openTicket(one);
    if (world.takesNumbers) world.door.onLost = (number) => this.#replace(number);
    this.stopKeys = listen(document, (text) => this.#keys(text));
    new ResizeObserver(this.#fit).observe(this.element);
    this.build();
    if (["closed", "insecure"].includes(world.finder.why ?? "")) this.show("type");
  }

  /** @param {Voice} voice */
  speak(voice) {
    this.voice = voice;
    this.build();
    this.#openMenu().then((sheet) => /** @type {HTMLElement | null} */ (sheet.querySelector(`input[value="${voice.language}"]`))?.focus());
  }

  leave() {
    this.stopKeys();
    clearTimeout(this.#settle);
    this.world.finder.close();
    this.#sheet?.close();
  }

  build() {
    const { voice } = this;
    const { door, finder, feedback, lasting, onSave, readPhoto } = this.world;
    finder.instead = () => [
      photoButton(voice, readPhoto, (text) => void this.#take(text)),
      h("button", { type: "button", class: "button", onclick: () => this.#choose("type") }, icon("keys"), voice.say("tab_type")),
    ];
    finder.render(voice);
    this.verdict = verdictPanel(voice, door, this.world.onTryNow);
    this.figures = figures(voice, door);
    this.#foldFigures();
    this.walkIn = walkInPanel(voice, door, feedback);
    this.count = countPanel(voice, door, feedback);
    this.bar = barPart(voice, door, { onPlace: () => this.#openPlace(), onMenu: () => void this.#openMenu() });
    this.notices = noticesPart(voice, door, { lasting, onSave: () => void onSave(), onGoIn: () => this.#turn("in") });
    this.idle = idlePart(voice, door);
    this.stage = h("div", { class: "stage" });
    this.answer = h("div", { class: "answer" }, this.verdict.element, this.idle.element, this.verdict.heard);
    this.typed = typePanel(voice, { takesNumbers: this.world.takesNumbers, onCode: (text) => this.#typed(text), onName: this.world.takesNumbers ? (text) => (this.#clear(), lookFor(this.typed, text)) : null, onSlip: () => this.#clear(), readPhoto });
    if (this.world.takesNumbers) this.typed.append(searchPanel(voice, door, { seek: this.world.seek, seekHere: this.world.seekHere, onOpen: () => this.#clear(), onPick: (number) => void this.#take(number) }));
    fill(this.element, this.bar.element, this.notices.element,
      h("main", { class: "work", id: "main" }, h("h1", { class: "visually-hidden" }, voice.local(door.place.name)), this.stage, this.answer),
      this.figures.element, this.#tabs());
    this.show(this.tab);
    this.render("place");
  }

  /** @param {Tab} tab */
  show(tab) {
    const isOther = tab !== this.tab;
    this.tab = tab;
    if (isOther) this.#foldFigures();
    this.element.dataset.tab = tab;
    const { finder } = this.world;
    const panel = tab === "scan" ? finder.element : tab === "type" ? this.typed : tab === "count" ? this.count?.element : this.walkIn?.element;
    if (panel && this.stage) fill(this.stage, panel);
    if (tab === "scan") {
      finder.render(this.voice);
      finder.look();
    } else finder.rest();
    this.element.querySelectorAll(".tab").forEach((button) => button.setAttribute("aria-pressed", String(button.getAttribute("data-tab") === tab)));
    this.renderIdle();
  }

  /** Where people are tapped or counted, the lines by category leave their room to the buttons. */
  #foldFigures() {
    this.figures?.unfold(this.tab === "scan" || this.tab === "type");
  }

  /** Another way of checking in begins without the last answer. @param {Tab} tab */
  #choose(tab) {
    this.show(tab);
    this.#clear();
  }

  /** @param {Change} change */
  render(change) {
    this.#draw(change);
    this.#fit();
  }

  /** @param {Change} change */
  #draw(change) {
    this.bar?.render();
    this.notices?.render();
    this.#renewMenu();
    if (change === "tally") return this.#renderCounts();
    if (change === "counts" || change === "contact") this.#renderCounts();
    if (change !== "case") this.figures?.render();
    if (change === "case" || change === "place") {
      const isLost = this.verdict && wouldBeLost(this.verdict.element, this.world.door.isAsking);
      const isDrawn = this.verdict?.render();
      emptyField(this.typed, this.world.door.shown);
      if (isDrawn && isLost) this.#goOn();
      if (isDrawn) this.answer?.scrollTo(0, 0);
      if (isDrawn && this.world.door.shown) this.typed?.querySelector(".search")?.removeAttribute("open"); // its names would push the answer out of view
      this.#renderCounts();
      this.renderIdle();
      this.#sound();
    }
  }

  #renderCounts() {
    this.walkIn?.render();
    this.count?.render();
  }

  /** @param {string} text from a keyboard scanner: the answer belongs on the scanning tab */
  #keys(text) {
    if (!this.world.door.isBusy && (this.tab === "walk_in" || this.tab === "count")) this.show("scan");
    void this.#take(text);
  }

  /** @param {string} text @returns {boolean} whether it was taken: an open question comes first, and a number without a network stays where it is */
  #typed(text) {
    const { isAsking } = this.world.door;
    const waits = this.world.door.mustWait(text);
    if (!isAsking) void this.#take(text);
    if (isAsking || isTouched()) this.#goOn();
    return !isAsking && !waits;
  }

  /** The last answer goes before anybody takes it for that of what comes next. */
  #clear() {
    const { door } = this.world;
    if (door.isUnsure || (door.shown?.stage === "answered" && !door.isAsking)) door.show();
  }

  #goOn() {
    if (this.verdict && this.typed) goOn({ verdict: this.verdict.element, typed: this.typed, isAsking: this.world.door.isAsking });
  }

  /** @param {string} text */
  async #take(text) {
    const { door, feedback } = this.world;
    if (makeWay(this.element, door, this.voice, feedback)) await door.read(text);
  }

  #tabs() {
    return h("nav", { class: "tabs", "aria-label": this.voice.plainly("tabs") }, TABS.map(([tab, words, sign]) =>
      h("button", { type: "button", class: "tab", "data-tab": tab, "aria-pressed": String(tab === this.tab), onclick: () => this.#choose(tab) },
        icon(sign), this.voice.say(words))));
  }

  renderIdle() {
    this.idle?.render(this.tab, this.world.finder.why === null);
  }

  /** Once for every answer; a good one makes room for the next person after a while. */
  #sound() {
    const { door, feedback, finder } = this.world;
    const one = door.shown;
    finder.element.dataset.tone = one ? mannerOfCase(one).tone : "";
    clearTimeout(this.#settle);
    if (!one || one.stage !== "answered") return;
    const { tone } = mannerOfCase(one);
    const verdict = one.answer?.verdict;
    const isNews = one !== this.#sounded.one || verdict !== this.#sounded.verdict;
    if (isNews) feedback.give(tone);
    if (isNews && isTicket(one)) this.#openTicket(one);
    this.#sounded = { one, verdict };
    if ((tone === "good" || tone === "leave") && !isTicket(one)) this.#settle = setTimeout(() => door.shown === one && door.show(), GOOD_STAYS);
  }

  /** @param {HTMLDialogElement} sheet */
  #open(sheet) {
    this.#sheet?.close();
    this.#sheet = sheet;
    this.element.append(sheet);
    sheet.addEventListener("close", () => document.activeElement === document.body && this.#goOn());
    sheet.showModal();
    return sheet;
  }

  /** @param {import("./door.js").Case} one */
  #openTicket(one, restore = /** @type {((reason: string) => Promise<void>) | null} */ (null)) {
    const { door, draw, title } = this.world;
    const people = Object.entries(one.draft?.people ?? {}).map(([key, n], i) => [i > 0 && "　", label(this.voice, door, key), ` ${n}`]);
    this.#open(ticketSheet(this.voice, one, { draw, title: this.voice.local(title), kind: people, restore }));
  }

  /** The new ticket is shown at once, in place of whatever was. @param {string} lost */
  async #replace(lost) {
    const { door, replace, restore } = this.world;
    const one = await newTicket(door, lost, replace);
    this.verdict?.render();
    this.#openTicket(one, async (reason) => {
      await restore(one.answer?.given ?? "", reason);
      door.replaced.delete(lost);
      this.verdict?.render();
      this.#sheet?.querySelector(".given-ticket")?.replaceChildren(h("p", { class: "given-restored", role: "status" }, this.voice.say("restored")));
      this.#sheet?.querySelector(".restore")?.remove();
    });
  }

  #openPlace() {
    const { door } = this.world;
    this.#open(placeDialog(this.voice, door, { onPlace: (place) => door.enter(place), onDirection: (direction) => this.#turn(direction) }));
  }

  /** @param {import("./types.js").Direction} direction */
  #turn(direction) {
    const { door } = this.world;
    door.direction = direction;
    if (door.shown?.stage === "answered") door.show();
    this.build();
    /** @type {HTMLElement | null} */ (this.element.querySelector(".where"))?.focus();
  }

  async #openMenu() {
    const { world } = this;
    const menu = { ...world, aside: await world.aside(), onTryNow: () => (sheet.close(), world.onTryNow()) };
    const sheet = menuDialog(this.voice, world.door, menu);
    this.#renewMenu = () => renewMenu(this.#sheet === sheet ? sheet : null, this.voice, world.door, menu);
    return this.#open(sheet);
  }
}
