/** The screen of a working door: where we are, the way of checking in, the answer, the figures. */

import { countPanel } from "./count-panel.js";
import { menuDialog, placeDialog, renewMenu, summary, times } from "./dialogs.js";
import { fill, h, icon, refill } from "./element.js";
import { figures } from "./figures.js";
import { isTicket, ticketSheet } from "./given-ticket.js";
import { goOn, isTouched, wouldBeLost } from "./going-on.js";
import { listen } from "./keyboard.js";
import { makeWay } from "./making-way.js";
import { whereabouts, words } from "./messages.js";
import { searchPanel } from "./search-panel.js";
import { photoButton, typePanel } from "./type-panel.js";
import { mannerOfCase, verdictPanel } from "./verdict-panel.js";
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
  /** What was on when somebody chose another place. */
  #declined = "";

  /** @param {DoorWorld} world */
  constructor(world) {
    this.world = world;
    this.voice = world.voice;
    world.door.onTicket = (one) => void this.#openTicket(one);
    if (world.takesNumbers) world.door.onLost = (number) => this.#replace(number);
    this.stopKeys = listen(document, (text) => this.#keys(text));
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
    const { door, finder, feedback, readPhoto } = this.world;
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
    this.bar = h("header", { class: "bar" });
    this.contactSaid = h("span", { role: "status" });
    this.contact = h("p", { class: "contact" });
    this.notes = h("section", { class: "notes", "aria-label": voice.plainly("notices") });
    this.idle = h("div", { class: "idle" });
    this.stage = h("div", { class: "stage" });
    this.answer = h("div", { class: "answer" }, this.verdict.element, this.idle, this.verdict.heard);
    this.typed = typePanel(voice, { takesNumbers: this.world.takesNumbers, onCode: (text) => this.#typed(text), onSlip: () => this.#clear(), readPhoto });
    if (this.world.takesNumbers) this.typed.append(searchPanel(voice, door, { seek: this.world.seek, seekHere: this.world.seekHere, onPick: (number) => void this.#take(number) }));
    fill(this.element, this.bar, this.notes,
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
    this.#renderBar();
    this.#renderNotes();
    this.#renewMenu();
    if (change === "tally") return this.#renderCounts();
    if (change === "counts" || change === "contact") this.#renderCounts();
    if (change !== "case") this.figures?.render();
    if (change === "case" || change === "place") {
      const isLost = this.verdict && wouldBeLost(this.verdict.element, this.world.door.isAsking);
      const isDrawn = this.verdict?.render();
      this.#emptyField();
      if (isDrawn && isLost) this.#goOn();
      if (isDrawn) this.answer?.scrollTo(0, 0);
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

  /** A number that had to wait in its field has its answer. */
  #emptyField() {
    const { shown } = this.world.door;
    const field = /** @type {HTMLInputElement | null | undefined} */ (this.typed?.querySelector("#code"));
    if (field?.value && shown?.stage === "answered" && shown.answer?.verdict && field.value.replace(/[^0-9]/g, "") === shown.draft?.code) field.value = "";
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

  #renderBar() {
    const { voice } = this;
    const { door } = this.world;
    if (!this.bar) return;
    const where = h("button", { type: "button", class: "where", "aria-haspopup": "dialog", title: voice.plainly("change_place"), onclick: () => this.#openPlace() },
      h("span", { class: "where-place" }, voice.local(door.place.name)),
      h("span", { class: "where-gate" }, voice.local(door.gate.name), times(voice, door.place)));
    this.#renderContact();
    refill(this.bar, where, this.contact, h("button", { type: "button", class: "menu", "aria-haspopup": "dialog", onclick: () => void this.#openMenu() },
      icon("menu"), voice.say("menu"), door.unseen > 0 && h("span", { class: "dot", title: voice.plainly("unseen", { n: door.unseen }) }, door.unseen)));
  }

  /** Whether the server is there is told when that changes; how many scans wait is there to be read, and told by nobody. */
  #renderContact() {
    const { contact, waiting, isPaired } = this.world.door;
    const words = contact === "reached" ? "reached" : contact !== "refused" ? "unreached" : isPaired ? "stopped_device" : "refused_device";
    if (!this.contact || !this.contactSaid) return;
    this.contact.dataset.contact = contact;
    refill(this.contactSaid, this.voice.say(words));
    refill(this.contact, icon(contact === "reached" ? "reached" : "unreached"), this.contactSaid,
      waiting > 0 && contact !== "reached" && h("span", { class: "unsent" }, this.voice.say("unsent_short", { n: waiting })));
  }

  #renderNotes() {
    const { voice } = this;
    const { door, lasting } = this.world;
    if (!this.notes) return;
    const now = door.gate.places.find((place) => place.now);
    refill(this.notes,
      door.contact === "refused" && h("p", { class: "note" }, voice.say(door.isPaired ? "stopped_device_next" : "refused_device_next"), " ", h("a", { href: location.pathname }, voice.say(door.isPaired ? "pair_again" : "sign_in_again"))),
      door.unwritten > 0 && h("p", { class: "note", role: "alert" }, icon("caution"), voice.say("device_full", { n: door.unwritten }),
        h("button", { type: "button", class: "button is-small", onclick: () => void this.world.onSave() }, voice.say("save_unsent"))),
      door.contact === "unreached" && door.unwritten === 0 && this.#offlineNote(),
      this.#message(),
      !lasting && door.contact !== "reached" && h("p", { class: "note" }, voice.say("not_lasting")),
      door.direction === "out" && h("p", { class: "note is-leave" }, icon("leave"), voice.say("leaving_now"),
        h("button", { type: "button", class: "button is-small", onclick: () => this.#turn("in") }, voice.say("going_in"))),
      now && !door.place.now && now.code !== this.#declined && h("p", { class: "note is-now" }, voice.say("now_here", { title: voice.local(now.name) }),
        h("button", { type: "button", class: "button is-small", onclick: () => door.enter(door.gate.places.find(({ code }) => code === now.code) ?? now) }, voice.say("switch_to"))));
  }

  /** What became of something that was done here, one after the other. */
  #message() {
    const { voice } = this;
    const { messages } = this.world.door.judge ?? {};
    const [one] = messages?.unseen ?? [];
    if (!messages || !one) return null;
    return h("p", { class: "note" }, h("span", {}, whereabouts(voice, one), words(voice, one)),
      h("button", { type: "button", class: "button is-small", onclick: () => (messages.seen(one.id), this.#renderNotes()) }, voice.say("seen")));
  }

  #offlineNote() {
    const { asOf = null, isOld = false } = this.world.door.judge ?? {};
    if (asOf === null) return h("p", { class: "note" }, icon("unreached"), this.voice.say("offline_without_list"));
    return h("p", { class: "note is-offline" }, icon("unreached"), this.voice.say("offline_with_list", { time: this.voice.clock(asOf) }),
      isOld && [" ", this.voice.say("list_is_old")]);
  }

  renderIdle() {
    const { door, finder } = this.world;
    if (!this.idle) return;
    this.idle.hidden = door.shown !== null;
    const [last] = door.past;
    fill(this.idle, // a viewfinder without a picture says itself what to do
      (this.tab !== "scan" || finder.why === null) && h("p", { class: "idle-words" }, this.voice.say(this.tab === "scan" && finder.why === null ? "ready" : "ready_no_camera")),
      last && h("p", { class: "past idle-last", "data-tone": mannerOfCase(last).tone }, h("span", { class: "soft" }, this.voice.say("last")), summary(this.voice, door, last)));
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
    const people = Object.entries(one.draft?.people ?? {}).map(([key, n]) => `${this.voice.localPlainly(door.categories.find((category) => category.key === key)?.label ?? key)} ${n}`);
    this.#open(ticketSheet(this.voice, one, { draw, title: this.voice.localPlainly(title), kind: people.join("　"), restore }));
  }

  /** The new ticket is shown at once, in place of whatever was. @param {string} lost */
  async #replace(lost) {
    const { door, replace, restore } = this.world;
    const { code, number } = door.replaced.get(lost) ?? await replace(lost);
    door.replaced.set(lost, { code, number });
    this.verdict?.render();
    const people = door.shown?.answer?.party ?? {};
    const draft = /** @type {import("./types.js").Draft} */ ({ ...door.shown?.draft, new_code: code, people });
    this.#openTicket({ draft, answer: { id: draft.id, verdict: "counted", given: number }, stage: "answered", at: door.now().getTime(), late: false }, async (reason) => {
      await restore(number, reason);
      door.replaced.delete(lost);
      this.verdict?.render();
      this.#sheet?.querySelector(".given-ticket")?.replaceChildren(h("p", { class: "given-restored", role: "status" }, this.voice.say("restored")));
      this.#sheet?.querySelector(".restore")?.remove();
    });
  }

  #openPlace() {
    const { door } = this.world;
    this.#open(placeDialog(this.voice, door, { onPlace: (place) => this.#enter(place), onDirection: (direction) => this.#turn(direction) }));
  }

  /** Chosen by hand: what is on now is not suggested until something else is on. @param {import("./types.js").Place} place */
  #enter(place) {
    const { door } = this.world;
    this.#declined = door.gate.places.find(({ now }) => now)?.code ?? "";
    door.enter(place);
  }

  /** @param {import("./types.js").Direction} direction */
  #turn(direction) {
    const { door } = this.world;
    door.direction = direction;
    if (door.shown?.stage === "answered") door.show();
    this.build();
    /** @type {HTMLElement | null} */ (this.bar?.querySelector(".where") ?? null)?.focus();
  }

  async #openMenu() {
    const { world } = this;
    const menu = {
      ...world, aside: await world.aside(),
      onTryNow: () => (sheet.close(), world.onTryNow()),
      onEnd: async () => {
        const waiting = await world.onEnd();
        if (waiting > 0) fill(said, this.voice.say("end_refused", { n: waiting })), said.scrollIntoView({ block: "end" });
      },
    };
    const sheet = menuDialog(this.voice, world.door, menu);
    this.#renewMenu = () => renewMenu(this.#sheet === sheet ? sheet : null, this.voice, world.door, menu);
    const said = h("p", { class: "end-said", role: "alert" });
    sheet.querySelector(".sheet-end")?.append(said);
    return this.#open(sheet);
  }
}
