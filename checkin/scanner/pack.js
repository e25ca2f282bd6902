/**
 * The blind pack: what the server lets a door know beforehand, of which only the ticket presented opens its own row.
 *
 * Its bytes are described in docs/guide/door.md, and written by checkin/rules/packed.py. A row is found by the first
 * bytes of HMAC-SHA-512(salt, code) and opened by its last; without the code it is noise.
 */

/** @typedef {import("./rules/facts.js").Booked} Booked */
/** @typedef {import("./rules/stay.js").Line} Line */
/** @typedef {import("./types.js").Numbers} Numbers */
/** @typedef {import("./types.js").PackHead} PackHead */

/**
 * @typedef {object} Pack
 * @property {PackHead} head
 * @property {ReadonlyMap<string, Uint8Array>} rows sealed, by their ids
 */

/**
 * What a ticket's row says, once it is open; bookings and lines by the number of their place.
 *
 * @typedef {object} Row
 * @property {boolean} team
 * @property {import("./types.js").PartyKind} kind
 * @property {boolean} blocked
 * @property {boolean} replaced
 * @property {boolean} cancelled
 * @property {boolean} noPhoto
 * @property {boolean} noted the staff left a note: it is shown when there is a network
 * @property {string} name
 * @property {Numbers} party
 * @property {ReadonlyMap<number, {booked: Booked, places: Numbers}>} bookings
 * @property {readonly (Line & {placeNumber: number})[]} lines
 */

const MAGIC = "UKPACK1\n";
const [ID, NONCE, STEP, TAG] = [12, 12, 16, 16];
const SINCE = Date.UTC(2020, 0, 1);
const FLAGS = { team: 1, blocked: 2, replaced: 4, cancelled: 8, noPhoto: 16, noted: 32, class: 64, delegation: 128 };
const LINE = { out: 1, reentry: 2, booked: 4, wholeParty: 8 };
const STATES = /** @type {readonly Booked[]} */ (["confirmed", "pending", "waiting", "cancelled"]);
const ALL_PLACES = 4;

/** @param {Uint8Array} bytes @returns {Pack} */
export function readPack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) throw new Error("not a pack");
  const length = view.getUint32(MAGIC.length);
  let at = MAGIC.length + 4;
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(at, at + length)));
  at += length;
  const count = view.getUint32(at);
  at += 4;
  const rows = new Map();
  for (let i = 0; i < count; i += 1) {
    const size = ID + 2 + NONCE + view.getUint16(at + ID) * STEP + TAG;
    if (at + size > bytes.length) throw new Error("a pack that was cut off");
    rows.set(named(bytes.subarray(at, at + ID)), bytes.subarray(at, at + size));
    at += size;
  }
  return { head, rows };
}

/** Rows that have changed take the place of what was known; the head is always the newer one. @param {Pack} known @param {Pack} newer @returns {Pack} */
export function merged(known, newer) {
  return newer.head.since === null ? newer : { head: newer.head, rows: new Map([...known.rows, ...newer.rows]) };
}

/** As one record, to be kept. @param {Pack} pack @returns {Uint8Array<ArrayBuffer>} */
export function packBytes({ head, rows }) {
  const said = new TextEncoder().encode(JSON.stringify(head));
  const size = [...rows.values()].reduce((all, row) => all + row.length, MAGIC.length + 4 + said.length + 4);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(MAGIC.length, said.length);
  bytes.set(said, MAGIC.length + 4);
  let at = MAGIC.length + 4 + said.length;
  view.setUint32(at, rows.size);
  at += 4;
  for (const row of rows.values()) {
    bytes.set(row, at);
    at += row.length;
  }
  return bytes;
}

/**
 * @param {PackHead} head
 * @param {string} code 26 characters
 * @returns {Promise<{rid: string, key: Uint8Array<ArrayBuffer>}>}
 */
export async function derived(head, code) {
  const salt = Uint8Array.from(atob(head.salt), (letter) => letter.charCodeAt(0));
  const mac = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-512" }, false, ["sign"]);
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", mac, new TextEncoder().encode(code)));
  return { rid: named(digest.subarray(0, ID)), key: digest.slice(32, 64) };
}

/** The row of this ticket; null: the pack has none. @param {Pack} pack @param {{rid: string, key: Uint8Array<ArrayBuffer>}} ticket @returns {Promise<Row | null>} */
export async function openRow({ head, rows }, { rid, key }) {
  const sealed = rows.get(rid);
  if (!sealed) return null;
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  const parameters = { name: "AES-GCM", iv: sealed.slice(ID + 2, ID + 2 + NONCE), additionalData: sealed.slice(0, ID) };
  const text = await crypto.subtle.decrypt(parameters, aes, sealed.slice(ID + 2 + NONCE));
  return readRow(new Reader(new Uint8Array(text)), head);
}

/** @param {Reader} text @param {PackHead} head @returns {Row} */
function readRow(text, head) {
  const keys = new Map(head.categories.map(({ n, key }) => [n, key]));
  const gates = new Map(head.gates.map(({ n, code }) => [n, code]));
  const flags = text.number();
  const name = text.words(text.number());
  const party = text.numbers(keys);
  const bookings = new Map(text.several(() => readBooking(text, keys, party)));
  const lines = text.several((order) => readLine(text, { keys, gates, party, order }));
  /** @param {number} flag */
  const has = (flag) => (flags & flag) !== 0;
  return {
    team: has(FLAGS.team), blocked: has(FLAGS.blocked), replaced: has(FLAGS.replaced), cancelled: has(FLAGS.cancelled),
    noPhoto: has(FLAGS.noPhoto), noted: has(FLAGS.noted), kind: kindOf(has, party), name, party, bookings, lines,
  };
}

/** @param {(flag: number) => boolean} has @param {Numbers} party @returns {import("./types.js").PartyKind} */
function kindOf(has, party) {
  if (has(FLAGS.team)) return "team";
  if (has(FLAGS.class)) return "class";
  if (has(FLAGS.delegation)) return "delegation";
  return Object.values(party).reduce((all, n) => all + n, 0) > 1 ? "family" : "person";
}

/** @param {Reader} text @param {Map<number, string>} keys @param {Numbers} party @returns {[number, {booked: Booked, places: Numbers}]} */
function readBooking(text, keys, party) {
  const place = text.number();
  const state = text.number();
  const booked = STATES[state & 3] ?? "not";
  const places = booked !== "confirmed" ? {} : (state & ALL_PLACES) !== 0 ? party : text.numbers(keys);
  return [place, { booked, places }];
}

/**
 * @param {Reader} text
 * @param {{keys: Map<number, string>, gates: Map<number, string>, party: Numbers, order: number}} world
 * @returns {Line & {placeNumber: number}}
 */
function readLine(text, { keys, gates, party, order }) {
  const [placeNumber, flags, gate, seconds] = [text.number(), text.number(), text.number(), text.number()];
  const people = (flags & LINE.wholeParty) !== 0 ? party : text.numbers(keys);
  const isOut = (flags & LINE.out) !== 0;
  return {
    placeNumber, order, at: SINCE + seconds * 1000, gate: gates.get(gate) ?? null, direction: isOut ? "out" : "in",
    people: isOut ? Object.fromEntries(Object.entries(people).map(([category, n]) => [category, -n])) : people,
    reentry: (flags & LINE.reentry) !== 0, booked: (flags & LINE.booked) !== 0,
  };
}

class Reader {
  #at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
  }

  /** Seven bits a byte, the lowest first. @returns {number} */
  number() {
    let [number, weight, byte] = [0, 1, 0];
    do {
      byte = this.bytes[this.#at++] ?? 0;
      number += (byte & 127) * weight;
      weight *= 128;
    } while (byte > 127);
    return number;
  }

  /** @param {number} length @returns {string} */
  words(length) {
    this.#at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.#at - length, this.#at));
  }

  /** @param {Map<number, string>} keys @returns {Numbers} */
  numbers(keys) {
    return Object.fromEntries(this.several(() => [keys.get(this.number()) ?? "", this.number()]));
  }

  /** @template T @param {(place: number) => T} one @returns {T[]} */
  several(one) {
    return Array.from({ length: this.number() }, (_, place) => one(place));
  }
}

/** @param {Uint8Array} id @returns {string} */
function named(id) {
  return Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
