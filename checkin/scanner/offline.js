/**
 * What lets this door go on without a network: the pack, kept up to date while there is one, and what it did since.
 *
 * The pack is deleted when its event is over and when the server does not want this device any more; scans that wait
 * are not, they are still facts. That it is over the server says, or a clock that nobody has set since the server was
 * heard: by any other clock a door in the middle of its day would lose all it knows.
 */

import { Alone } from "./alone.js";
import { givenCode } from "./given-code.js";
import { Messages } from "./messages.js";
import { merged, packBytes, readPack } from "./pack.js";
import { NotWelcome, Unacceptable } from "./contact.js";
import { JITTER } from "./timepiece.js";
import { isStanding } from "./verdicts.js";

/** @typedef {import("./alone.js").Own} Own */
/** @typedef {import("./store.js").KeptPack} KeptPack */
/** @typedef {import("./types.js").Answer} Answer */
/** @typedef {import("./types.js").Deed} Deed */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Gates} Gates */
/** @typedef {import("./types.js").Scan} Scan */

const EVERY = 30_000;
/** All of it, not changes alone, as often as this: nothing that no change told of stays for long. */
const WHOLE_EVERY = 1_800_000;
/** What is counted online is in the server's figures, and soon in the next pack. */
const COUNTING = ["walk_in", "head_count", "room_count"];

/**
 * @typedef {object} Shelf where it is kept
 * @property {() => Promise<KeptPack | null>} pack
 * @property {(pack: KeptPack | null) => Promise<void>} keepPack
 * @property {() => Promise<Deed[]>} deeds
 * @property {(deed: Deed) => Promise<void>} keepDeed
 * @property {(ids: readonly string[]) => Promise<void>} dropDeeds
 */

export class Offline {
  messages = new Messages();
  /** @type {Alone | null} */
  alone = null;
  /** @type {KeptPack | null} */
  #kept = null;
  /** @type {Promise<void> | null} */
  #refreshing = null;
  #supervises = false;
  #asksPin = false;

  /**
   * @param {object} world
   * @param {Shelf} world.store
   * @param {Pick<import("./server.js").Server, "pack" | "contact">} world.server
   * @param {() => void} [world.onChange]
   * @param {() => void} [world.onForget] the organiser wants nothing to stay here, and nothing waits
   * @param {Pick<BroadcastChannel, "postMessage" | "onmessage"> | null} [world.others] the other pages of this device: what one lets in, all know
   * @param {() => number} [world.now]
   * @param {import("./timepiece.js").Timepiece | null} [world.timepiece] is told what the server says of the time
   */
  constructor({ store, server, onChange = () => {}, onForget = () => {}, others = null, now = Date.now, timepiece = null }) {
    this.store = store;
    this.server = server;
    this.onChange = onChange;
    this.onForget = onForget;
    this.others = others;
    if (others) others.onmessage = ({ data: deed }) => deed.event === this.#kept?.event && this.alone?.remember(deed);
    this.now = now;
    this.timepiece = timepiece;
  }

  /** Take up what an earlier page left. @param {{event: string, rights: readonly string[], asks_pin?: boolean} | null} device */
  async open(device) {
    this.#supervises = device?.rights.includes("supervisor") ?? false;
    this.#asksPin = device?.asks_pin ?? false;
    const kept = await this.store.pack();
    if (!kept) return;
    try {
      const pack = readPack(kept.bytes);
      this.timepiece?.recall(kept.offset);
      if (kept.event !== device?.event) return await this.wipe();
      this.#take(kept, new Alone({ pack, offset: kept.offset, deeds: await this.store.deeds(), supervises: this.#supervises, asksPin: this.#asksPin }));
      void this.askWhetherOver();
    } catch (error) {
      console.error(error);
      await this.wipe();
    }
  }

  /** The event is over by this device's clock: the server gives no pack of it any more if that is so. */
  async askWhetherOver() {
    if (this.#kept && this.#seemsOver) await this.refresh(this.#kept.event).catch(() => {});
  }

  get #seemsOver() {
    return this.alone !== null && this.alone.pack.head.ends_at < this.now() + this.alone.offset;
  }

  /** When the server last said that this is all there is, in the server's time; null: there is no pack. @returns {number | null} */
  get asOf() {
    return this.#kept && this.#kept.asOf + this.#kept.offset;
  }

  get isOld() {
    return this.#kept !== null && this.alone !== null && this.now() - this.#kept.asOf > this.alone.pack.head.old_after * 1000;
  }

  /** How many tickets this device can decide about. */
  get size() {
    return this.alone?.pack.rows.size ?? 0;
  }

  /** How full a place is, as far as this device knows. @param {string} code */
  figures(code) {
    return this.alone?.figures(code, this.now() + this.alone.offset) ?? null;
  }

  /** Who came there by what is unsent. @param {string} code */
  unsent(code) {
    return this.alone ? this.alone.unsent(code) : {};
  }

  /** The name of the gate, or of its room, at whose door a session is, as far as this device knows. @param {string} session its code */
  whereIs(session) {
    const gate = this.alone?.pack.head.gates.find(({ kind, places }) => kind === "rooms" && places.includes(`session:${session}`));
    return gate?.rooms?.[`session:${session}`] ?? gate?.name ?? null;
  }

  /** @param {Draft} draft @returns {Promise<Own | null>} */
  async judge(draft) {
    return this.alone && this.#kept?.event === draft.event ? this.alone.judge(draft) : null;
  }

  /** The code of a ticket to give out; null: without a list none can be made. @returns {Promise<string | null>} */
  async newCode() {
    return this.alone && givenCode(this.alone.pack.head);
  }

  /** @param {Own} own */
  remember({ deed }) {
    if (deed) this.#remember(deed);
  }

  /** The server has a scan: what it did stands until a pack holds it. @param {Scan} scan @param {Answer} answer */
  async heard(scan, answer) {
    const alone = this.alone;
    const known = alone?.deeds.get(scan.id);
    if (!alone || (!known && COUNTING.includes(scan.act) && !scan.code && !scan.new_code)) return;
    if (known && COUNTING.includes(scan.act) && !scan.code && !isStanding(answer.verdict)) return this.#drop([scan.id]);
    const deed = known ? { ...known, answered: true } : await alone.done(scan, answer);
    if (!deed) return;
    this.#remember(deed);
    await (deed.undoes ? this.store.dropDeeds([deed.undoes]) : this.store.keepDeed(deed));
  }

  /** Ask for what is new; one flight at a time. @param {string} event */
  refresh(event) {
    this.#refreshing ??= this.#refresh(event).finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  /**
   * Keep it up to date until the door closes, and tell the organiser how this device is.
   *
   * @param {import("./door.js").Door} door
   * @param {() => Promise<number>} waiting how many scans are unsent
   * @returns {() => void}
   */
  watch(door, waiting) {
    const look = async () => {
      const before = this.#kept?.asOf;
      if (document.visibilityState === "visible") await this.refresh(door.event).catch(() => {});
      if (this.#seemsOver && this.timepiece?.isSteady) await this.wipe();
      if (door.contact === "unreached") return this.onChange();
      const unsent = await waiting();
      const asked = this.#mark();
      const told = await this.server.contact({
        sent_at: new Date(this.now()).toISOString(), queue_length: unsent, pack: this.alone?.pack.head.mark ?? null,
        pack_at: this.asOf && new Date(this.asOf).toISOString(), version: document.documentElement.dataset.build ?? null, gate: door.gate.code,
      }, document.documentElement.lang);
      if (told?.received_at) this.timepiece?.hear(Date.parse(told.received_at), asked());
      if (told?.received_at) await this.#setClock(Date.parse(told.received_at) - Math.round((asked() + this.now()) / 2), this.#kept?.asOf !== before);
      if (told?.messages?.length) {
        this.messages.add(told.messages);
        this.onChange();
      }
      if (told?.wipe || told?.revoked) await this.wipe();
      if (told?.wipe && (await waiting()) === 0) this.onForget();
    };
    void look();
    const timer = setInterval(look, EVERY);
    return () => clearInterval(timer);
  }

  /** What a device forgets at the end, when it is revoked, or when the event is over. */
  async wipe() {
    const deeds = [...(this.alone?.deeds.keys() ?? []), ...(await this.store.deeds()).map(({ id }) => id)];
    this.alone = null;
    this.#kept = null;
    this.messages.forget();
    await this.store.keepPack(null);
    await this.store.dropDeeds(deeds);
    this.onChange();
  }

  /** The gates as the pack knows them, for a start without a network. @param {string} event @returns {Gates | null} */
  gates(event) {
    if (!this.alone || this.#kept?.event !== event) return null;
    const { head } = this.alone.pack;
    const at = this.now() + this.alone.offset;
    const gates = head.gates.map(({ places, ...gate }) => {
      const found = places.flatMap((code) => this.alone?.places.get(code) ?? []);
      const open = found.filter(({ window: [from, to] }) => from <= at && at <= to).sort((one, other) => other.window[0] - one.window[0]);
      return { ...gate, places: found.map((place) => ({
        code: place.code, name: place.name, room: gate.rooms?.[place.code], starts_at: iso(place.starts_at ?? place.window[0]), ends_at: iso(place.ends_at ?? place.window[1] + 1), now: place === open[0],
      })) };
    });
    const categories = head.categories.map((category) => ({ ...category, unknown: category.key === head.unknown }));
    return { gates, categories, timezone: head.timezone, party_first_words: head.party_first_words ?? {}, over_full: head.over_full ?? true };
  }

  /** @param {Deed} deed */
  #remember(deed) {
    this.alone?.remember(deed);
    this.others?.postMessage(deed);
  }

  /** @param {string} event */
  async #refresh(event) {
    const before = this.#kept?.event === event ? this.#kept : null;
    const known = before && this.alone;
    const done = [...(known?.deeds.values() ?? [])].filter(({ answered }) => answered).map(({ id }) => id);
    const asked = this.#mark();
    const isWhole = !before || asked() - before.wholeAt > WHOLE_EVERY;
    try {
      const came = await this.server.pack(event, before ? { tag: before.tag, ...(isWhole ? {} : { since: known?.pack.head.mark }) } : {});
      if (came) await this.#takeNew(event, came, asked(), done);
      else if (before) await this.#keep({ ...before, asOf: asked() });
      if (!came) await this.#drop(done);
      this.onChange();
    } catch (error) {
      if (error instanceof NotWelcome || error instanceof Unacceptable) await this.wipe();
      else throw error;
    }
  }

  /** @param {string} event @param {{bytes: Uint8Array, tag: string}} came @param {number} asked @param {readonly string[]} done what it surely holds */
  async #takeNew(event, { bytes, tag }, asked, done) {
    const newer = readPack(bytes);
    const known = this.#kept?.event === event ? this.alone?.pack : undefined;
    if (newer.head.since !== null && newer.head.since !== known?.head.mark) return;
    const pack = known ? merged(known, newer) : newer;
    const offset = newer.head.generated_at - Math.round((asked + this.now()) / 2);
    this.timepiece?.hear(newer.head.generated_at, asked);
    const kept = { event, tag, bytes: packBytes(pack), offset, asOf: asked, wholeAt: newer.head.since === null ? asked : this.#kept ? this.#kept.wholeAt + this.#kept.offset - offset : asked };
    await this.#keep(kept);
    await this.#drop(done);
    const deeds = this.alone ? [...this.alone.deeds.values()] : await this.store.deeds();
    this.#take(kept, new Alone({ pack, offset, deeds, supervises: this.#supervises, asksPin: this.#asksPin }));
  }

  /** When something was asked, told by the clock of whoever looks: between asking and hearing somebody may have set it. @returns {() => number} */
  #mark() {
    const ran = () => this.timepiece?.ran() ?? this.now();
    const before = ran();
    return () => Math.round(this.now() - (ran() - before));
  }

  /** Somebody set this device's clock: what was noted by it goes with it. @param {number} offset milliseconds by which the server's is ahead @param {boolean} isRenewed the list is as of just now, by the new clock */
  async #setClock(offset, isRenewed = false) {
    const kept = this.#kept;
    if (!kept || !this.alone || Math.abs(offset - kept.offset) < JITTER) return;
    const moved = kept.offset - offset;
    this.alone.offset = offset;
    await this.#keep({ ...kept, offset, asOf: isRenewed ? kept.asOf : kept.asOf + moved, wholeAt: kept.wholeAt + moved });
  }

  /** A full device goes on with what it holds in memory. @param {KeptPack} kept */
  async #keep(kept) {
    await this.store.keepPack(kept).catch(console.error);
    if (this.alone) this.#take(kept, this.alone);
  }

  /** @param {readonly string[]} ids */
  async #drop(ids) {
    for (const id of ids) this.alone?.deeds.delete(id);
    await this.store.dropDeeds(ids);
  }

  /** @param {KeptPack} kept @param {Alone} alone */
  #take(kept, alone) {
    this.#kept = kept;
    this.alone = alone;
  }
}

/** @param {number} at @returns {string} */
function iso(at) {
  return new Date(at).toISOString();
}
