/**
 * Codes that a door gives out by itself: 90 random bits and a mark that only the event's own devices can make, as in
 * registrations/rules/given.py. The mark says of a code that nobody has heard of yet that its upload is on the way.
 */

/** @typedef {import("./types.js").PackHead} PackHead */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const RANDOM = 18;
const MARK = 8;

/** @param {PackHead} head @returns {Promise<string>} the code of a ticket for later */
export async function givenCode(head) {
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(RANDOM)), (byte) => ALPHABET[byte & 31]).join("");
  return letters + (await markOf(head, letters));
}

/** Whether a door of this event gave the code out. @param {PackHead} head @param {string} code 26 characters */
export async function isGiven(head, code) {
  return code.slice(RANDOM) === (await markOf(head, code.slice(0, RANDOM)));
}

/** Forty bits, as characters. @param {PackHead} head @param {string} letters @returns {Promise<string>} */
export async function markOf(head, letters) {
  const salt = Uint8Array.from(atob(head.salt), (letter) => letter.charCodeAt(0));
  const mac = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-512" }, false, ["sign"]);
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", mac, new TextEncoder().encode(`given out: ${letters}`)));
  const bits = digest.subarray(0, 5).reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
  return Array.from({ length: MARK }, (_, i) => ALPHABET[Number((bits >> BigInt(5 * (MARK - 1 - i))) & 31n)]).join("");
}
