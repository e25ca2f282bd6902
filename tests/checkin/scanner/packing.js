/** Packs as a server would make them, for tests: plain rows, sealed as checkin/rules/packed.py seals them. */

import { createCipheriv, createHmac } from "node:crypto";

import { readPack } from "../../../checkin/scanner/pack.js";

const SALT = Buffer.alloc(32, 7);
const SINCE = Date.UTC(2020, 0, 1);
const STATES = ["confirmed", "pending", "waiting", "cancelled"];
export const CATEGORIES = [{ n: 1, key: "spectator", label: { en: "Spectator" } }, { n: 2, key: "student", label: { en: "Student" } }, { n: 3, key: "unknown", label: {} }];

/** @param {object} given of a place, where it is not as usual */
export function place(n, code, given = {}) {
  const from = Date.UTC(2026, 9, 3, 2);
  return {
    n, code: `session:${code}`, name: { en: code }, starts_at: from + 1_800_000, ends_at: from + 7_200_000, window: [from, from + 7_200_000], reentry: "none",
    admission: "booking_and_walk_in", cancelled: false,
    space: { kind: "seats", capacity: null, promised: 0, arrived: 0, present: 0, anonymous: 0, counts_exits: false, held_until: from + 2_100_000 }, ...given,
  };
}

export function makePack(places, tickets, head = {}) {
  const said = Buffer.from(JSON.stringify({
    event: "practice", title: { en: "Practice" }, timezone: "Asia/Tokyo", generated_at: Date.UTC(2026, 9, 3, 3), ends_at: Date.UTC(2026, 9, 5), old_after: 1800,
    since: null, mark: "1.1", salt: SALT.toString("base64"), reentry: "none", unknown: "unknown", categories: CATEGORIES,
    gates: [{ n: 1, code: "north", name: { en: "North" }, kind: "rooms", new_today: true, places: places.map(({ code }) => code) }], places, ...head,
  }));
  const rows = tickets.map(sealed);
  return new Uint8Array(Buffer.concat([Buffer.from("UKPACK1\n"), count(said.length), said, count(rows.length), ...rows]));
}

export const packOf = (...given) => readPack(makePack(...given));

function sealed({ code, flags = 0, name = "Ana", party = { spectator: 1 }, booked = {}, lines = [] }) {
  const digest = createHmac("sha512", SALT).update(code).digest();
  const text = Buffer.concat([
    Buffer.from([flags]), number(Buffer.byteLength(name)), Buffer.from(name), numbers(party), number(Object.keys(booked).length),
    ...Object.entries(booked).map(([n, state]) => Buffer.concat([number(Number(n)), number(STATES.indexOf(state) | (state === "confirmed" ? 4 : 0))])),
    number(lines.length), ...lines.map(({ n, at, flags: kind = 4 }) => Buffer.concat([number(n), number(kind | 8), number(1), number(Math.floor((at - SINCE) / 1000))])),
  ]);
  const padded = Buffer.concat([text, Buffer.alloc(Math.max(48, Math.ceil(text.length / 16) * 16) - text.length)]);
  const nonce = createHmac("sha256", code).update(padded).digest().subarray(0, 12);
  const cipher = createCipheriv("aes-256-gcm", digest.subarray(32), nonce).setAAD(digest.subarray(0, 12));
  const size = Buffer.alloc(2);
  size.writeUInt16BE(padded.length / 16);
  return Buffer.concat([digest.subarray(0, 12), size, nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
}

function number(value) {
  const out = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) out.push((left & 127) | 128);
  return Buffer.from([...out, left]);
}

function numbers(people) {
  const key = Object.fromEntries(CATEGORIES.map(({ key: name, n }) => [name, n]));
  return Buffer.concat([number(Object.keys(people).length), ...Object.entries(people).map(([name, n]) => Buffer.concat([number(key[name]), number(n)]))]);
}

function count(value) {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
}
