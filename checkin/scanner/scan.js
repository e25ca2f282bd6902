/** The door page: finds out who and where we are, then wires camera, keyboard, queue, server and screen together. */

import { stayAwake } from "./awake.js";
import { CameraPanel } from "./camera-panel.js";
import { Unreached } from "./contact.js";
import { afterPage, deviceName, later, livesAs, newId, oneAtATime, otherPages, saveFile } from "./device.js";
import { Door } from "./door.js";
import { DoorScreen } from "./door-screen.js";
import { fill } from "./element.js";
import { Enrolment } from "./enrolment.js";
import { Feedback } from "./feedback.js";
import { queueFiles } from "./handing-over.js";
import { htmlLang, languageOf, recalledLanguage, rememberLanguage, Voice } from "./language.js";
import { chosenIn, latestOf, recall, withAnswer } from "./latest.js";
import { isCovered } from "./making-way.js";
import { Names } from "./names.js";
import { Offline } from "./offline.js";
import { codeInAddress, pairingPanel } from "./pairing.js";
import { placeToOpen } from "./places.js";
import { Queue } from "./queue.js";
import { Reader } from "./reader.js";
import { Server } from "./server.js";
import { setupScreen, unsentNote } from "./setup-screen.js";
import { askToPersist, keepShell } from "./shell.js";
import { Sightings } from "./sightings.js";
import { openStore } from "./store.js";
import { supervisionOf } from "./supervising.js";
import { Timepiece } from "./timepiece.js";
import { watchGate } from "./watching.js";

/** @typedef {import("./types.js").Language} Language */

class DoorPage {
  /** @type {{event: string, gate: string} | null} */
  choice = null;
  /** @type {Door | null} */
  door = null;
  /** @type {DoorScreen | null} */
  screen = null;
  feedback = new Feedback();
  sightings = new Sightings();
  seen = "";
  unsent = unsentNote(() => void this.#save());
  /** @type {import("./latest.js").Latest | null} */
  latest = null;
  /** @type {ReturnType<typeof watchGate> | null} */
  watched = null;
  /** @type {(() => void)[]} called when the work at this gate ends */
  endings = [];

  /**
   * @param {HTMLElement} root
   * @param {Awaited<ReturnType<typeof openStore>>} store
   */
  constructor(root, store) {
    const given = root.dataset;
    this.root = root;
    this.store = store;
    this.given = given;
    this.events = JSON.parse(given.events ?? "[]");
    this.timepiece = new Timepiece();
    this.voice = new Voice(languageOf(given.offline ? (recalledLanguage() ?? given.language) : given.language), undefined, () => this.timepiece.told());
    rememberLanguage(this.voice.language);
    document.documentElement.lang = htmlLang(this.voice.language);
    document.documentElement.dataset.language = this.voice.language;
    const csrf = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="csrf-token"]'))?.content ?? "";
    livesAs(this.timepiece.run);
    this.server = new Server({ api: given.api ?? "/api/v1", csrf, timepiece: this.timepiece });
    this.reader = new Reader(given.workerUrl ?? "", given.wasmUrl ?? "", given.writerUrl ?? "");
    this.queue = new Queue({
      store, send: (scans) => this.server.scans(scans[0]?.event ?? "", scans), later, alone: oneAtATime, isOurs: (scan) => scan.event === this.device?.event,
      onContact: (contact) => (this.#heard(contact), void this.#recount()), onAnswer: (answer, scan) => this.#answered(answer, scan),
    });
    this.names = new Names(this.server);
    this.offline = new Offline({ store, server: this.server, onChange: () => this.screen?.render("contact"), onForget: () => void this.#forget(), others: otherPages(), timepiece: this.timepiece });
    this.enrolment = new Enrolment({
      store, server: this.server, offline: this.offline, isSignedIn: Boolean(given.actor), onNew: () => this.#keepLatest(null),
      onStranger: () => (this.#showSignIn(true), this.#offerPairing("")),
    });
    addEventListener("online", () => (void this.queue.flush(), void this.offline.askWhetherOver()));
    addEventListener("beforeunload", (event) => this.queue.unwritten > 0 && event.preventDefault());
    addEventListener("hashchange", () => this.door === null && codeInAddress() && this.#offerPairing(codeInAddress()));
    addEventListener("offline", () => (this.#heard("unreached"), void this.#recount()));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void this.queue.flush());
  }

  get device() {
    return this.enrolment.device;
  }

  async begin() {
    await this.enrolment.open();
    this.latest = await this.store.latest();
    await this.queue.takeUp(afterPage).catch(console.error);
    await this.offline.open(this.device);
    void keepShell(() => this.door === null);
    if (!this.device && this.given.offline) return;
    const code = codeInAddress();
    if (code || (!this.device && !this.given.actor)) return this.#offerPairing(code);
    this.#showSignIn(false);
    this.#setUp();
    if (this.device) void this.queue.flush();
  }

  /** @param {boolean} shown */
  #showSignIn(shown) {
    const part = document.getElementById("sign-in");
    if (part) part.hidden = !shown;
  }

  /** @param {string} code what the address brought, or nothing */
  #offerPairing(code) {
    void this.#recount();
    fill(this.root, pairingPanel({ voice: this.voice, reader: this.reader, code, defaultName: deviceName(), inATab: !matchMedia("(display-mode: standalone)").matches, languages: document.querySelector(".languages"), unsent: this.unsent.element, onPair: (found, name) => this.#pair(found, name) }));
  }

  /** @param {string} code @param {string} name */
  async #pair(code, name) {
    await this.queue.flush();
    await this.enrolment.pair(code, name);
    history.replaceState(null, "", location.pathname);
    this.#speak(this.voice.language); // the address said it until now
    this.#showSignIn(false);
    this.#setUp();
  }

  #setUp() {
    void this.#recount();
    fill(this.root, setupScreen({
      voice: this.voice, actor: this.given.actor ?? "", events: this.#eventsKnown(), before: this.choice ?? this.device, isEnrolled: (choice) => this.enrolment.isAt(choice), isBound: () => Boolean(this.device?.paired && this.server.token), onPairAgain: () => (this.#offerPairing(""), document.getElementById("pairing-code")?.focus()), onChoice: (choice) => (this.choice = choice), defaultName: deviceName(), unsent: this.unsent.element,
      chosenAt: (choice) => chosenIn(this.latest, choice), gatesOf: (event) => this.enrolment.gatesOf(event), onStart: (start) => this.#start(start), onLanguage: (language) => this.#speak(language),
    }));
  }

  /** @returns {{slug: string, title: import("./types.js").Texts | string}[]} of the signed-in person, else the device's own */
  #eventsKnown() {
    if (!this.device?.paired && (this.events.length > 0 || !this.device)) return this.events;
    return [{ slug: this.device.event, title: this.device.title ?? this.offline.alone?.pack.head.title ?? this.device.event }];
  }

  /** @param {import("./setup-screen.js").Start} start */
  async #start({ event, gate, gates, name, camera }) {
    if (this.device && this.device.event !== event) await this.#refuseUnsent();
    this.feedback.wake();
    const finder = new CameraPanel(this.reader, (text) => this.#see(text), () => this.screen?.renderIdle());
    const opening = camera ? finder.open() : null;
    try {
      await this.enrolment.enrol(event, gate.code, name);
    } catch (error) {
      finder.close();
      throw error;
    }
    const latest = recall(this.latest, await this.store.oldest(Infinity), { event, gate: gate.code });
    const place = placeToOpen(gate.places, Date.now(), latest.chosen);
    if (!place || !this.device) return;
    await this.offline.open(this.device);
    this.door = new Door({ event, gate, place, categories: gates.categories, partyWords: gates.party_first_words, overFull: gates.over_full, queue: this.queue, judge: this.offline, latest, newId, timepiece: this.timepiece, onChange: (change) => this.#changed(change) });
    this.door.supervision = supervisionOf(this.device, this.server.pins);
    this.door.isPaired = Boolean(this.device.paired);
    this.door.takesNumbers = this.device.rights.some((right) => right.includes("search"));
    this.door.codeOf = (number) => this.names.codeOf(number);
    this.screen = new DoorScreen({
      door: this.door, title: this.#eventsKnown().find(({ slug }) => slug === event)?.title ?? event,
      voice: this.voice, finder, feedback: this.feedback, lasting: this.store.lasting,
      takesNumbers: this.door.takesNumbers, seek: (text) => this.server.search(event, text), seekHere: (text) => this.names.seek(text), aside: () => this.store.aside(), persistence: await askToPersist(),
      readPhoto: (file) => this.reader.readPhoto(file), draw: (text) => this.reader.draw(text), replace: (number) => this.server.replace(event, number), restore: (number, reason) => this.server.restore(event, number, reason), onTryNow: () => this.#tryNow(), onLanguage: (language) => this.#speak(language),
      onChangeGate: () => this.#pause(), onEnd: () => this.#end(), onSave: () => this.#save(),
    });
    fill(this.root, this.screen.element);
    this.watched = watchGate(this.door, { server: this.server, offline: this.offline, onContact: (contact) => this.#heard(contact), onReached: () => void this.queue.flush(), onPlaces: () => this.screen?.render("contact") });
    const names = this.device.rights.includes("names") ? [this.names.watch(event)] : [];
    this.endings = [...names, stayAwake(), this.watched.stop, this.offline.watch(this.door, () => this.queue.sendable())];
    void this.queue.flush();
    await opening;
  }

  /** A device of another event could not send what waits here. */
  async #refuseUnsent() {
    await this.queue.flush();
    const waiting = await this.queue.sendable();
    if (waiting > 0) throw new Error(this.voice.plainly("end_refused", { n: waiting }));
  }

  /**
   * While a party is asked about, its own code may stay in view; another one is new when the question is answered. Nobody
   * aims at what lies under a sheet: the camera reads on when it is closed.
   *
   * @param {string} text
   */
  #see(text) {
    if (!this.door) return;
    if (isCovered() || (this.door.isAsking && text !== this.seen)) return this.sightings.stay(text, performance.now());
    if (!this.sightings.isNew(text, performance.now()) || this.door.isAsking) return;
    this.seen = text;
    void this.door.read(text);
  }

  /** @param {import("./door.js").Change} change */
  #changed(change) {
    if (change === "place") this.watched?.lookNow();
    if (change === "tally" || (change === "case" && this.door?.shown?.stage === "answered")) this.watched?.lookSoon();
    if (this.door && change !== "counts" && change !== "contact") this.#keepLatest(latestOf(this.door));
    this.screen?.render(change);
  }

  /** @param {import("./types.js").Answer} answer @param {import("./types.js").Scan} scan */
  #answered(answer, scan) {
    if (this.door) this.door.answered(answer, scan);
    else this.#keepLatest(withAnswer(this.latest, answer, scan));
    void this.offline.heard(scan, answer).catch(console.error);
    void this.#recount();
  }

  /** A comfort: where it cannot be kept, the work goes on without it. @param {import("./latest.js").Latest | null} latest */
  #keepLatest(latest) {
    this.latest = latest;
    void this.store.keepLatest(latest).catch(console.error);
  }

  /** Whatever asked the server tells here what came of it, and nowhere else. @param {import("./contact.js").Contact} contact */
  #heard(contact) {
    const { door } = this;
    const isNews = door?.contact !== contact;
    if (door && isNews && contact === "reached") void this.watched?.refreshPlaces();
    door?.heard(contact);
    if (isNews && contact === "refused") this.#forgetPack();
  }

  /** The server does not want this device any more, whatever it was asked. */
  #forgetPack() {
    this.names.forget();
    void this.offline.wipe();
  }

  async #recount() {
    if (this.door) return this.door.recount();
    this.unsent.tell(this.voice, await this.queue.waiting(), await this.queue.sendable());
  }

  #tryNow() {
    void this.queue.flush();
    this.watched?.lookNow();
  }

  /** @param {Language} language */
  #speak(language) {
    this.voice = new Voice(language, this.voice.zone, this.voice.now);
    document.documentElement.lang = htmlLang(language);
    document.documentElement.dataset.language = language;
    rememberLanguage(language);
    void fetch(`/display?lang=${language}&to=/healthz`).catch(() => {}); // remembered for the next page; no harm if it is not
    if (this.screen) this.screen.speak(this.voice);
    else this.#setUp();
  }

  #pause() {
    this.endings.forEach((end) => end());
    this.endings = [];
    this.screen?.leave();
    this.screen = null;
    this.door = null;
    this.#setUp();
  }

  async #save() {
    const devices = { ...(await this.store.former()), ...(this.device ? { [this.device.event]: this.device.device } : {}) };
    for (const { name, text } of queueFiles(devices, await this.queue.toHandOver(), new Date())) saveFile(name, text);
  }

  /** @returns {Promise<number>} scans that still wait: then nothing ended */
  async #end() {
    await this.queue.flush();
    const waiting = await this.queue.sendable();
    if (waiting > 0) return waiting;
    await this.server.leave().catch((error) => {
      if (!(error instanceof Unreached)) throw error;
    });
    await this.#forget();
    return 0;
  }

  async #forget() {
    await this.store.keepDevice(null);
    await this.offline.wipe();
    await this.store.keepLatest(null).catch(console.error);
    location.reload();
  }
}

const root = document.getElementById("scanner");
if (root) void openStore().then((store) => new DoorPage(root, store).begin());
